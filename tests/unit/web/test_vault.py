"""The vault's page: counts without values, one value behind its gate, removal and keys, for administrators alone."""

import asyncio
import html
import re

import httpx2
import pytest

from maskwire.vault import Finding
from maskwire_daemon.live import Live
from maskwire_daemon.reveal import FREE_TRIES
from maskwire_daemon.storage import Storage
from maskwire_daemon.web import unlocked
from maskwire_daemon.web.services import Services

MAIL, PERSON = "jane.miller@northwind-traders.com", "Jane Miller"
PASSPHRASE = "correct horse"


@pytest.fixture
def token(storage: Storage) -> str:
    """The token of a mail address, in a vault that also knows a person."""
    mail, _ = storage.vault.tokenize([Finding("EMAIL_ADDRESS", MAIL), Finding("PERSON", PERSON)])
    return mail


async def post(browser: httpx2.AsyncClient, path: str, **fields: str) -> httpx2.Response:
    return await browser.post(f"/vault/{path}", data=fields)


def message(answer: httpx2.Response, field: str) -> str:
    found = re.search(rf'<p class="error" id="{field}-error">(.*?)</p>', answer.text)
    return html.unescape(found[1]) if found else ""


@pytest.mark.usefixtures("token")
async def test_the_page_counts_and_shows_no_value(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/vault")

    assert answer.status_code == 200
    for piece in ("EMAIL_ADDRESS", "PERSON", "<dt>Values</dt><dd>2", "for good", "the environment"):
        assert piece in answer.text
    assert MAIL not in answer.text
    assert PERSON not in answer.text


async def test_an_empty_vault_says_so(browser: httpx2.AsyncClient) -> None:
    assert "The vault is empty." in (await browser.get("/vault")).text


async def test_a_value_is_in_the_answer_alone_and_in_the_log_before(
    browser: httpx2.AsyncClient, storage: Storage, token: str
) -> None:
    answer = await post(browser, "reveal", token=f" {token} ")
    again = await browser.get("/vault")

    assert f">{MAIL}</pre>" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert MAIL not in again.text
    assert [(e.act.deed, e.act.subject, e.act.status) for e in storage.audit.entries()] == [("reveal", token, 200)]


async def test_a_value_is_text_on_the_page(browser: httpx2.AsyncClient, storage: Storage) -> None:
    (token,) = storage.vault.tokenize([Finding("CUSTOM", "<script>alert(1)</script>")])

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in (await post(browser, "reveal", token=token)).text


@pytest.mark.parametrize(("typed", "said"), [("", "This is needed."), ("hunter2", "does not know that token")])
async def test_a_token_that_is_none_is_said_beside_its_field(
    browser: httpx2.AsyncClient, typed: str, said: str
) -> None:
    answer = await post(browser, "reveal", token=typed)

    assert answer.status_code == 422
    assert said in message(answer, "token")
    assert f'value="{typed}"' in answer.text


async def test_with_a_passphrase_it_is_asked_for_and_never_shown_again(browser: httpx2.AsyncClient, token: str) -> None:
    await post(browser, "passphrase", new=PASSPHRASE, again=PASSPHRASE)
    without = await post(browser, "reveal", token=token)
    wrong = await post(browser, "reveal", token=token, passphrase="battery staple")
    right = await post(browser, "reveal", token=token, passphrase=PASSPHRASE)

    assert message(without, "passphrase") == "This takes the reveal passphrase."
    assert "That is not the reveal passphrase" in message(wrong, "passphrase")
    assert f'value="{token}"' in wrong.text
    for answer in (without, wrong):
        assert answer.status_code == 422
        assert MAIL not in answer.text
        assert "battery staple" not in answer.text
    assert MAIL in right.text
    assert PASSPHRASE not in right.text


async def test_tries_are_limited(browser: httpx2.AsyncClient, token: str) -> None:
    await post(browser, "passphrase", new=PASSPHRASE, again=PASSPHRASE)
    for _ in range(FREE_TRIES):
        await post(browser, "reveal", token=token, passphrase="battery staple")
    answer = await post(browser, "reveal", token=token, passphrase=PASSPHRASE)

    assert "Too many wrong passphrases" in message(answer, "passphrase")
    assert MAIL not in answer.text


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("new", {"new": "short", "again": "short"}),
        ("again", {"new": PASSPHRASE, "again": PASSPHRASE + "!"}),
    ],
)
async def test_a_passphrase_that_will_not_do_is_not_set(
    browser: httpx2.AsyncClient, token: str, field: str, fields: dict[str, str]
) -> None:
    answer = await post(browser, "passphrase", **fields)

    assert answer.status_code == 422
    assert message(answer, field)
    assert fields["new"] not in answer.text
    assert MAIL in (await post(browser, "reveal", token=token)).text


