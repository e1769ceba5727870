"""Carries the messages of protected WebSockets: nothing passes but what a verdict says.

mitmproxy's own layer sends a message on when its hook fails, cuts edited text every 4,000 bytes through its
characters, and passes on what pings and close frames carry. Here a message without a verdict ends the connection,
text leaves in one frame, pings are answered on the spot, and a client's close frame keeps its code alone.
Other people's WebSockets keep mitmproxy's behaviour.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, Protocol

from maskwire.mitm.engine import (
    ConnectionState,
    WebSocketMessage,
    commands,
    events,
    websocket_layer,
    wsproto,
)
from maskwire.wire.socket import Farewell

SOCKET = "maskwire.socket"
"""Key in ``flow.metadata``: the ``Talk`` of a WebSocket that is masked."""

VERDICT = "maskwire.verdict"
"""Key in ``flow.metadata``: what the hook decided about the latest message."""

_TOO_LARGE = Farewell((), 1009)
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


class Talk(Protocol):
    """What the layer asks of a conversation."""

    @property
    def limit_bytes(self) -> int:
        """Return how long a message may be."""

    def tails(self) -> tuple[Message, ...]:
        """Return what is still held back of the provider's answer."""


class SocketLayer(websocket_layer.WebsocketLayer):
    """A WebSocket whose messages pass only as the addon decides."""

    def relay_messages(self, event: events.Event) -> Commands:
        """Take what arrived from one side."""
        if SOCKET not in self.flow.metadata:
            yield from super().relay_messages(event)
            return
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
            elif isinstance(found, wsproto.events.CloseConnection):
                yield from self._closed(found, from_client=from_client)
            if self._handle_event == self.done:
                return

    def _piece(self, piece: Piece, *, from_client: bool) -> Commands:
        """Take a piece of a message, and the whole message when it is complete."""
        source, other = (self.client_ws, self.server_ws) if from_client else (self.server_ws, self.client_ws)
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
        verdict: Verdict = self.flow.metadata.pop(VERDICT, Verdict(farewell=_UNDECIDED))
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
        data.closed_by_client, data.close_code = by_client, to_client.code
        states = (ConnectionState.OPEN, ConnectionState.REMOTE_CLOSING)
        for side, close in ((self.server_ws, to_server), (self.client_ws, to_client)):
            if side.state in states:
                yield side.send2(close)
            yield commands.CloseConnection(side.conn)
        yield websocket_layer.WebsocketEndHook(self.flow)
        self.flow.live = False
        self._handle_event = self.done


def _whole(message: Message) -> Piece:
    if message.is_text:
        return wsproto.events.TextMessage(data=message.content.decode())
    return wsproto.events.BytesMessage(data=message.content)
