"""Sessions over the API: who reaches one, what it may take, and that its values go when its time is over."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import NoReturn

import httpx2
import pytest

from maskwire.policy import Policy
from maskwire_daemon import sessions as kept
from maskwire_daemon.api import sessions as routes_of_sessions
from maskwire_daemon.api.access import Principal, Role
from maskwire_daemon.api.app import routed
from maskwire_daemon.api.entrance import Entrance
from maskwire_daemon.api.guard import Guard
from maskwire_daemon.api.sessions import SessionRoutes
from maskwire_daemon.sessions import MOST_OF_ONE, Sessions
from tests.fakes.control import FakeControl

PORT = 8878


def closed() -> NoReturn:
    raise AssertionError("a session never looks into the vault")


@pytest.fixture
def sessions() -> Sessions:
    return Sessions()


@pytest.fixture
async def api(sessions: Sessions) -> AsyncIterator[httpx2.AsyncClient]:
    control = FakeControl()
    own = SessionRoutes(control, closed, Policy, sessions).routes()
    entrance = Entrance("t0ken", PORT, find=lambda token: Principal(token, Role.OPERATOR, restores=token != "blind"))
    transport = httpx2.ASGITransport(app=Guard(routed(control, own), PORT, entrance), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{PORT}") as client:
        client.headers["authorization"] = "Bearer ci"
        yield client


async def opened(api: httpx2.AsyncClient, ttl_s: float = 60.0) -> str:
    return str((await api.post("/v1/sessions", json={"ttl_s": ttl_s})).json()["session"])


async def test_values_go_when_the_time_is_over_though_nobody_asks(
    api: httpx2.AsyncClient, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes_of_sessions, "LOOK_S", 0.02)
    name = await opened(api, ttl_s=0.1)
    vault = sessions.get("ci", name).vault
    for _ in range(500):
        if not len(sessions):
            break
        await asyncio.sleep(0.02)

    assert len(sessions) == 0
    with pytest.raises(Exception, match="destroyed"):
        vault.resolve("PERSON_K7Q2MXA4")  # type: ignore[arg-type]


async def test_texts_come_back_to_who_may_read_them(api: httpx2.AsyncClient) -> None:
    name = await opened(api)
    masked = (await api.post(f"/v1/sessions/{name}/mask", json={"texts": ["Jane wrote"]})).json()["texts"]

    assert "Jane" not in masked[0]
    restored = await api.post(f"/v1/sessions/{name}/restore", json={"texts": masked})
    assert restored.json() == {"texts": ["Jane wrote"]}


@pytest.mark.parametrize(("caller", "status"), [("other", 404), ("blind", 403), ("ci", 200)])
@pytest.mark.parametrize("call", ["restore", "detokenize"])
async def test_who_reads_a_session(api: httpx2.AsyncClient, caller: str, status: int, call: str) -> None:
    name = await opened(api)
    masked = (await api.post(f"/v1/sessions/{name}/mask", json={"texts": ["Jane"]})).json()
    answer = await api.post(f"/v1/sessions/{name}/{call}", json=masked, headers={"authorization": f"Bearer {caller}"})

    assert answer.status_code == status
    assert ("Jane" in answer.text) is (status == 200)


async def test_texts_are_worked_on_off_the_loop(api: httpx2.AsyncClient, sessions: Sessions) -> None:
    name = await opened(api)
    vault, where = sessions.get("ci", name).vault, set()
    tokenize = vault.tokenize

    def noted(findings: object) -> object:
        where.add(threading.get_ident())
        return tokenize(findings)  # type: ignore[arg-type]

    vault.tokenize = noted  # type: ignore[method-assign, assignment]
    await api.post(f"/v1/sessions/{name}/mask", json={"texts": ["Jane wrote"]})

    assert where
    assert threading.get_ident() not in where


async def test_one_caller_does_not_take_the_sessions_of_all(api: httpx2.AsyncClient) -> None:
    for _ in range(MOST_OF_ONE):
        await opened(api)

    full = await api.post("/v1/sessions", json={})
    assert full.status_code == 429
    other = await api.post("/v1/sessions", json={}, headers={"authorization": "Bearer other"})
    assert other.status_code == 201


async def test_a_session_gives_invented_names_where_the_settings_say_so(sessions: Sessions) -> None:
    naming = Policy(surrogates=frozenset({"PERSON"}))
    own = SessionRoutes(FakeControl(), closed, lambda: naming, sessions).routes()
    entrance = Entrance("t0ken", PORT, find=lambda token: Principal(token, Role.OPERATOR))
    transport = httpx2.ASGITransport(app=Guard(routed(FakeControl(), own), PORT, entrance), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{PORT}") as client:
        client.headers["authorization"] = "Bearer ci"
        name = await opened(client)
        masked = (await client.post(f"/v1/sessions/{name}/mask", json={"texts": ["Jane wrote"]})).json()["texts"]
        restored = (await client.post(f"/v1/sessions/{name}/restore", json={"texts": masked})).json()["texts"]

    assert masked[0].removesuffix(" wrote").isalpha()
    assert restored == ["Jane wrote"]


@pytest.mark.parametrize(("limit", "status"), [("LARGEST", 413), ("LARGEST_OF_ONE", 413), ("LARGEST_OF_ALL", 507)])
async def test_a_session_without_room_refuses(
    api: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch, limit: str, status: int
) -> None:
    name = await opened(api)
    monkeypatch.setattr(kept, limit, 500)
    answer = await api.post(f"/v1/sessions/{name}/mask", json={"texts": ["Jane"]})

    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert "Jane" not in answer.text
