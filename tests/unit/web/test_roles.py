"""Every page and button of the dashboard from its role on: the table names all, so that a new one has to be decided."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx2
import pytest

from maskwire_daemon.api.access import Principal, Role
from maskwire_daemon.api.entrance import Entrance
from maskwire_daemon.storage import Storage
from maskwire_daemon.web import front, login, protection
from maskwire_daemon.web.services import Services
from maskwire_daemon.web.site import SECTIONS
from tests.unit.web.conftest import ORIGIN, PORT, TOKEN

OPEN = {
    ("GET", "/"),
    ("GET", "/live/stream"),
    ("GET", "/exchanges/{id:int}"),
    ("GET", "/playground"),
    ("GET", "/rules"),
    ("GET", "/rules/history"),
    ("GET", "/rules/local"),
    ("GET", "/hosts"),
    ("GET", "/hosts/find"),
    ("GET", "/hosts/surfaces"),
    ("GET", "/hosts/{host}"),
    ("GET", "/vault"),
    ("GET", "/vault/rotation"),
    ("GET", "/report"),
    ("GET", "/report/maskwire.csv"),
    ("GET", "/report/maskwire.jsonl"),
    ("GET", "/access"),
    ("GET", "/login"),
    ("POST", "/logout"),
}
"""What whoever is logged in may see and do."""

OPERATORS = {
    ("POST", "/playground"),
    ("POST", "/resume"),
    ("POST", "/rules/trial"),
    ("POST", "/rules/try"),
}
"""What takes an operator. All else that changes something takes an administrator."""

ROUTES = sorted(
    (method, route.path)
    for route in (*(r for section in SECTIONS for r in section.routes), *protection.ROUTES, *login.ROUTES)
    for method in (route.methods or set()) - {"HEAD"}
)

Calling = Callable[[Principal], AbstractAsyncContextManager[httpx2.AsyncClient]]


@pytest.fixture
def calling(services: Services) -> Calling:
    """Make a client that carries somebody's token."""

    @asynccontextmanager
    async def made(principal: Principal) -> AsyncIterator[httpx2.AsyncClient]:
        entrance = Entrance(TOKEN, PORT, find=lambda token: principal if token == "mw_x" else None)
        app = front.build(services, entrance)
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        headers = {"authorization": "Bearer mw_x"}
        async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers) as client:
            yield client

    return made


def role_of(method: str, path: str) -> Role:
    if (method, path) in OPERATORS:
        return Role.OPERATOR
    return Role.VIEWER if (method, path) in OPEN else Role.ADMIN


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if route[1] != "/live/stream"])
@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
async def test_each_page_is_open_from_its_role_on(calling: Calling, role: Role, method: str, path: str) -> None:
    async with calling(Principal("somebody", role)) as client:
        answer = await client.request(method, path.replace("{id:int}", "1"), data={} if method == "POST" else None)

    assert (answer.status_code != 403) is role.covers(role_of(method, path))


async def test_a_token_without_the_right_to_read_values_reveals_none_as_administrator(calling: Calling) -> None:
    async with calling(Principal("ci", Role.ADMIN, restores=False)) as client:
        answer = await client.post("/vault/reveal", data={"token": "PERSON_K7Q2MXA4"})

    assert answer.status_code == 403
    assert "no right to read values" in answer.text


async def test_a_token_without_that_right_gets_no_login_which_would_have_it(calling: Calling) -> None:
    async with calling(Principal("ci", Role.ADMIN, restores=False)) as client:
        refused = await client.post("/v1/login")
    async with calling(Principal("ci", Role.ADMIN)) as client:
        given = await client.post("/v1/login")

    assert (refused.status_code, given.status_code) == (403, 200)


@pytest.mark.parametrize("path", ["/vault", "/access"])
async def test_a_viewer_is_offered_no_button_that_is_closed_to_it(calling: Calling, path: str) -> None:
    async with calling(Principal("somebody", Role.VIEWER)) as client:
        answer = await client.get(path)

    assert answer.status_code == 200
    assert 'method="post"' not in answer.text


async def test_nobody_gives_a_right_that_they_do_not_have(calling: Calling, storage: Storage) -> None:
    async with calling(Principal("ci", Role.ADMIN, restores=False)) as client:
        refused = await client.post("/access/tokens", data={"name": "x", "role": "viewer", "restores": "on"})
        made = await client.post("/access/tokens", data={"name": "y", "role": "viewer"})

    assert (refused.status_code, made.status_code) == (422, 200)
    assert [(token.name, token.restores) for token in storage.access.tokens()] == [("y", False)]
