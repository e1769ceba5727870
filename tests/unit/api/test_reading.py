"""Bodies and queries that nobody sends by mistake are refused like those that somebody does."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from maskwire_daemon.api.app import build
from tests.fakes.control import FakeControl

PORT = 8878


@pytest.fixture
async def api() -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=build(FakeControl(), PORT, "t0ken"), raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{PORT}") as client:
        client.headers["authorization"] = "Bearer t0ken"
        yield client


async def test_a_body_without_bottom_is_not_json(api: httpx2.AsyncClient) -> None:
    answer = await api.post("/v1/mask", content="[" * 200_000)

    assert (answer.status_code, answer.json()) == (400, {"error": "the body is not JSON"})


@pytest.mark.parametrize("number", ["9" * 5000, "-1", "1e3", "\u00b2", ""])
async def test_a_number_out_of_bounds_is_refused(api: httpx2.AsyncClient, number: str) -> None:
    answer = await api.get("/v1/events", params={"limit": number})

    assert answer.status_code == 400
    assert answer.json()["error"].startswith("limit must be a number")
