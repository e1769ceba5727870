"""The client against the real API over a real socket: answers become values, refusals become sentences."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from maskwire_client import Client, ControlError, NotRunning, Refused, Runtime
from maskwire_client.models import HostEntry, NewAllowance, NewSecret, Purged, Status
from maskwire_daemon.api.app import build
from maskwire_daemon.api.reading import unix_time
from maskwire_daemon.api.server import serve
from maskwire_daemon.platform.ports import listeners
from tests.fakes.control import STATUS, FakeControl

TOKEN = "t0ken"


@contextmanager
def serving(control: FakeControl, more: Sequence[BaseRoute] = ()) -> Iterator[int]:
    """Serve the API on a free port in a thread."""
    sockets = listeners(0, "port")
    port: int = sockets[0].getsockname()[1]
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(
        target=lambda: loop.run_until_complete(serve(build(control, port, TOKEN, more), sockets, stop)), daemon=True
    )
    thread.start()
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
        for each in sockets:
            each.close()


def runtime(port: int) -> Runtime:
    return Runtime(1, "", f"http://127.0.0.1:{port}", "", "", 0.0, "0", TOKEN)


@pytest.fixture
def control() -> FakeControl:
    return FakeControl()


@pytest.fixture
def client(control: FakeControl) -> Iterator[Client]:
    with serving(control) as port:
        yield Client(runtime(port), timeout_s=5)


def test_status_is_the_daemons(client: Client) -> None:
    assert client.status() == STATUS


def test_every_call_reaches_the_daemon(client: Client, control: FakeControl) -> None:
    assert client.pause(5) == STATUS
    assert (control.minutes, control.floor) == (5, True)
    assert client.pause(5, floor=False) == STATUS
    assert control.floor is False
    assert client.resume() == STATUS
    assert control.minutes is None
    assert client.hosts() == [HostEntry("api.openai.com", "protect", chosen=False)]
    assert client.set_host("api.openai.com", "block") == [HostEntry("api.openai.com", "block", chosen=True)]
    assert [e.id for e in client.events(2, 1)] == [2, 3]
    assert [e.id for e in client.follow(1)] == [2, 3]
    assert client.mask(["Jane"]) == [FakeControl.token]
    assert client.restore([FakeControl.token]).texts == ("Jane",)
    assert [(s.start, s.end) for s in client.scan(["a Jane"])[0]] == [(2, 6)]
    assert client.reveal(FakeControl.token) == "Jane"
    assert client.purge(3) == Purged(1, 3)
    assert client.open_canary("127.0.0.1:9", "-----BEGIN CERTIFICATE-----\nAA==\n") == "canary.example"
    assert control.canary == "127.0.0.1:9"
    client.close_canary(proven=True)
    assert control.proven
    assert client.learn([NewSecret("TOKEN", ".env", "hunter2-x")]) == 1
    assert [(s.name, s.source, s.learned) for s in client.secrets()] == [("TOKEN", ".env", 1.5)]
    assert client.forget(["TOKEN"]) == 1
    client.allow(NewAllowance("Jane", "api.openai.com", "2027-01-31"))
    assert control.allowed == [NewAllowance("Jane", "api.openai.com", "2027-01-31")]
    assert client.disallow("Jane") == 1
    assert control.canary == ""
    client.shutdown()
    assert control.stopped.is_set()


@pytest.mark.parametrize("until", [1795312345.25, 1795312345.75, 2.0**53])
def test_a_period_ends_where_it_was_said_to(control: FakeControl, until: float) -> None:
    async def answer(request: Request) -> Response:
        return JSONResponse([unix_time(request, "since", 0.0), unix_time(request, "until", 0.0)])

    routes = [Route(path, answer, methods=["GET"]) for path in ("/v1/report", "/v1/events/export")]
    with serving(control, routes) as port:
        client = Client(runtime(port), timeout_s=5)
        reported, exported = client.report(1000.125, until, "jsonl"), "".join(client.export(1000.125, until))

    assert json.loads(reported) == json.loads(exported) == [1000.125, until]


def test_a_refusal_is_the_daemons_sentence(client: Client) -> None:
    with pytest.raises(Refused, match="this vault does not know that token") as caught:
        client.reveal("PERSON_ZZZZZZZZ")
    assert caught.value.status == 404
    with pytest.raises(Refused, match="matches no host"):
        client.set_host("bank.example/../x", "block")


def test_a_wrong_token_is_refused(client: Client) -> None:
    stranger = Client(replace(client.runtime, token="other"), timeout_s=5)

    with pytest.raises(Refused, match="token of the runtime file"):
        stranger.status()


def test_nobody_listens(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (tmp_path / "runtime.json").write_text(runtime(port).dumps())

    with pytest.raises(NotRunning, match="does not answer"):
        Client.running({"MASKWIRE_HOME": str(tmp_path)})


def test_something_else_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        threading.Thread(target=_answer_nonsense, args=(other,), daemon=True).start()
        with pytest.raises(NotRunning):
            Client(runtime(other.getsockname()[1]), timeout_s=5).status()


def test_a_daemon_that_hangs_is_named() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(ControlError, match="did not answer within 0 s: see `maskwire doctor`"),
    ):
        Client(runtime(silent.getsockname()[1]), timeout_s=0.2).status()


def test_proxy_variables_are_ignored(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert client.status() == STATUS


def test_a_newer_daemon_may_say_more() -> None:
    raw = {name: getattr(STATUS, name) for name in Status.__dataclass_fields__}

    assert Status.of({**raw, "new": 1}) == STATUS


def _answer_nonsense(server: socket.socket) -> None:
    connection, _ = server.accept()
    connection.recv(4096)
    connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")
    connection.close()
