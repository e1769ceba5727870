"""Which restorer an answer needs, by its content type; and answers that are restored whole. Sans-IO."""

from collections.abc import Callable

from maskwire.stream.channels import EventRestorer, StreamRestorer
from maskwire.stream.restorer import Restoration
from maskwire.stream.script import Script
from maskwire.wire.eventstream import EventStreamSplitter
from maskwire.wire.jsonarray import ArraySplitter
from maskwire.wire.lines import LineSplitter
from maskwire.wire.restoring import restore_body
from maskwire.wire.rules import Rules
from maskwire.wire.sse import SseSplitter

MAX_BODY = 64 * 1024 * 1024
"""Bytes of an answer that is restored whole; a longer one goes on with its tokens in it."""

_LINES = frozenset(
    {
        *("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonl"),
        *("application/x-jsonlines", "application/json-lines"),
    }
)
_EVENTS = "text/event-stream"
_FRAMES = "application/vnd.amazon.eventstream"


class Untouched:
    """A stream that goes through as it comes."""

    def __init__(self) -> None:
        self.unread = 0

    def feed(self, chunk: bytes) -> bytes:
        """Return ``chunk``."""
        return chunk

    def flush(self) -> bytes:
        """Return nothing: nothing was held back."""
        return b""


class BodyRestorer:
    """Holds a body back until its end and restores it whole by ``restore``."""

    def __init__(self, restore: Callable[[bytes], bytes], limit: int = MAX_BODY) -> None:
        self.unread = 0
        self._restore = restore
        self._limit = limit
        self._held = bytearray()

    def feed(self, chunk: bytes) -> bytes:
        """Return nothing until the body has passed the limit, then everything as it comes."""
        if self.unread:
            return chunk
        self._held += chunk
        if len(self._held) <= self._limit:
            return b""
        self.unread = 1
        return self._take()

    def flush(self) -> bytes:
        """Return the restored body."""
        body = self._take()
        return body if self.unread else self._restore(body)

    def _take(self) -> bytes:
        body = bytes(self._held)
        self._held.clear()
        return body


def _kind(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def is_events(content_type: str) -> bool:
    """Tell whether an answer of this type is a sequence of events rather than one JSON text."""
    return _kind(content_type) in (_EVENTS, _FRAMES, *_LINES)


def open_stream(content_type: str, script: Script | None, rules: Rules, how: Restoration) -> StreamRestorer:
    """Return the restorer for an answer of ``content_type``; what is neither events nor JSON goes untouched.

    A script whose ``grows`` is true reads ``application/json`` as one array that grows.
    """
    kind = _kind(content_type)
    if script is not None:
        if kind == _EVENTS:
            return EventRestorer(SseSplitter(), script, rules, how)
        if kind in _LINES:
            return EventRestorer(LineSplitter(), script, rules, how)
        if kind == _FRAMES:
            return EventRestorer(EventStreamSplitter(), script, rules, how)
        if kind == "application/json" and script.grows:
            return EventRestorer(ArraySplitter(), script, rules, how)
    if kind == "application/json" or kind.endswith("+json") or kind in _LINES:
        return BodyRestorer(lambda body: restore_body(body, rules, how))
    return Untouched()
