"""The hosts: every way with what happens on it, edits that hold at once, exceptions that end."""

import html
import re
import time
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from maskwire.exchange import Exchange, Outcome
from maskwire.policy import Action, Mode
from maskwire.wire.hosts import PROVIDERS, known_hosts
from maskwire_daemon.config import managed
from maskwire_daemon.config.file import load
from maskwire_daemon.config.settings import Config, Entity, Host, ProgramHost, policy_of
from maskwire_daemon.detection.own import today
from maskwire_daemon.live import Live
from maskwire_daemon.web.hosts_matrix import EVERY, lines, surfaces_of
from tests.fakes.control import FakeControl
from tests.unit.web.test_rules_page import errors, selected

OPENAI = "api.openai.com"


def text_of(answer: httpx2.Response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_seen_hosts_programs_and_all_others_are_lines() -> None:
    config = Config(
        hosts={OPENAI: Host(mode=Mode.OBSERVE, actions={"PERSON": Action.BLOCK})},
        programs={"codex": {OPENAI: ProgramHost(mode=Mode.PROTECT), "*": ProgramHost(mode=Mode.BLOCK)}},
    )
    found = lines(config, ["api.anthropic.com"])

    assert [(line.host, line.program, line.mode, line.set) for line in found] == [
        ("api.anthropic.com", "", "protect", False),
        (OPENAI, "", "observe", True),
        (OPENAI, "codex", "protect", True),
        (EVERY, "", "protect", False),
        (EVERY, "codex", "block", True),
    ]
    assert [cell.words for cell in found[1].cells] == ["masked", "counted", "counted", "counted"]
    assert [cell.words for cell in found[4].cells] == ["refused"] * 4


def test_a_cell_names_the_kinds_that_differ() -> None:
    config = Config(
        entities={"PERSON": Entity(action=Action.ALLOW)}, hosts={OPENAI: Host(actions={"JWT": Action.BLOCK})}
    )
    secrets, _, names, _ = lines(config, [OPENAI])[0].cells

    assert (secrets.words, secrets.others) == ("masked", (("JWT", "blocked"),))
    assert (names.words, names.others) == ("masked", (("PERSON", "passes"),))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_host_has_the_surfaces_of_its_provider(provider: str) -> None:
    for host in PROVIDERS[provider]:
        if "{" not in host:
            assert {entry.provider for entry in surfaces_of(host)} <= {provider}


async def test_hosts_with_traffic_are_shown(browser: httpx2.AsyncClient, live: Live) -> None:
    journal = live.opened().journal
    journal.record(Exchange(time.time(), "api.groq.com", "openai.chat", "POST", "/v1", Outcome.CLEAN))
    journal.flush()
    page = (await browser.get("/hosts")).text

    assert 'id="mode-api.groq.com"' in page
    assert 'id="mode-*"' in page
    assert f'id="mode-{OPENAI}"' not in page


async def test_modes_are_written_in_one_go(browser: httpx2.AsyncClient, live: Live) -> None:
    live.paths.config.write_text(f'# mine\n[hosts."{OPENAI}"]\nmode = "observe"\n')
    await browser.post("/hosts/api.groq.com", data={"mode": "block"})
    answer = await browser.post(
        "/hosts", data={f"mode-{OPENAI}": "bypass", "mode-api.groq.com": "block", "mode-*": "observe"}
    )

    assert answer.status_code == 303
    assert {name: host.mode for name, host in live.config.hosts.items()} == {
        OPENAI: Mode.BYPASS,
        "api.groq.com": Mode.BLOCK,
        EVERY: Mode.OBSERVE,
    }
    assert live.paths.config.read_text().startswith("# mine\n")


async def test_a_mode_that_does_not_exist_is_said_beside_it(browser: httpx2.AsyncClient, live: Live) -> None:
    answer = await browser.post("/hosts", data={"mode-*": "trust"})

    assert answer.status_code == 422
    assert 'id="mode-*-error">Choose one of the list.' in answer.text
    assert not live.paths.config.exists()


@pytest.mark.parametrize(
    ("typed", "leads"),
    [
        ("*.OpenAI.azure.com", "/hosts/*.openai.azure.com"),
        ("bedrock-runtime.eu-west-1.amazonaws.com", "/hosts/bedrock-runtime.eu-west-1.amazonaws.com"),
    ],
)
async def test_a_typed_host_is_opened(browser: httpx2.AsyncClient, typed: str, leads: str) -> None:
    answer = await browser.get("/hosts/find", params={"host": typed})

    assert answer.headers["location"] == leads
    assert (await browser.get(leads)).status_code == 200


async def test_a_host_that_is_never_looked_at_is_refused(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/hosts/find", params={"host": "bank.example"})

    assert "never looked at" in errors(answer)["host"]
    assert 'value="bank.example"' in answer.text
    assert (await browser.get("/hosts/bank.example")).status_code == 404


async def test_everything_of_one_host_is_written_and_taken_back(browser: httpx2.AsyncClient, live: Live) -> None:
    sent = {"mode": "observe", "restore_urls": "on", "masked_tools": "fetch, web_search", "action-PERSON": "allow"}
    await browser.post(f"/hosts/{OPENAI}", data=sent)
    found = live.config.hosts[OPENAI]

    assert found == Host(
        mode=Mode.OBSERVE,
        restore_arguments=False,
        restore_urls=True,
        masked_tools=["fetch", "web_search"],
        actions={"PERSON": Action.ALLOW},
    )

    await browser.post(f"/hosts/{OPENAI}", data={"mode": "protect", "restore_arguments": "on", "action-PERSON": ""})
    assert live.config.hosts[OPENAI] == Host()


async def test_wrong_input_for_a_host_keeps_what_was_typed(browser: httpx2.AsyncClient, live: Live) -> None:
    sent = {
        "mode": "trust",
        "masked_tools": "fetch",
        "action-PERSON": "eat",
        "action-JWT": "block",
        "restore_urls": "on",
    }
    answer = await browser.post(f"/hosts/{OPENAI}", data=sent)

    assert set(errors(answer)) == {"mode", "action-PERSON"}
    assert 'value="fetch"' in answer.text
    assert selected(answer, "action-JWT") == "block"
    assert re.search(r'id="restore_urls"[^>]* checked', answer.text)
    assert not re.search(r'id="restore_arguments"[^>]* checked', answer.text)
    assert not live.paths.config.exists()


async def test_one_program_differs_and_no_more(browser: httpx2.AsyncClient, live: Live) -> None:
    sent = {"program": "Codex", "program_mode": "block"}
    await browser.post(f"/hosts/{OPENAI}/program", data=sent)
    await browser.post(
        f"/hosts/{OPENAI}/program", data={"program": "CODEX", "program_entity": "PERSON", "program_action": "allow"}
    )
    policy = policy_of(live.config)

    assert policy.by("codex").host(OPENAI).mode is Mode.BLOCK
    assert policy.by("codex").host(OPENAI).actions == {"PERSON": Action.ALLOW}
    assert policy.by("claude").host(OPENAI).mode is Mode.PROTECT

    await browser.post(f"/hosts/{OPENAI}/program", data={"remove": "codex"})
    assert live.config.programs == {}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"program_mode": "block"}, "program"),
        ({"program": "codex"}, "program_mode"),
        ({"program": "codex", "program_mode": "bypass"}, "program_mode"),
        ({"program": "codex", "program_entity": "PERSON"}, "program_action"),
        ({"program": "codex", "program_entity": "NOTHING", "program_action": "mask"}, "program_entity"),
    ],
)
async def test_a_program_that_is_not_described_wholly_is_refused(
    browser: httpx2.AsyncClient, live: Live, sent: dict[str, str], field: str
) -> None:
    answer = await browser.post(f"/hosts/{OPENAI}/program", data=sent)

    assert set(errors(answer)) == {field}
    assert f'value="{sent.get("program", "")}"' in answer.text
    assert not live.paths.config.exists()


