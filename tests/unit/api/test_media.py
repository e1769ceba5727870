"""The route that lets images and sound pass for a while."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from maskwire_daemon.api.app import build
from maskwire_daemon.api.media import media_routes
from tests.fakes.control import FakeControl

PORT, TOKEN = 8878, "t0ken"

Given = list[tuple[str, float]]


@pytest.fixture
def given() -> Given:
    return []


@pytest.fixture
async def api(given: Given) -> AsyncIterator[httpx2.AsyncClient]:
    routes = media_routes(lambda host, minutes: given.append((host, minutes)))
    app = build(FakeControl(), PORT, TOKEN, routes)
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{PORT}", headers=headers) as client:
        yield client


async def test_leave_reaches_the_daemon(api: httpx2.AsyncClient, given: Given) -> None:
    answer = await api.post("/v1/media", json={"host": "api.openai.com", "minutes": 5})

    assert (answer.status_code, answer.json()) == (200, {"host": "api.openai.com", "minutes": 5})
    assert given == [("api.openai.com", 5)]


@pytest.mark.parametrize(
    "body",
    [
        {"host": "bank.example", "minutes": 5},
        {"host": "api.openai.com", "minutes": 0},
        {"host": "api.openai.com", "minutes": 61},
        {"host": "api.openai.com"},
        {"host": "", "minutes": 5},
    ],
    ids=str,
)
async def test_no_other_leave_is_given(api: httpx2.AsyncClient, given: Given, body: dict[str, object]) -> None:
    assert (await api.post("/v1/media", json=body)).status_code == 400
    assert given == []


async def test_without_the_token_there_is_none(api: httpx2.AsyncClient, given: Given) -> None:
    answer = await api.post(
        "/v1/media", json={"host": "api.openai.com", "minutes": 5}, headers={"authorization": "Bearer x"}
    )

    assert answer.status_code == 401
    assert given == []
