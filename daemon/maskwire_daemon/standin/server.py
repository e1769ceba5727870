"""The stand-in's sockets: HTTP/1.1 over TLS on loopback, every byte that arrived kept. IO."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager

import h11

from maskwire_daemon.standin.provider import Provider
from maskwire_daemon.standin.tls import ThrowawayAuthority
from maskwire_daemon.standin.wire import Answer, Call

_READ = 64 * 1024
"""Bytes asked of a connection at a time."""


class StandIn:
    """A provider on a port of its own. ``address`` is where it listens, ``pem`` what its clients must trust."""

    def __init__(self, provider: Provider | None = None) -> None:
        self.provider = provider or Provider()
        self.address = ""
        self._authority = ThrowawayAuthority()
        self._heard: list[bytearray] = []
        self._open: set[asyncio.StreamWriter] = set()

    @property
    def pem(self) -> str:
        """The certificate of the authority that signs for every host asked of it."""
        return self._authority.pem

    def heard(self) -> bytes:
        """Return all that arrived on any connection, decrypted and otherwise untouched."""
        return b"\n".join(map(bytes, self._heard))

    def forget(self) -> None:
        """Drop what was heard and asked so far."""
        self._heard.clear()
        self.provider.calls.clear()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Listen on a free port of 127.0.0.1 until the block ends; connections still open then are cut."""
        server = await asyncio.start_server(self._client, "127.0.0.1", 0, ssl=self._authority.server_context())
        host, port = server.sockets[0].getsockname()[:2]
        self.address = f"{host}:{port}"
        try:
            yield
        finally:
            server.close()
            for writer in self._open:
                writer.transport.abort()
            await server.wait_closed()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard = bytearray()
        self._heard.append(heard)
        self._open.add(writer)
        try:
            await _Conversation(self.provider, heard, reader, writer).run()
        except (ConnectionError, h11.RemoteProtocolError):
            writer.transport.abort()  # the other side is gone or makes no sense: nothing to say
        finally:
            self._open.discard(writer)
            writer.close()


class _Conversation:
    """One connection: requests and their answers in turn."""

    def __init__(
        self, provider: Provider, heard: bytearray, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._provider, self._heard, self._reader, self._writer = provider, heard, reader, writer
        self._http = h11.Connection(h11.SERVER)

    async def run(self) -> None:
        while (call := await self._request()) is not None:
            if not await self._respond(self._provider.answer(call)) or self._http.our_state is not h11.DONE:
                return
            self._http.start_next_cycle()

    async def _request(self) -> Call | None:
        """Return the next request, or ``None`` when the client has closed the connection."""
        head: h11.Request | None = None
        body = bytearray()
        while not isinstance(event := await self._event(), h11.EndOfMessage | h11.ConnectionClosed):
            if isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
        if head is None:
            return None
        headers = tuple((key.decode("latin-1"), value.decode("latin-1")) for key, value in head.headers)
        call = Call(head.method.decode(), "", head.target.decode("latin-1"), headers, bytes(body))
        return Call(call.method, call.header("host"), call.target, headers, call.body)

    async def _event(self) -> h11.Event:
        while True:
            event = self._http.next_event()
            if isinstance(event, h11.Event):
                return event
            if event is h11.PAUSED:
                raise h11.RemoteProtocolError("a second request came before the first was answered")
            if self._http.they_are_waiting_for_100_continue:
                await self._send(h11.InformationalResponse(status_code=100, headers=[]))
            data = await self._reader.read(_READ)
            self._heard += data
            self._http.receive_data(data)

    async def _respond(self, answer: Answer) -> bool:
        """Write ``answer``; tell whether the connection may be used again."""
        framing = ("transfer-encoding", "chunked")
        if len(answer.pieces) == 1:
            framing = ("content-length", str(len(answer.pieces[0])))
        headers = [("content-type", answer.content_type), framing, *answer.headers]
        await self._send(h11.Response(status_code=answer.status, headers=headers))
        behaviour = self._provider.behaviour
        for number, piece in enumerate(answer.pieces):
            if number == behaviour.reset_after:
                self._writer.transport.abort()
                return False
            await self._send(h11.Data(data=piece))
            if behaviour.pause_s:
                await asyncio.sleep(behaviour.pause_s)
        await self._send(h11.EndOfMessage())
        return True

    async def _send(self, event: h11.Event) -> None:
        self._writer.write(self._http.send(event) or b"")
        await self._writer.drain()


@contextmanager
def running(stand_in: StandIn) -> Iterator[StandIn]:
    """Serve from a thread with a loop of its own until the block ends; for programs that have no loop."""
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        stopping = asyncio.Event()
        async with stand_in.serving():
            started.set_result((asyncio.get_running_loop(), stopping))
            await stopping.wait()

    with ThreadPoolExecutor(1, "maskwire-standin") as pool:
        done = pool.submit(asyncio.run, serve())
        done.add_done_callback(lambda end: _report(end, started))
        loop, stopping = started.result()
        try:
            yield stand_in
        finally:
            loop.call_soon_threadsafe(stopping.set)
            done.result()


def _report[T](end: Future[None], started: Future[T]) -> None:
    """Wake whoever waits for a start that will not come."""
    if not started.done():
        started.set_exception(end.exception() or RuntimeError("the stand-in ended before it listened"))
