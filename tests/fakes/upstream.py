"""A provider that does exactly what a test says, over TLS, HTTP/1.1 and HTTP/2, byte by byte."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import h2.config
import h2.connection
import h2.events

from maskwire_daemon.standin.tls import ThrowawayAuthority


@dataclass(frozen=True, slots=True)
class Heard:
    """One request as it arrived. ``raw`` is the head of an HTTP/1.1 request."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    version: str
    raw: bytes = b""

    def header(self, name: str) -> str:
        return next((v for n, v in self.headers if n.lower() == name), "")


class Reset:
    """Stands among the pieces of a reply: cut the connection here."""


@dataclass(slots=True)
class Reply:
    """What to answer. A number among the pieces is a pause in seconds, an event is waited for.

    ``chunked`` sends HTTP/1.1 chunks; otherwise the length of all pieces is announced. ``trailers`` are lines that end
    with CRLF.
    """

    pieces: Sequence[bytes | float | asyncio.Event | Reset] = ()
    status: int = 200
    headers: Sequence[tuple[str, str]] = (("content-type", "text/event-stream"),)
    chunked: bool = True
    trailers: bytes = b""
    sent_at: list[float] = field(default_factory=list)


Answering = Callable[[Heard], Reply]


class Upstream:
    """Listens on loopback. ``heard`` are the requests, ``stray`` is what arrived and was none."""

    def __init__(self, answering: Answering, alpn: tuple[str, ...] = ("h2", "http/1.1")) -> None:
        self.answering = answering
        self.heard: list[Heard] = []
        self.stray = b""
        self.connections = 0
        self.open = 0
        self.port = 0
        self._alpn = alpn
        self._authority = ThrowawayAuthority()
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def pem(self) -> str:
        return self._authority.pem

    @asynccontextmanager
    async def serving(self, *, tls: bool = True) -> AsyncIterator["Upstream"]:
        context = self._authority.server_context(self._alpn) if tls else None
        server = await asyncio.start_server(self._client, "127.0.0.1", 0, ssl=context)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for writer in self._writers:
                writer.transport.abort()
            await server.wait_closed()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        self._writers.add(writer)
        tls: ssl.SSLObject | None = writer.get_extra_info("ssl_object")
        try:
            if tls is not None and tls.selected_alpn_protocol() == "h2":
                await _Http2(self, reader, writer).run()
            else:
                while await self._http1(reader, writer):
                    pass
        except asyncio.IncompleteReadError as e:
            self.stray += e.partial
        except (ConnectionError, ssl.SSLError):
            pass
        finally:
            self.open -= 1
            self._writers.discard(writer)
            writer.transport.abort()

    async def _http1(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        method, target, version = first.split(" ")
        headers = tuple((n, v.strip()) for n, _, v in (line.partition(":") for line in lines))
        heard = Heard(method, target, headers, b"", version, head)
        if heard.header("transfer-encoding").lower() == "chunked":
            body = await _chunks(reader)
        else:
            body = await reader.readexactly(int(heard.header("content-length") or 0))
        heard = Heard(method, target, headers, body, version, head)
        self.heard.append(heard)
        reply = self.answering(heard)
        whole = [("transfer-encoding", "chunked")] if reply.chunked else [("content-length", str(_length(reply)))]
        lines_out = [f"HTTP/1.1 {reply.status} X", *(f"{n}: {v}" for n, v in (*reply.headers, *whole))]
        writer.write("\r\n".join([*lines_out, "", ""]).encode("latin-1"))
        await writer.drain()
        async for piece in _timed(reply):
            if isinstance(piece, Reset):
                return False
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece) if reply.chunked else piece)
            await writer.drain()
        if reply.chunked:
            writer.write(b"0\r\n" + reply.trailers + b"\r\n")
        await writer.drain()
        return True


async def _timed(reply: Reply) -> AsyncIterator[bytes | Reset]:
    for piece in reply.pieces:
        if isinstance(piece, asyncio.Event):
            await piece.wait()
        elif isinstance(piece, float):
            await asyncio.sleep(piece)
        else:
            reply.sent_at.append(asyncio.get_running_loop().time())
            yield piece


def _length(reply: Reply) -> int:
    return sum(len(p) for p in reply.pieces if isinstance(p, bytes))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    while (await reader.readline()).strip():
        pass
    return body


class _Http2:
    """One HTTP/2 connection, requests answered one after the other as they end."""

    def __init__(self, upstream: Upstream, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._upstream, self._reader, self._writer = upstream, reader, writer
        self._h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="latin-1"))
        self._heads: dict[int, list[tuple[str, str]]] = {}
        self._bodies: dict[int, bytearray] = {}
        self._tasks = asyncio.TaskGroup()

    async def run(self) -> None:
        self._h2.initiate_connection()
        async with self._tasks:
            while True:
                self._writer.write(self._h2.data_to_send())
                data = await self._reader.read(65536)
                if not data:
                    return
                for event in self._h2.receive_data(data):
                    self._handle(event)

    def _handle(self, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.RequestReceived):
            assert event.stream_id is not None
            assert event.headers is not None
            self._heads[event.stream_id] = [(str(n), str(v)) for n, v in event.headers]
            self._bodies[event.stream_id] = bytearray()
        elif isinstance(event, h2.events.DataReceived):
            assert event.stream_id is not None
            self._bodies[event.stream_id] += event.data or b""
            self._h2.acknowledge_received_data(event.flow_controlled_length or 0, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            assert event.stream_id is not None
            self._tasks.create_task(self._answer(event.stream_id))

    async def _answer(self, stream: int) -> None:
        head = dict(self._heads[stream])
        headers = tuple((n, v) for n, v in self._heads[stream] if not n.startswith(":"))
        heard = Heard(head[":method"], head[":path"], headers, bytes(self._bodies[stream]), "HTTP/2")
        self._upstream.heard.append(heard)
        reply = self._upstream.answering(heard)
        self._h2.send_headers(stream, [(":status", str(reply.status)), *reply.headers])
        self._writer.write(self._h2.data_to_send())
        async for piece in _timed(reply):
            if isinstance(piece, Reset):
                self._h2.reset_stream(stream, 2)
                self._writer.write(self._h2.data_to_send())
                return
            self._h2.send_data(stream, piece)
            self._writer.write(self._h2.data_to_send())
        if reply.trailers:
            lines = [line.partition(": ") for line in reply.trailers.decode().split("\r\n") if line]
            self._h2.send_headers(stream, [(name, value) for name, _, value in lines], end_stream=True)
        else:
            self._h2.end_stream(stream)
        self._writer.write(self._h2.data_to_send())
