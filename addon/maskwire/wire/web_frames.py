"""Google's framed answers: a guard line, then JSON texts, each after its length in UTF-16 units. Sans-IO.

Source: third-party clients of gemini.google.com, such as Gemini-API, read in April 2026; not documented by Google.
"""

import re
from dataclasses import dataclass

from maskwire.wire.frame import MAX_EVENT, PlainFrame

GUARD = b")]}'"
"""What keeps such an answer from being run as a script."""

_SIZE = re.compile(rb"([0-9]{1,9})(?=[^0-9])")
_BLANK = re.compile(rb"\s+")
_FOLLOWING = bytes(range(0x80, 0xC0))
"""Bytes that begin no character of UTF-8."""
_NOT_PAIRED = bytes(range(0xF0))
"""Bytes that begin no character beyond the BMP, which UTF-16 writes as two units."""


def units(text: bytes) -> int:
    """Return how many UTF-16 units UTF-8 ``text`` has; a character that is cut at its end counts."""
    return len(text.translate(None, _FOLLOWING)) + len(text.translate(None, _NOT_PAIRED))


@dataclass(frozen=True, slots=True)
class LengthFrame(PlainFrame):
    """A length and its JSON text, or bytes between. ``unread`` marks bytes that passed without being understood."""

    raw: bytes
    data: str | None = None
    unread: bool = False

    def with_data(self, data: str) -> bytes:
        """Return the frame with another text and its length."""
        body = self.raw.lstrip(b"0123456789")
        inside = body.strip()
        start = body.index(inside)
        text = body[:start] + data.encode() + body[start + len(inside) :]
        return str(units(text)).encode() + text

    def before(self, data: str) -> bytes:
        """Return a new frame."""
        return LengthFrame(b"0\n{}\n").with_data(data)

    def after(self, data: str) -> bytes:
        """Return the same: frames stand alone."""
        return self.before(data)


class LengthSplitter:
    """Cuts frames apart by their lengths; what has none goes on unread, and so does all after it."""

    def __init__(self, limit: int = MAX_EVENT) -> None:
        self._limit = limit
        self._held = bytearray()
        self._skipping = False

    def feed(self, chunk: bytes) -> list[LengthFrame]:
        """Return the frames that are now complete."""
        self._held += chunk
        frames: list[LengthFrame] = []
        while self._held and (frame := self._next()) is not None:
            frames.append(frame)
        return frames

    def flush(self) -> list[LengthFrame]:
        """Return what is left: a frame that the stream's end cut off."""
        return [self._take(len(self._held), unread=True)] if self._held else []

    def _next(self) -> LengthFrame | None:
        if self._skipping:
            return self._take(len(self._held), unread=True)
        if (blank := _BLANK.match(self._held)) is not None:
            return self._take(blank.end())
        if self._held.startswith(GUARD):
            return self._take(len(GUARD))
        if GUARD.startswith(self._held) or (self._held.isdigit() and len(self._held) < 10):
            return None
        size = _SIZE.match(self._held)
        if size is None or int(size[1]) > self._limit:
            self._skipping = True
            return self._take(len(self._held), unread=True)
        end = self._end(size.end(), int(size[1]))
        return self._framed(size.end(), end) if end is not None else None

    def _end(self, start: int, size: int) -> int | None:
        """Return where ``size`` units from ``start`` on end, ``None`` if they have not all come."""
        end = start + size
        while end <= len(self._held):
            missing = size - units(bytes(self._held[start:end]))
            if missing <= 0:
                break
            end += missing
        while end < len(self._held) and 0x80 <= self._held[end] < 0xC0:
            end += 1
        cut = end == len(self._held) and self._held[-1] >= 0x80
        return None if end > len(self._held) or cut else end

    def _framed(self, start: int, end: int) -> LengthFrame:
        raw = bytes(self._held[:end])
        del self._held[:end]
        try:
            return LengthFrame(raw, raw[start:].decode("utf-8").strip())
        except UnicodeDecodeError:
            return LengthFrame(raw, unread=True)

    def _take(self, size: int, *, unread: bool = False) -> LengthFrame:
        raw = bytes(self._held[:size])
        del self._held[:size]
        return LengthFrame(raw, unread=unread)