async def test_images_pass_until_it_ends(browser: httpx2.AsyncClient, live: Live) -> None:
    await browser.post(f"/hosts/{OPENAI}/media", data={"minutes": "5"})

    assert live.policy.host(OPENAI).media
    assert "pass to api.openai.com for 5 min" in text_of(await browser.get("/hosts"))

    await browser.post("/hosts/end", data={"media": OPENAI})
    assert not live.policy.host(OPENAI).media


@pytest.mark.parametrize(
    ("host", "minutes"), [(OPENAI, "61"), (OPENAI, "0"), (OPENAI, "soon"), ("*.api.openai.com", "5")]
)
async def test_leave_for_images_is_short_and_for_one_host(
    browser: httpx2.AsyncClient, live: Live, host: str, minutes: str
) -> None:
    answer = await browser.post(f"/hosts/{host}/media", data={"minutes": minutes})

    assert answer.status_code == 422
    assert live.media.left_s() == {}


async def test_a_value_passes_to_one_host_until_a_day(browser: httpx2.AsyncClient, control: FakeControl) -> None:
    until = (today() + timedelta(days=7)).isoformat()
    await browser.post(f"/hosts/{OPENAI}/allow", data={"value": "press@northwind.com", "until": until})

    assert [(a.value, a.host, a.until) for a in control.allowed] == [("press@northwind.com", OPENAI, until)]


