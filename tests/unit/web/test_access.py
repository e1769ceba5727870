"""Access for other programs and browsers, given and taken on a page; and the log of what was done."""

import html
import re

import httpx2
import pytest

from maskwire_daemon.api.entrance import Entrance
from maskwire_daemon.storage import Storage
from maskwire_daemon.store.act import Act
from maskwire_daemon.web.access_page import ROWS
from tests.unit.web.conftest import PORT


def message(answer: httpx2.Response, field: str) -> str:
    found = re.search(rf'<p class="error" id="{field}-error">(.*?)</p>', answer.text)
    return html.unescape(found[1]) if found else ""


async def test_a_token_is_made_and_shown_in_that_answer_alone(browser: httpx2.AsyncClient, storage: Storage) -> None:
    answer = await browser.post("/access/tokens", data={"name": "reports", "role": "viewer"})
    (token,) = re.findall(r"mw_[\w-]{43}", answer.text)
    found = storage.access.find(token)

    assert found is not None
    assert (found.name, found.role, found.restores) == ("reports", "viewer", False)
    assert token not in (await browser.get("/access")).text


async def test_the_right_to_read_values_is_given_by_a_tick(browser: httpx2.AsyncClient, storage: Storage) -> None:
    await browser.post("/access/tokens", data={"name": "desk", "role": "operator", "restores": "on"})

    assert [(t.name, t.restores) for t in storage.access.tokens()] == [("desk", True)]


@pytest.mark.parametrize("name", ["", "a<b", "x" * 61, "ci"])
async def test_a_name_that_will_not_do_is_said_beside_it_and_kept(
    browser: httpx2.AsyncClient, storage: Storage, name: str
) -> None:
    storage.access.add("ci", "viewer", restores=False)
    answer = await browser.post("/access/tokens", data={"name": name, "role": "operator", "restores": "on"})

    assert answer.status_code == 422
    assert message(answer, "name")
    assert f'value="{html.escape(name)}"' in answer.text
    assert '<option value="operator" selected>' in answer.text
    assert 'value="on" checked' in answer.text
    assert len(storage.access.tokens()) == 1


async def test_a_role_that_does_not_exist_is_refused(browser: httpx2.AsyncClient, storage: Storage) -> None:
    answer = await browser.post("/access/tokens", data={"name": "ci", "role": "root"})

    assert answer.status_code == 422
    assert message(answer, "role")
    assert storage.access.tokens() == []


async def test_a_token_is_taken_back(browser: httpx2.AsyncClient, storage: Storage) -> None:
    token = storage.access.add("ci", "viewer", restores=False)
    answer = await browser.post("/access/remove", data={"token_name": "ci"})

    assert answer.status_code == 303
    assert storage.access.find(token) is None
    assert "ci has no access any more." in (await browser.get("/access")).text
    assert (await browser.post("/access/remove", data={"token_name": "ci"})).status_code == 404


async def test_other_browsers_are_logged_out_one_by_one_and_all(
    browser: httpx2.AsyncClient, entrance: Entrance
) -> None:
    cookies = [entrance.redeem(entrance.issue()) for _ in range(3)]
    newest = entrance.sessions()[0]
    page = await browser.get("/access")
    await browser.post("/access/logout", data={"session": newest.id})
    after_one = [entrance.by_cookie(cookie or "") is not None for cookie in cookies]
    answer = await browser.post("/access/logout", data={"session": "all"})
    after_all = [entrance.by_cookie(cookie or "") is not None for cookie in cookies]

    assert page.text.count("Another browser") == 3
    assert after_one == [True, True, False]
    assert after_all == [False, False, False]
    assert answer.status_code == 303
    assert (await browser.get("/")).status_code == 200


async def test_the_name_of_a_session_opens_nothing(browser: httpx2.AsyncClient, entrance: Entrance) -> None:
    (session,) = entrance.sessions()

    assert (await browser.get("/", headers={"cookie": f"maskwire-{PORT}={session.id}"})).status_code == 401


@pytest.fixture
def log(storage: Storage) -> None:
    """More acts than a page holds: one refused, two by a program."""
    for number in range(ROWS + 10):
        storage.audit.record(Act(1_000.0 + number, "browser", "POST", f"/page/{number:03}", 303))
    storage.audit.record(Act(2_000.0, "ci", "POST", "/v1/pause", 403))
    storage.audit.record(Act(2_001.0, "ci", "reveal", "", 404))


def subjects(answer: httpx2.Response) -> list[str]:
    return re.findall(r'<td class="mono path-cell">(.*?)</td>', answer.text)


@pytest.mark.usefixtures("log")
async def test_the_log_is_read_page_by_page(browser: httpx2.AsyncClient) -> None:
    first = await browser.get("/access")
    (older,) = re.findall(r'<a href="([^"]*before=[^"]*)">Older</a>', first.text)
    second = await browser.get(html.unescape(older))

    assert len(subjects(first)) == ROWS
    assert subjects(first)[:3] == ["", "/v1/pause", f"/page/{ROWS + 9:03}"]
    assert subjects(second)[-1] == "/page/000"
    assert len(subjects(first)) + len(subjects(second)) == ROWS + 12
    assert "Older</a>" not in second.text


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("actor=ci", ["", "/v1/pause"]),
        ("text=PAUSE", ["/v1/pause"]),
        ("text=reveal", [""]),
        ("ended=refused", ["", "/v1/pause"]),
        ("ended=done&text=007", ["/page/007"]),
        ("actor=nobody", []),
        ("text=%25", []),
    ],
)
async def test_the_log_is_filtered(browser: httpx2.AsyncClient, query: str, found: list[str]) -> None:
    assert subjects(await browser.get(f"/access?{query}")) == found


@pytest.mark.parametrize("query", ["before=x", "before=-1", "before=" + "9" * 30, "text=" + "a" * 5000])
async def test_a_strange_address_shows_a_page(browser: httpx2.AsyncClient, query: str) -> None:
    assert (await browser.get(f"/access?{query}")).status_code == 200


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", True),
        ("actor=reports", True),
        ("actor=browser", False),
        ("ended=refused", True),
        ("ended=done", False),
        ("text=PAUSE", True),
        ("text=hosts", False),
        ("before=9", False),
    ],
)
async def test_calls_that_are_being_counted_are_on_the_first_page(
    browser: httpx2.AsyncClient, storage: Storage, query: str, shown: bool
) -> None:
    for number in range(1235):
        storage.audit.record(Act(1_000.0 + number, "reports", "POST", "/v1/pause", 403))
    text = (await browser.get(f"/access?{query}")).text

    assert ("1\u202f234 times" in text) is shown
