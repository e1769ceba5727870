from collections.abc import AsyncIterator
from typing import NoReturn

import httpx2
import pytest

from maskwire.policy import Policy
from maskwire_daemon.api.access import Principal, Role
from maskwire_daemon.api.app import routed
from maskwire_daemon.api.auditing import Audited
from maskwire_daemon.api.entrance import Entrance
from maskwire_daemon.api.guard import Guard
from maskwire_daemon.api.sessions import SessionRoutes
from maskwire_daemon.sessions import Sessions
from maskwire_daemon.store.act import Act
from tests.fakes.control import FakeControl

PORT, TOKEN = 8878, "t0ken"


@pytest.fixture
def acts() -> list[Act]:
    return []


@pytest.fixture
async def api(acts: list[Act]) -> AsyncIterator[httpx2.AsyncClient]:
    app = Guard(Audited(routed(FakeControl()), acts.append, lambda: 7.0), PORT, Entrance(TOKEN, PORT))
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{PORT}", headers=headers) as client:
        yield client


def closed() -> NoReturn:
    raise AssertionError("a session never looks into the vault")


async def test_what_changes_something_is_noted_with_how_it_ended(api: httpx2.AsyncClient, acts: list[Act]) -> None:
    await api.post("/v1/pause", json={"minutes": 5})
    await api.put("/v1/hosts/bank.example", json={"mode": "block"})

    assert acts == [
        Act(7.0, "this computer", "POST", "/v1/pause", 200),
        Act(7.0, "this computer", "PUT", "/v1/hosts/bank.example", 400),
    ]


async def test_reading_is_not_noted(api: httpx2.AsyncClient, acts: list[Act]) -> None:
    await api.get("/v1/status")

    assert acts == []


async def test_of_a_call_without_right_and_of_a_session_only_the_route_is_noted(acts: list[Act]) -> None:
    own = Principal("reports", Role.OPERATOR)
    sessions = SessionRoutes(FakeControl(), closed, Policy, Sessions()).routes()
    entrance = Entrance(TOKEN, PORT, find=lambda _: own)
    app = Guard(Audited(routed(FakeControl(), sessions), acts.append, lambda: 7.0), PORT, entrance)
    transport = httpx2.ASGITransport(app=app)
    headers = {"authorization": "Bearer mw_x"}
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{PORT}", headers=headers) as client:
        await client.put("/v1/hosts/made-up.example", json={"mode": "block"})
        await client.delete("/v1/sessions/none")

    assert [(act.subject, act.status) for act in acts] == [("/v1/hosts/{host}", 403), ("/v1/sessions/{id}", 404)]


async def test_neither_body_nor_query_nor_a_made_up_path_is_noted(api: httpx2.AsyncClient, acts: list[Act]) -> None:
    await api.post("/v1/reveal?Jane", json={"token": "Jane"})
    await api.post("/v1/Jane", json={})

    assert [act.subject for act in acts] == ["/v1/reveal"]
