"""Bodies and queries that nobody sends by mistake are refused like those that somebody does."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from maskwire_daemon.api.app import build
from maskwire_daemon.api.reading import moment
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


@pytest.mark.parametrize(
    ("text", "unix_s"), [("1000", 1000.0), ("1000.25", 1000.25), ("1970-01-01T00:00:01", 1.0), ("1970-01-02", 86400.0)]
)
def test_a_moment_is_taken_to_the_fraction(text: str, unix_s: float) -> None:
    assert moment(text) == unix_s


@pytest.mark.parametrize("text", ["1.2.3", ".", "-1", "1e3", "nan", "yesterday"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the standard library says of it
        moment(text)
