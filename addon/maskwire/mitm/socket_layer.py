"""Carries the messages of protected WebSockets: nothing passes but what a verdict says.

mitmproxy's own layer sends a message on when its hook fails, cuts edited text every 4,000 bytes through its
characters, and passes on what pings and close frames carry. Here a message without a verdict ends the connection,
text leaves in one frame, pings are answered on the spot, and a client's close frame keeps its code alone.
The provider's messages do not wait for one of the client's that is still searched; the client's keep their order.
Other people's WebSockets keep mitmproxy's behaviour.
"""

import asyncio
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, Protocol

from maskwire.mitm.engine import (
    ConnectionState,
    Context,
    WebSocketMessage,
    commands,
    events,
    http,
    websocket_layer,
    wsproto,
)
from maskwire.wire.socket import Farewell

SOCKET = "maskwire.socket"
"""Key in ``flow.metadata``: the ``Talk`` of a WebSocket that is masked."""

VERDICT = "maskwire.verdict"
"""Key in ``flow.metadata``: what the hook decided about the latest message."""

POLL_S = 0.01
"""Seconds between looks at a message that is still searched: mitmproxy can wake a layer by the clock alone."""

MAX_WAITING = 64
"""Messages of a client that may wait to be searched; more of them, or more bytes than one may have, end it all."""

_TOO_LARGE = Farewell((), 1009)
_TOO_MANY = Farewell((), 1008, "too many messages wait to be searched by maskwire")
_UNDECIDED = Farewell((), 1011)

Commands = Generator[Any, Any, None]
Piece = wsproto.events.TextMessage | wsproto.events.BytesMessage


@dataclass(frozen=True, slots=True)
class Message:
    """One whole message; ``content`` is UTF-8 when it is text."""

    is_text: bool
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What goes on to the other side, and whether the connection ends because something must not."""

    forward: tuple[Message, ...] = ()
    farewell: Farewell | None = None


Decision = Verdict | asyncio.Future[Verdict]
"""What the hook leaves: a verdict, or one that is still to come."""


class Talk(Protocol):
    """What the layer asks of a conversation."""

    @property
    def limit_bytes(self) -> int:
        """Return how long a message may be."""

    def tails(self) -> tuple[Message, ...]:
        """Return what is still held back of the provider's answer."""


