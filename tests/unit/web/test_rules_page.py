"""The rules page: what is set is shown, what is changed is written, and what is wrong is said beside its field."""

import html
import re

import httpx2
import pytest

from maskwire.entities import KINDS
from maskwire.tokens import canonical
from maskwire_daemon.api.entrance import Entrance
from maskwire_daemon.config.settings import policy_of
from maskwire_daemon.live import Live
from maskwire_daemon.web.rules_samples import samples

ERROR = re.compile(r'<p class="error" id="([\w-]+)-error">(.*?)</p>')


def errors(answer: httpx2.Response) -> dict[str, str]:
    return {name: html.unescape(words) for name, words in ERROR.findall(answer.text)}


def selected(answer: httpx2.Response, field: str) -> str:
    (options,) = re.findall(rf'<select id="{field}".*?</select>', answer.text, re.DOTALL)
    return "".join(re.findall(r'<option value="(\w+)" selected', options))


async def test_every_kind_has_its_token(browser: httpx2.AsyncClient) -> None:
    shown = [sample for group in samples().values() for sample in group]
    answer = await browser.get("/rules")

    assert {sample.entity for sample in shown} == set(KINDS)
    for sample in shown:
        assert canonical(sample.token) is not None
        assert sample.token in html.unescape(answer.text)


async def test_an_action_and_a_score_are_written_and_hold(browser: httpx2.AsyncClient, live: Live) -> None:
    live.paths.config.write_text("# mine\n[detection]\nnames = false\n")
    answer = await browser.post(
        "/rules", data={"threshold": "0,6", "action-PERSON": "block", "threshold-LOCATION": "0.3"}
    )
    policy = policy_of(live.config)

    assert answer.status_code == 303
    assert policy.actions == {"PERSON": "block", "LOCATION": "mask"}
    assert (policy.threshold, policy.thresholds) == (0.6, {"LOCATION": 0.3})
    assert live.paths.config.read_text().startswith("# mine\n[detection]\nnames = false\n")


async def test_what_is_set_back_leaves_the_file(browser: httpx2.AsyncClient, live: Live) -> None:
    live.paths.config.write_text("# mine\n")
    await browser.post("/rules", data={"threshold": "0.6", "action-PERSON": "block"})
    await browser.post("/rules", data={"threshold": "0.5", "action-PERSON": "mask"})

    assert live.paths.config.read_text().strip() == "# mine"


async def test_wrong_input_is_said_beside_its_field_and_kept(browser: httpx2.AsyncClient, live: Live) -> None:
    sent = {"threshold": "much", "action-PERSON": "eat", "threshold-LOCATION": "1.5", "action-JWT": "block"}
    answer = await browser.post("/rules", data=sent)

    assert answer.status_code == 422
    assert set(errors(answer)) == {"threshold", "action-PERSON", "threshold-LOCATION"}
    assert 'value="much"' in answer.text
    assert 'value="1.5"' in answer.text
    assert selected(answer, "action-JWT") == "block"
    assert not live.paths.config.exists()


async def test_a_file_that_is_wrong_is_not_written(browser: httpx2.AsyncClient, live: Live) -> None:
    live.paths.config.write_text("prozy = 1\n")
    answer = await browser.post("/rules", data={"threshold": "0.6"})

    assert answer.status_code == 422
    assert "prozy" in errors(answer)["threshold"]
    assert live.paths.config.read_text() == "prozy = 1\n"


@pytest.mark.parametrize("name", ["strict", "observe"])
async def test_a_profile_is_taken_and_taken_back(browser: httpx2.AsyncClient, live: Live, name: str) -> None:
    await browser.post("/rules/profile", data={"profile": name})
    taken = live.paths.config.read_text()
    await browser.post("/rules/profile", data={"profile": "balanced"})

    assert taken
    assert not live.paths.config.read_text().strip()
    assert policy_of(live.config).threshold == 0.5


async def test_history_names_what_changed_and_brings_it_back(browser: httpx2.AsyncClient, live: Live) -> None:
    await browser.post("/rules", data={"threshold": "0.6"})
    await browser.post("/rules", data={"threshold": "0.6", "action-PERSON": "allow"})
    page = (await browser.get("/rules/history")).text
    newest, oldest = re.findall(r'name="version" value="([\w-]+)"', page)

    assert page.index("entities.PERSON") < page.index("detection.threshold")

    await browser.post("/rules/history", data={"version": oldest})
    assert live.config.detection.threshold == 0.5

    await browser.post("/rules/history", data={"version": newest})
    assert (live.config.detection.threshold, live.config.entities) == (0.6, {})


async def test_a_version_that_is_gone_is_said(browser: httpx2.AsyncClient) -> None:
    answer = await browser.post("/rules/history", data={"version": "../config"})

    assert answer.status_code == 422
    assert "not kept any more" in answer.text


async def test_a_local_model_is_written(browser: httpx2.AsyncClient, live: Live) -> None:
    answer = await browser.post("/rules/local", data={"url": "http://127.0.0.1:11434/v1", "model": "llama3.2"})

    assert answer.status_code == 303
    assert (live.config.local.url, live.config.local.model) == ("http://127.0.0.1:11434/v1", "llama3.2")


@pytest.mark.parametrize("do", ["save", "ask"])
async def test_only_this_machine_may_be_the_local_model(browser: httpx2.AsyncClient, live: Live, do: str) -> None:
    answer = await browser.post("/rules/local", data={"url": "http://192.0.2.7:11434/v1", "model": "mine", "do": do})

    assert "this machine" in errors(answer)["url"]
    assert 'value="mine"' in answer.text
    assert not live.paths.config.exists()


async def test_a_server_that_does_not_answer_is_said(browser: httpx2.AsyncClient, unused_tcp_port: int) -> None:
    answer = await browser.post("/rules/local", data={"url": f"http://127.0.0.1:{unused_tcp_port}/v1", "do": "ask"})

    assert "Nothing answers there" in answer.text


async def test_a_stranger_changes_nothing(outside: httpx2.AsyncClient, entrance: Entrance, live: Live) -> None:
    del entrance
    for path in ("/rules", "/rules/profile", "/rules/own", "/rules/pattern", "/rules/history", "/rules/local"):
        assert (await outside.post(path, data={"profile": "observe"})).status_code in (401, 403, 405)
    assert not live.paths.config.exists()


async def test_a_name_as_token_is_offered_written_and_taken_back(browser: httpx2.AsyncClient, live: Live) -> None:
    before = await browser.get("/rules")
    chosen = await browser.post("/rules", data={"threshold": "0.5", "token-PERSON": "name"})
    after = await browser.get("/rules")

    assert chosen.status_code == 303
    assert (selected(before, "token-PERSON"), selected(after, "token-PERSON")) == ("code", "name")
    assert 'id="token-US_SSN"' not in after.text
    assert policy_of(live.config).surrogates == {"PERSON"}
    await browser.post("/rules", data={"threshold": "0.5", "token-PERSON": "code"})
    assert policy_of(live.config).surrogates == frozenset()
    assert live.paths.config.read_text().strip() == ""


async def test_a_form_of_token_that_does_not_exist_is_refused(browser: httpx2.AsyncClient, live: Live) -> None:
    answer = await browser.post("/rules", data={"threshold": "0.5", "token-PERSON": "initials"})

    assert answer.status_code == 422
    assert set(errors(answer)) == {"token-PERSON"}
    assert not live.paths.config.exists()
