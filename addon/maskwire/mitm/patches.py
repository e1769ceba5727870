"""The places where mitmproxy 12.2 has no hook and its own behaviour would harm; each is tested against a real proxy.

- A chunked HTTP/1 body with trailers raises NotImplementedError, and the client waits for ever
  (https://github.com/mitmproxy/mitmproxy/issues/2474). Trailers are dropped, as RFC 9110 section 6.5.1 allows.
- ``body_size_limit`` holds for every host, cuts other people's downloads, and answers in HTML. Here the limit
  holds for requests that the addon marks, and the answer is the addon's.
- Errors of the upstream connection become HTML pages. Here the addon's answer is sent when it has set one.
- A tunnel whose host cannot be reached is refused in mitmproxy's own words. Here one that is read begins all the same,
  so that the request in it gets the addon's answer.
- ``upstream`` mode leads every tunnel through one proxy. Here the hosts that the person excepted are dialled.
- WebSocket messages go on when a hook fails, and edited text is cut through its characters: see ``socket_layer``.
"""

from collections.abc import Generator
from typing import Any

from h11 import Data, EndOfMessage
from h11._readers import ChunkedReader
from h11._receivebuffer import ReceiveBuffer

from maskwire.mitm.engine import (
    LayerToCome,
    Server,
    commands,
    http1_layer,
    http_events,
    http_hooks,
    http_layer,
    websocket_layer,
)
from maskwire.mitm.socket_layer import SocketLayer

LIMIT = "maskwire.limit"
"""Key in ``flow.metadata``: bytes of request body that are taken at most."""

ANSWER = "maskwire.answer"
"""Key in ``flow.metadata``: the response that the addon made, to tell it from one of the provider."""

DIRECT = "maskwire.direct"
"""Key in ``flow.metadata`` of what goes past the company's proxy."""

TOLD_INSIDE = "maskwire.told_inside"
"""Key in ``flow.metadata`` of a tunnel that begins even where its host cannot be reached."""

Commands = Generator[Any, Any, Any]


class TrailerlessReader(ChunkedReader):
    """A chunked body whose trailers are read and dropped."""

    def __call__(self, buf: ReceiveBuffer) -> Data | EndOfMessage | None:
        """Return the next piece of the body."""
        event = super().__call__(buf)
        return EndOfMessage() if isinstance(event, EndOfMessage) else event


class Stream(http_layer.HttpStream):
    """A request and its answer, with the limit and the error pages that the addon decides."""

    def check_body_size(self, request: bool) -> Commands:
        """Answer at once when the addon has refused already, or the body grows past its limit.

        What the client still sends is read and thrown away, so that it gets to read the answer.
        """
        limit = self.flow.metadata.get(LIMIT)
        if not request or limit is None or not self.request_body_buf:
            return False
        if ANSWER not in self.flow.metadata:
            if len(self.request_body_buf) <= limit:
                return False
            self.request_body_buf.clear()  # type: ignore[no-untyped-call]
            yield http_hooks.HttpRequestHook(self.flow)
        self.request_body_buf.clear()  # type: ignore[no-untyped-call]
        yield http_hooks.HttpResponseHook(self.flow)
        yield from self._send_ours()
        self.client_state = self.server_state = self.state_errored
        self.flow.live = False
        yield http_layer.DropStream(self.stream_id)
        return True

    def handle_protocol_error(
        self, event: http_events.RequestProtocolError | http_events.ResponseProtocolError
    ) -> Commands:
        """Send the addon's answer instead of mitmproxy's page, where none has begun yet."""
        for command in super().handle_protocol_error(event):
            to_client = isinstance(command, http_layer.SendHttp) and command.connection == self.context.client
            if to_client and ANSWER in self.flow.metadata:
                yield from self._send_ours()
            else:
                yield command

    def handle_connect_regular(self) -> Commands:
        """Dial the host of a tunnel; that nobody answers is told inside, where the flow is marked so."""
        if TOLD_INSIDE not in self.flow.metadata:
            yield from super().handle_connect_regular()  # type: ignore[no-untyped-call]
            return
        if not self.flow.response:
            error = yield commands.OpenConnection(self.context.server)
            if error:  # one that failed cannot be opened again
                self.context.server = Server(address=self.context.server.address)
        self.child_layer = LayerToCome(self.context)
        yield from self.handle_connect_finish()  # type: ignore[no-untyped-call]

    def handle_connect_upstream(self) -> Commands:
        """Dial what goes past the company's proxy, as if there was none."""
        if DIRECT in self.flow.metadata:
            yield from self.handle_connect_regular()
        else:
            yield from super().handle_connect_upstream()  # type: ignore[no-untyped-call]

    def _send_ours(self) -> Commands:
        response = self.flow.metadata.get(ANSWER)
        if response is None:
            error = http_events.ResponseProtocolError(self.stream_id, "killed", http_events.ErrorCode.KILL)
            yield http_layer.SendHttp(error, self.context.client)
            return
        events = (
            http_events.ResponseHeaders(self.stream_id, response),
            http_events.ResponseData(self.stream_id, response.raw_content or b""),
            http_events.ResponseEndOfMessage(self.stream_id),
        )
        for event in events:
            yield http_layer.SendHttp(event, self.context.client)


def apply() -> None:
    """Put the replacements in place. Safe to call again."""
    http1_layer.ChunkedReader = TrailerlessReader  # type: ignore[attr-defined]
    http_layer.HttpStream = Stream  # type: ignore[misc]
    websocket_layer.WebsocketLayer = SocketLayer  # type: ignore[misc]