class SocketLayer(websocket_layer.WebsocketLayer):
    """A WebSocket whose messages pass only as the addon decides.

    ``_queue`` holds what the client said and how it left, as long as the first of it is not decided.
    """

    def __init__(self, context: Context, flow: http.HTTPFlow) -> None:
        super().__init__(context, flow)
        self._queue: deque[Decision | wsproto.events.CloseConnection] = deque()
        self._queued_bytes = 0
        self._wakes = False

    def relay_messages(self, event: events.Event) -> Commands:
        """Take what arrived from one side."""
        if SOCKET not in self.flow.metadata:
            yield from super().relay_messages(event)
            return
        if isinstance(event, events.Wakeup):
            self._wakes = False
            yield from self._decided()
        if not isinstance(event, events.DataReceived | events.ConnectionClosed):
            return
        from_client = event.connection == self.context.client
        source = self.client_ws if from_client else self.server_ws
        source.receive_data(event.data if isinstance(event, events.DataReceived) else None)
        for found in source.events():
            if isinstance(found, Piece):
                yield from self._piece(found, from_client=from_client)
            elif isinstance(found, wsproto.events.Ping):
                yield source.send2(found.response())
                if from_client:
                    yield self.server_ws.send2(wsproto.events.Ping())
            elif isinstance(found, wsproto.events.CloseConnection) and from_client:
                self._queue.append(found)
                yield from self._decided()
            elif isinstance(found, wsproto.events.CloseConnection):
                yield from self._closed(found, from_client=False)
            if self._handle_event == self.done:
                return

    def _piece(self, piece: Piece, *, from_client: bool) -> Commands:
        """Take a piece of a message, and the whole message when it is complete."""
        source = self.client_ws if from_client else self.server_ws
        is_text = isinstance(piece.data, str)
        source.frame_buf.append(piece.data.encode() if isinstance(piece.data, str) else bytes(piece.data))
        if sum(map(len, source.frame_buf)) > self.flow.metadata[SOCKET].limit_bytes:
            yield from self._end(_TOO_LARGE, from_client=from_client)
            return
        if not piece.message_finished:
            return
        content = b"".join(source.frame_buf)
        source.frame_buf = [b""]
        kind = wsproto.frame_protocol.Opcode.TEXT if is_text else wsproto.frame_protocol.Opcode.BINARY
        data = self.flow.websocket
        assert data is not None  # this layer exists for flows that have it
        self.flow.metadata.pop(VERDICT, None)
        data.messages.append(WebSocketMessage(kind, from_client, content))
        yield websocket_layer.WebsocketMessageHook(self.flow)
        data.messages.clear()
        decision: Decision = self.flow.metadata.pop(VERDICT, Verdict(farewell=_UNDECIDED))
        if not from_client:
            yield from self._follow(_verdict(decision), from_client=False)
            return
        self._queue.append(decision)
        self._queued_bytes += len(content)
        yield from self._decided()
        too_long = self._queued_bytes > self.flow.metadata[SOCKET].limit_bytes
        if len(self._queue) > MAX_WAITING or (too_long and len(self._queue) > 1):
            yield from self._end(_TOO_MANY, from_client=True)

    def _decided(self) -> Commands:
        """Do what is decided about the client's messages, in their order, and come back for the rest."""
        while self._queue and self._handle_event != self.done:
            first = self._queue[0]
            if isinstance(first, asyncio.Future) and not first.done():
                break
            self._queue.popleft()
            if isinstance(first, wsproto.events.CloseConnection):
                yield from self._closed(first, from_client=True)
            else:
                yield from self._follow(_verdict(first), from_client=True)
        if not self._queue:
            self._queued_bytes = 0
        elif not self._wakes:
            self._wakes = True
            yield commands.RequestWakeup(POLL_S)

    def _follow(self, verdict: Verdict, *, from_client: bool) -> Commands:
        other = self.server_ws if from_client else self.client_ws
        for message in verdict.forward:
            yield other.send2(_whole(message))
        if verdict.farewell is not None:
            yield from self._end(verdict.farewell, from_client=from_client)

    def _closed(self, close: wsproto.events.CloseConnection, *, from_client: bool) -> Commands:
        """Pass the end on; a reason that the client gives stays here."""
        if not from_client:
            for message in self.flow.metadata[SOCKET].tails():
                yield self.client_ws.send2(_whole(message))
        bare = wsproto.events.CloseConnection(code=close.code, reason=None)
        yield from self._close(bare, bare if from_client else close, by_client=from_client)

    def _end(self, farewell: Farewell, *, from_client: bool) -> Commands:
        """Say to the client why, and close both sides."""
        for text in farewell.messages:
            yield self.client_ws.send2(wsproto.events.TextMessage(data=text))
        to_client = wsproto.events.CloseConnection(code=farewell.code, reason=farewell.reason or None)
        yield from self._close(wsproto.events.CloseConnection(code=1000), to_client, by_client=from_client)

    def _close(
        self,
        to_server: wsproto.events.CloseConnection,
        to_client: wsproto.events.CloseConnection,
        *,
        by_client: bool,
    ) -> Commands:
        data = self.flow.websocket
        assert data is not None  # this layer exists for flows that have it
        for waiting in self._queue:
            if isinstance(waiting, asyncio.Future):
                waiting.cancel()
        self._queue.clear()
        data.closed_by_client, data.close_code = by_client, to_client.code
        states = (ConnectionState.OPEN, ConnectionState.REMOTE_CLOSING)
        for side, close in ((self.server_ws, to_server), (self.client_ws, to_client)):
            if side.state in states:
                yield side.send2(close)
            yield commands.CloseConnection(side.conn)
        yield websocket_layer.WebsocketEndHook(self.flow)
        self.flow.live = False
        self._handle_event = self.done

    def done(self, event: events.Event) -> Commands:
        """Take nothing more; a wake-up may still be on its way."""
        del event
        yield from ()


def _verdict(decision: Decision) -> Verdict:
    """Return a decision that is made; a search that failed without one ends the connection."""
    if isinstance(decision, Verdict):
        return decision
    if not decision.done() or decision.cancelled() or decision.exception() is not None:
        return Verdict(farewell=_UNDECIDED)
    return decision.result()


def _whole(message: Message) -> Piece:
    if message.is_text:
        return wsproto.events.TextMessage(data=message.content.decode())
    return wsproto.events.BytesMessage(data=message.content)
