"""Who reaches the dashboard: nobody without a session, no other site, and each login code once."""

from collections.abc import AsyncIterator, Mapping

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from maskwire_daemon.api import guard
from maskwire_daemon.api.access import Principal, Role, requires
from maskwire_daemon.api.entrance import CODE_S, MOST, SESSION_S, Entrance
from maskwire_daemon.live import Live
from maskwire_daemon.web.site import SECTIONS
from tests.fakes.control import FakeControl
from tests.unit.web.conftest import ORIGIN, PORT, TOKEN, Clock

BEARER = {"authorization": f"Bearer {TOKEN}"}


async def test_a_code_logs_one_browser_in_at_an_address_without_it(
    outside: httpx2.AsyncClient, entrance: Entrance
) -> None:
    answer = await outside.get(f"/login?code={entrance.issue()}")
    cookie = answer.headers["set-cookie"]

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert cookie.startswith(f"maskwire-{PORT}=")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert (await outside.get("/")).status_code == 200


async def test_the_api_gives_a_login_to_programs_alone(browser: httpx2.AsyncClient) -> None:
    path = (await browser.post("/v1/login", headers=BEARER)).json()["path"]

    assert (await browser.get(path)).status_code == 303
    assert (await browser.post("/v1/login")).status_code == 401


async def test_a_replayed_code_is_refused_and_ends_the_session_it_gave(
    outside: httpx2.AsyncClient, entrance: Entrance
) -> None:
    code = entrance.issue()
    await outside.get(f"/login?code={code}")
    again = await outside.get(f"/login?code={code}")

    assert again.status_code == 401
    assert "maskwire open" in again.text
    assert (await outside.get("/")).status_code == 401


@pytest.mark.parametrize("code", ["", "wrong", "%00", "🐟"])
async def test_an_unknown_code_is_refused(outside: httpx2.AsyncClient, code: str) -> None:
    answer = await outside.get("/login", params={"code": code})

    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


async def test_codes_and_sessions_end(outside: httpx2.AsyncClient, entrance: Entrance, clock: Clock) -> None:
    late = entrance.issue()
    clock.now += CODE_S + 1
    refused = await outside.get(f"/login?code={late}")
    await outside.get(f"/login?code={entrance.issue()}")
    before = await outside.get("/")
    clock.now += SESSION_S + 1
    after = await outside.get("/")

    assert [refused.status_code, before.status_code, after.status_code] == [401, 200, 401]


def test_a_thousand_codes_take_no_more_room_than_some(entrance: Entrance) -> None:
    codes = [entrance.issue() for _ in range(1000)]

    assert entrance.redeem(codes[0]) is None
    assert entrance.redeem(codes[-MOST + 1]) is not None


async def test_logging_out_ends_the_session(browser: httpx2.AsyncClient) -> None:
    cookie = browser.cookies[f"maskwire-{PORT}"]
    await browser.post("/logout")

    assert (await browser.get("/", headers={"cookie": f"maskwire-{PORT}={cookie}"})).status_code == 401


PAGES = [section.path for section in SECTIONS]


