"""The stand-in over HTTP/2: the same provider behind hypercorn. What arrived is kept after HPACK and framing."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config, Sockets

from maskwire_daemon.standin.provider import Provider
from maskwire_daemon.standin.tls import ThrowawayAuthority
from maskwire_daemon.standin.wire import Call

type Scope = dict[str, Any]
type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]


class Http2StandIn:
    """As ``StandIn`` is. ``versions`` tells the HTTP version of each request."""

    def __init__(self) -> None:
        self.provider = Provider()
        self.authority = ThrowawayAuthority()
        self.address = ""
        self.versions: list[str] = []
        self._heard = bytearray()

    @property
    def pem(self) -> str:
        return self.authority.pem

    def heard(self) -> bytes:
        return bytes(self._heard)

    def forget(self) -> None:
        """Drop what was heard and asked so far."""
        self._heard.clear()
        self.versions.clear()
        self.provider.calls.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = bytearray()
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in scope["headers"])
        target = scope["raw_path"].decode("latin-1") + (
            f"?{q}" if (q := scope["query_string"].decode("latin-1")) else ""
        )
        host = dict(headers).get("host", "")
        self.versions.append(scope["http_version"])
        self._heard += repr((scope["method"], target, headers)).encode() + body
        answer = self.provider.answer(Call(scope["method"], host, target, headers, bytes(body)))
        said = (("content-type", answer.content_type), *answer.headers)
        start = [(name.encode(), value.encode()) for name, value in said]
        await send({"type": "http.response.start", "status": answer.status, "headers": start})
        for piece in answer.pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


class _Settings(Config):
    """Hypercorn with our throw-away certificates and one port that the system chose."""

    def __init__(
        self, stand_in: Http2StandIn, started: "Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]]"
    ) -> None:
        super().__init__()
        self._stand_in, self._started = stand_in, started
        self.bind = ["127.0.0.1:0"]
        self.stopping = asyncio.Event()

    @property
    def ssl_enabled(self) -> bool:
        return True

    def create_ssl_context(self) -> ssl.SSLContext:
        return self._stand_in.authority.server_context(("h2", "http/1.1"))

    def create_sockets(self) -> Sockets:
        sockets = super().create_sockets()
        host, port = sockets.secure_sockets[0].getsockname()[:2]
        self._stand_in.address = f"{host}:{port}"
        self._started.set_result((asyncio.get_running_loop(), self.stopping))
        return sockets


@contextmanager
def running_http2(stand_in: Http2StandIn) -> Iterator[Http2StandIn]:
    """Serve from a thread until the block ends."""
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def work() -> None:
        settings = _Settings(stand_in, started)

        async def stopped() -> None:
            await settings.stopping.wait()

        await serve(stand_in, settings, shutdown_trigger=stopped)  # type: ignore[arg-type] # its own dict types

    with ThreadPoolExecutor(1, "http2-standin") as pool:
        done = pool.submit(asyncio.run, work())
        loop, stopping = started.result(timeout=10)
        try:
            yield stand_in
        finally:
            loop.call_soon_threadsafe(stopping.set)
            done.result(timeout=10)
