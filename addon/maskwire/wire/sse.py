"""Server-sent events: bytes in, frames out, every byte kept. Sans-IO.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
"""

import re
from dataclasses import dataclass

from maskwire.wire.frame import MAX_EVENT, REWOUND, PlainFrame

CONTENT_TYPE = "text/event-stream"

_END = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)")
"""A line's end and an empty line after it. A ``\\r`` at the very end may still get its ``\\n``."""

_LINE = re.compile(rb"([^\r\n]*)(\r\n|\n|\r|$)")
_NEWLINE = re.compile(rb"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class SseFrame(PlainFrame):
    """One event, or bytes between events.

    ``spans`` are the byte ranges of the ``data`` lines' values in ``raw``, ``name`` the event's name if it has
    one. ``unread`` marks bytes that passed without being understood.
    """

    raw: bytes
    data: str | None = None
    spans: tuple[tuple[int, int], ...] = ()
    name: bytes = b""
    unread: bool = False

    @property
    def gap(self) -> bytes:
        """The line ends that a cut-off event lacks."""
        if self.data is None or _END.search(self.raw[-4:]) is not None:
            return b""
        return self._newline() * (1 if self.raw.endswith((b"\n", b"\r")) else 2)

    def with_data(self, data: str) -> bytes:
        """Return the event with another payload that has as many lines, all else as it came."""
        pieces: list[bytes] = []
        at = 0
        for (start, end), line in zip(self.spans, data.split("\n"), strict=True):
            pieces += (self.raw[at:start], line.encode())
            at = end
        return b"".join([*pieces, self.raw[at:]])

    def before(self, data: str) -> bytes:
        """Return a new event with this one's name, line ends and spacing."""
        start = self.spans[0][0]
        colon = b": " if self.raw[start - 1 : start] == b" " else b":"
        lines = [b"event" + colon + self.name] if self.name else []
        return self._newline().join([*lines, b"data" + colon + data.encode(), b"", b""])

    def after(self, data: str) -> bytes:
        """Return the same: events stand alone."""
        return self.before(data)

    def _newline(self) -> bytes:
        found = _NEWLINE.search(self.raw)
        return found[0] if found is not None else b"\n"


def _read(raw: bytes) -> SseFrame:
    spans: list[tuple[int, int]] = []
    event = b""
    for line in _LINE.finditer(raw, 3 if raw.startswith(_BOM) else 0):
        name, colon, value = line[1].partition(b":")
        start = line.start() + len(name) + len(colon) + value.startswith(b" ")
        if name == b"data":
            spans.append((start, line.end(1)))
        elif name == b"event":
            event = raw[start : line.end(1)]
    if not spans:
        return SseFrame(raw, name=event)
    try:
        data = "\n".join([raw[start:end].decode("utf-8") for start, end in spans])
    except UnicodeDecodeError:
        return SseFrame(raw, unread=True)
    return SseFrame(raw, data, tuple(spans), event)


class SseSplitter:
    """Cuts events apart at empty lines; LF, CRLF and CR may mix, and a cut between CR and LF does not matter.

    An event that passes ``limit`` bytes goes on in unread pieces until its end.
    """

    def __init__(self, limit: int = MAX_EVENT) -> None:
        self._limit = limit
        self._held = bytearray()
        self._seen = 0
        self._after_cr = False
        self._skipping = False

    def feed(self, chunk: bytes) -> list[SseFrame]:
        """Return the frames that are now complete."""
        self._held += chunk
        frames: list[SseFrame] = []
        while (frame := self._next()) is not None:
            frames.append(frame)
        return frames

    def flush(self) -> list[SseFrame]:
        """Return what is left: an event that the stream's end cut off."""
        raw = bytes(self._held)
        self._held.clear()
        self._seen = 0
        return [self._event(raw)] if raw else []

    def rewind(self) -> bytes | None:
        """Give back the beginning of an event, to be fed again; ``None`` where it is long or has gone on already."""
        if self._skipping or len(self._held) > REWOUND:
            return None
        return self._take(len(self._held)) if self._held else b""

    def _event(self, raw: bytes) -> SseFrame:
        unread = self._skipping or len(raw) > self._limit
        self._skipping = False
        return SseFrame(raw, unread=True) if unread else _read(raw)

    def _next(self) -> SseFrame | None:
        held = self._held
        if held and not self._skipping and held[0] in b"\r\n":
            return self._blank()
        found = _END.search(held, self._seen)
        if found is None:
            self._seen = max(0, len(held) - 3)
            return self._overflow()
        raw = self._take(found.end())
        self._after_cr = raw.endswith(b"\r")
        return self._event(raw)

    def _blank(self) -> SseFrame:
        """Return an empty line between events, or the LF of a CRLF that was cut."""
        if self._after_cr and self._held[0] == 0x0A:
            self._after_cr = False
            return SseFrame(self._take(1))
        size = 2 if self._held.startswith(b"\r\n") else 1
        raw = self._take(size)
        self._after_cr = raw == b"\r"
        return SseFrame(raw)

    def _overflow(self) -> SseFrame | None:
        if not self._skipping and len(self._held) <= self._limit:
            return None
        self._skipping = True
        if len(self._held) <= 3:
            return None
        return SseFrame(self._take(len(self._held) - 3), unread=True)

    def _take(self, size: int) -> bytes:
        raw = bytes(self._held[:size])
        del self._held[:size]
        self._seen = 0
        return raw
