"""Answers without an end: they end with the right to them, and there are only so many."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message

from maskwire.errors import VaultError
from maskwire_daemon.api import streams
from maskwire_daemon.api.access import Principal, Role
from maskwire_daemon.api.app import routed
from maskwire_daemon.api.entrance import Entrance
from maskwire_daemon.api.guard import Guard
from maskwire_daemon.api.streams import MOST_OF_ONE, EventStream, Readers
from tests.fakes.control import FakeControl
from tests.fakes.streamed import Streamed

PORT, TOKEN = 8878, "t0ken"
STREAM = "/v1/events/stream?after=1"


class Tokens:
    """Tokens of access, as long as they hold."""

    def __init__(self) -> None:
        self.known = {"mw_a": Principal("a", Role.VIEWER), "mw_b": Principal("b", Role.VIEWER)}
        self.readable = True

    def find(self, token: str) -> Principal | None:
        if not self.readable:
            raise VaultError("the disk is gone")
        return self.known.get(token)


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def app(tokens: Tokens) -> ASGIApp:
    """The API of a daemon that goes on."""
    control = FakeControl()
    control.goes_on = True
    return Guard(routed(control), PORT, Entrance(TOKEN, PORT, find=tokens.find))


def asked(app: ASGIApp, token: str = "mw_a") -> Streamed:
    return Streamed(app, STREAM, {"host": f"127.0.0.1:{PORT}", "authorization": f"Bearer {token}"})


def remove(tokens: Tokens) -> None:
    del tokens.known["mw_a"]


def lower(tokens: Tokens) -> None:
    tokens.known["mw_a"] = Principal("a", Role.OPERATOR)


def take_values(tokens: Tokens) -> None:
    tokens.known["mw_a"] = Principal("a", Role.VIEWER, restores=False)


def break_down(tokens: Tokens) -> None:
    tokens.readable = False


@pytest.mark.parametrize("change", [remove, lower, take_values, break_down])
async def test_a_stream_ends_with_the_right_to_it(
    app: ASGIApp, tokens: Tokens, change: Callable[[Tokens], None]
) -> None:
    async with asked(app) as reader:
        await reader.until("id: 3")
        change(tokens)
        await reader.ended()


async def test_another_tokens_end_is_nobody_elses(app: ASGIApp, tokens: Tokens) -> None:
    async with asked(app, "mw_a") as first, asked(app, "mw_b") as second, asked(app, TOKEN) as own:
        remove(tokens)
        await first.ended()
        for reader in (second, own):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.ended(), 0.2)


async def test_nobody_takes_the_places_of_all(app: ASGIApp) -> None:
    readers = [asked(app) for _ in range(MOST_OF_ONE)]
    await asyncio.gather(*(reader.__aenter__() for reader in readers))
    async with asked(app) as refused, asked(app, "mw_b") as other:
        statuses = [reader.status for reader in readers], refused.status, other.status
    await asyncio.gather(*(reader.leave() for reader in readers))
    async with asked(app) as after:
        pass

    assert statuses == ([200] * MOST_OF_ONE, 503, 200)
    assert refused.held == '{"error":"too many of these are followed at once: close some"}'
    assert after.status == 200


async def test_two_at_once_do_not_both_take_the_last_place() -> None:
    readers, begun = Readers(1), asyncio.Event()

    async def events(request: Request) -> Response:
        await asyncio.sleep(0)  # as whoever looks something up before it answers

        async def one() -> AsyncIterator[str]:
            begun.set()
            await asyncio.Event().wait()
            yield ""

        request.state.principal = Principal("a", Role.VIEWER)
        return EventStream(request, one(), readers, PlainTextResponse("full", 503))

    app = Starlette(routes=[Route("/", events)])
    both = [Streamed(app, "/", {"host": "here"}) for _ in range(2)]
    await asyncio.gather(*(reader.__aenter__() for reader in both))
    statuses = sorted(reader.status for reader in both)
    await asyncio.gather(*(reader.leave() for reader in both))

    assert statuses == [200, 503]
    assert readers.enter("a")


async def test_a_reader_that_takes_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "STALLED_S", 0.05)
    readers = Readers(1)

    async def events() -> AsyncIterator[str]:
        yield "never taken"

    async def send(message: Message) -> None:
        if message.get("body"):
            await asyncio.Event().wait()

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    request = Request({"type": "http", "state": {"principal": Principal("a", Role.VIEWER)}})
    async with asyncio.timeout(20):
        await EventStream(request, events(), readers, Response())({"type": "http"}, receive, send)

    assert readers.enter("a")