@pytest.mark.parametrize("path", [*PAGES, "/nothing", "/pause"])
async def test_nothing_is_shown_without_a_session(outside: httpx2.AsyncClient, path: str) -> None:
    answer = await outside.get(path)

    assert answer.status_code == 401
    assert "maskwire open" in answer.text
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", [*PAGES, "/nothing", "/static/app.css", "/login"])
async def test_every_page_allows_itself_alone(browser: httpx2.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    policy = answer.headers["content-security-policy"]

    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    for name, value in guard.PAGE_HEADERS:
        assert value.decode() == answer.headers[name.decode()]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8878", "127.0.0.1", "127.0.0.1:80", "[::1]", ""])
@pytest.mark.parametrize("path", ["/", "/login", "/static/app.css"])
async def test_a_foreign_host_is_misdirected(browser: httpx2.AsyncClient, host: str, path: str) -> None:
    assert (await browser.get(path, headers={"host": host})).status_code == 421


FOREIGN: list[Mapping[str, str]] = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": ORIGIN},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["/", "/login", "/pause"])
async def test_another_site_is_refused(browser: httpx2.AsyncClient, headers: Mapping[str, str], path: str) -> None:
    assert (await browser.post(path, headers=headers)).status_code == 403


@pytest.fixture
async def old(browser: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """A browser that logged in and does not send ``Sec-Fetch-Site``."""
    del browser.headers["sec-fetch-site"]
    return browser


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9999", "http://127.0.0.1"])
async def test_an_old_browser_is_judged_by_its_origin(old: httpx2.AsyncClient, origin: str) -> None:
    assert (await old.post("/resume", headers={"origin": origin})).status_code == 403


async def test_a_cookie_alone_changes_nothing(old: httpx2.AsyncClient, control: FakeControl) -> None:
    control.minutes = 5
    form = {"content-type": "application/x-www-form-urlencoded"}

    assert (await old.post("/resume", headers=form)).status_code == 403
    assert control.minutes == 5
    assert (await old.post("/resume", headers={**form, "origin": ORIGIN})).status_code == 303
    assert control.minutes is None


async def test_two_cookies_of_our_name_are_nobody(browser: httpx2.AsyncClient) -> None:
    good = browser.cookies[f"maskwire-{PORT}"]
    both = f"maskwire-{PORT}={good}; maskwire-{PORT}=planted"

    assert (await browser.get("/", headers={"cookie": both})).status_code == 401


async def test_a_wrong_bearer_is_not_made_good_by_a_cookie(browser: httpx2.AsyncClient) -> None:
    assert (await browser.get("/", headers={"authorization": "Bearer wrong"})).status_code == 401


async def test_a_body_too_large_is_refused(browser: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    announced = await browser.post("/pause", headers={"content-length": str(guard.MAX_BODY + 1)})
    monkeypatch.setattr(guard, "MAX_BODY", 100)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 10

    arrived = await browser.post("/pause", content=endless())

    assert (announced.status_code, arrived.status_code) == (413, 413)


async def test_a_page_that_is_not_there_is_answered_in_the_frame(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/nothing")

    assert answer.status_code == 404
    assert "<h1>Not here</h1>" in answer.text
    assert 'aria-label="Sections"' in answer.text


async def test_a_stranger_sees_no_frame(outside: httpx2.AsyncClient) -> None:
    answer = await outside.get("/static/nothing")

    assert answer.status_code == 404
    assert "Sections" not in answer.text


async def test_while_the_vault_is_locked_the_page_says_so(
    browser: httpx2.AsyncClient, live: Live, control: FakeControl
) -> None:
    live.storage = None
    answer = await browser.get("/")

    assert answer.status_code == 503
    assert "The vault is not open yet." in answer.text
    assert "Protecting" in answer.text


async def test_a_failure_inside_says_nothing_of_itself(browser: httpx2.AsyncClient, control: FakeControl) -> None:
    def fail() -> None:
        raise RuntimeError("hunter2")

    control.resume = fail  # type: ignore[method-assign] # the smallest way to break one page
    answer = await browser.post("/resume", data={"back": "/"})

    assert answer.status_code == 500
    assert "hunter2" not in answer.text


@pytest.mark.parametrize("role", Role)
async def test_a_role_covers_what_is_below_it(role: Role) -> None:
    @requires(Role.OPERATOR)
    async def operate(request: Request) -> Response:
        return Response("done")

    app = Starlette(routes=[Route("/", operate)])

    async def called(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["principal"] = Principal("somebody", role)
        await app(scope, receive, send)

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=called), base_url=ORIGIN) as client:
        answer = await client.get("/")

    assert answer.status_code == (403 if role is Role.VIEWER else 200)