async def test_changing_it_takes_the_present_one(browser: httpx2.AsyncClient, token: str) -> None:
    await post(browser, "passphrase", new=PASSPHRASE, again=PASSPHRASE)
    another = "another horse"
    missing = await post(browser, "passphrase", new=another, again=another)
    wrong = await post(browser, "passphrase", old="battery staple", new=another, again=another)
    right = await post(browser, "passphrase", old=PASSPHRASE, new=another, again=another)

    assert message(missing, "old") == "This is needed."
    assert "That is not the reveal passphrase" in message(wrong, "old")
    assert right.status_code == 303
    assert MAIL in (await post(browser, "reveal", token=token, passphrase=another)).text


async def test_with_a_passphrase_the_playground_restores_for_a_while_after_it(
    browser: httpx2.AsyncClient, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore = {"do": "restore", "text": "", "answer": f"written to {token}"}
    before = await browser.post("/playground", data=restore)
    await post(browser, "passphrase", new=PASSPHRASE, again=PASSPHRASE)
    locked = await browser.post("/playground", data=restore)
    await post(browser, "reveal", token=token, passphrase=PASSPHRASE)
    opened = await browser.post("/playground", data=restore)
    monkeypatch.setattr(unlocked, "UNLOCKED_S", 0.0)
    await post(browser, "reveal", token=token, passphrase=PASSPHRASE)
    over = await browser.post("/playground", data=restore)

    assert [MAIL in answer.text for answer in (before, locked, opened, over)] == [True, False, True, False]
    assert message(locked, "answer").startswith("Show a value on the Vault page first")
    assert token in locked.text


@pytest.mark.usefixtures("token")
async def test_values_of_one_kind_are_removed(browser: httpx2.AsyncClient, storage: Storage) -> None:
    answer = await post(browser, "purge", days="0", entity="PERSON")

    assert answer.status_code == 303
    assert storage.vault.count() == {"EMAIL_ADDRESS": 1}
    assert "1 value is gone." in (await browser.get("/vault")).text


@pytest.mark.usefixtures("token")
async def test_what_was_used_lately_stays(browser: httpx2.AsyncClient, storage: Storage) -> None:
    await post(browser, "purge", days="1", entity="")

    assert storage.vault.count() == {"EMAIL_ADDRESS": 1, "PERSON": 1}


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("days", ["", "0", "-1", "many", "nan", "1e99"])
async def test_an_age_that_is_none_removes_nothing(browser: httpx2.AsyncClient, storage: Storage, days: str) -> None:
    answer = await post(browser, "purge", days=days, entity="")

    assert answer.status_code == 422
    assert message(answer, "days")
    assert sum(storage.vault.count().values()) == 2


@pytest.mark.usefixtures("token")
async def test_all_values_get_a_new_key_while_a_page_watches(
    browser: httpx2.AsyncClient, services: Services, storage: Storage
) -> None:
    answer = await post(browser, "rotate", what="values")
    rotation = await services.vault.rotated()
    assert rotation is not None
    page = await browser.get("/vault/rotation")

    assert answer.headers["location"] == "/vault/rotation"
    assert "2 values are encrypted under a new key" in page.text
    assert "http-equiv" not in page.text
    assert storage.vault.count() == {"EMAIL_ADDRESS": 1, "PERSON": 1}


async def test_while_keys_change_the_page_tells_how_far_and_loads_again(
    browser: httpx2.AsyncClient, services: Services
) -> None:
    await post(browser, "rotate", what="values")
    rotation = await services.vault.rotated()
    assert rotation is not None
    rotation.ended, rotation.done, rotation.total = False, 500, 2000
    page = await browser.get("/vault/rotation")
    await post(browser, "rotate", what="values")

    assert "500 of 2\u202f000 values" in page.text
    assert '<noscript><meta http-equiv="refresh" content="1"></noscript>' in page.text
    assert services.vault.rotation is rotation


async def test_a_master_key_that_cannot_be_changed_is_said(browser: httpx2.AsyncClient, services: Services) -> None:
    await post(browser, "rotate", what="master")
    rotation = await services.vault.rotated()
    assert rotation is not None

    assert "It did not work: The key in MASKWIRE_MASTER_KEY" in (await browser.get("/vault/rotation")).text


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("typed", ["", "yes", "destroyed"])
async def test_nothing_is_destroyed_without_the_word(
    browser: httpx2.AsyncClient, live: Live, storage: Storage, typed: str
) -> None:
    answer = await post(browser, "destroy", confirm=typed)

    assert answer.status_code == 422
    assert "nothing was destroyed" in message(answer, "confirm")
    assert f'value="{typed}"' in answer.text
    assert sum(storage.vault.count().values()) == 2
    assert not live.again


@pytest.mark.usefixtures("token")
async def test_the_word_destroys_and_begins_anew(browser: httpx2.AsyncClient, live: Live, storage: Storage) -> None:
    storage.access.add("reports", "viewer", restores=False)
    answer = await post(browser, "destroy", confirm=" Destroy ")

    assert answer.status_code == 200
    assert storage.vault.count() == {}
    assert storage.access.tokens() == []
    async with asyncio.timeout(30):
        await live.stop.wait()
    assert live.again