@pytest.mark.parametrize(
    ("value", "until", "field"), [("", "", "value"), ("x", "2020-01-31", "until"), ("x", "soon", "until")]
)
async def test_an_exception_needs_a_value_and_a_day_to_come(
    browser: httpx2.AsyncClient, control: FakeControl, value: str, until: str, field: str
) -> None:
    answer = await browser.post(f"/hosts/{OPENAI}/allow", data={"value": value, "until": until})

    assert set(errors(answer)) == {field}
    assert control.allowed == []


async def test_a_value_that_passes_is_masked_again(browser: httpx2.AsyncClient, live: Live) -> None:
    hashed = "0123456789abcdef" * 2
    live.paths.config.write_text(f'[[allow.values]]\nhash = "{hashed}"\nhost = "{OPENAI}"\nuntil = 2999-01-31\n')
    await browser.post("/rules", data={"threshold": "0.6"})
    page = text_of(await browser.get(f"/hosts/{OPENAI}"))
    await browser.post("/hosts/end", data={"hash": hashed})

    assert "01234567 until 2999-01-31" in page
    assert live.config.allow.values == []


async def test_surfaces_say_what_is_not_covered(browser: httpx2.AsyncClient) -> None:
    page = text_of(await browser.get("/hosts/surfaces"))

    for provider in PROVIDERS:
        assert provider in page
    assert "refused" in page


async def test_a_host_is_again_as_all_others(browser: httpx2.AsyncClient, live: Live) -> None:
    live.paths.config.write_text(f'# mine\n[hosts."{OPENAI.upper()}"]\nmode = "block"\n')
    await browser.post("/hosts/*", data={"mode": "observe", "restore_arguments": "on"})
    await browser.post(f"/hosts/{OPENAI}", data={"mode": "block", "do": "reset"})

    assert list(live.config.hosts) == [EVERY]
    assert policy_of(live.config).host(OPENAI).mode is Mode.OBSERVE


async def test_names_in_capitals_are_edited_where_they_stand(browser: httpx2.AsyncClient, live: Live) -> None:
    live.paths.config.write_text(
        f'[hosts."{OPENAI.upper()}"]\nmode = "block"\n\n[programs.Codex."{OPENAI.upper()}"]\nmode = "block"\n'
    )
    await browser.post("/hosts/*", data={"mode": "observe"})
    await browser.post("/hosts", data={f"mode-{OPENAI}": "observe"})
    await browser.post(f"/hosts/{OPENAI}/program", data={"program": "codex", "program_mode": "protect"})

    assert set(live.config.hosts) == {OPENAI.upper(), EVERY}
    assert live.config.hosts[OPENAI.upper()].mode is Mode.OBSERVE
    assert live.config.programs == {"Codex": {OPENAI.upper(): ProgramHost(mode=Mode.PROTECT)}}


async def test_what_an_organisation_holds_is_said_beside_its_field(
    browser: httpx2.AsyncClient, live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(f'[hosts."{OPENAI}"]\nmode = "protect"\n')
    monkeypatch.setattr(managed, "POLICY_FILE", policy)
    live.follow(load(live.paths.config, known_hosts()))
    one = await browser.post(f"/hosts/{OPENAI}", data={"mode": "bypass", "masked_tools": "fetch"})
    table = await browser.post("/hosts", data={f"mode-{OPENAI}": "bypass"})

    assert "managed by your organisation" in errors(one)["mode"].lower()
    assert 'value="fetch"' in one.text
    assert f'id="mode-{OPENAI}-error">Managed by your organisation' in table.text
    assert f"hosts.{OPENAI}.mode" in table.text
    assert not live.paths.config.exists()
