"""One JSON array that grows while it is read: each element is an event. Sans-IO.

A body that is a single object instead (an error) is one event. White space and commas pass as they come.
"""

import re
from dataclasses import dataclass
from typing import ClassVar

from maskwire.wire.frame import MAX_EVENT

_TEXT_MARK = re.compile(rb'["\\]')
_MARK = re.compile(rb'["{}\[\]]')


@dataclass(frozen=True, slots=True)
class ElementFrame:
    """An element, or bytes around elements. ``is_end`` marks the closing bracket."""

    raw: bytes
    data: str | None = None
    unread: bool = False
    is_end: bool = False
    gap: ClassVar[bytes] = b""

    def with_data(self, data: str) -> bytes:
        """Return the element with another text."""
        return data.encode()

    def before(self, data: str) -> bytes:
        """Return a new element and the comma after it."""
        return data.encode() + b","

    def after(self, data: str) -> bytes:
        """Return a new element and the comma before it."""
        return b"," + data.encode()


class ArraySplitter:
    """Finds where each object begins and ends by its braces, skipping strings."""

    def __init__(self, limit: int = MAX_EVENT) -> None:
        self._limit = limit
        self._held = bytearray()
        self._at = 0
        self._depth = 0
        self._in_text = False
        self._skipping = False
        self._array = False

    def feed(self, chunk: bytes) -> list[ElementFrame]:
        """Return the elements that are now complete, and what stands between them."""
        self._held += chunk
        frames: list[ElementFrame] = []
        while (frame := self._next()) is not None:
            frames.append(frame)
        if self._skipping or len(self._held) > self._limit:
            self._skipping = True
            frames += self._rest(self._at)
        return frames

    def flush(self) -> list[ElementFrame]:
        """Return an element that the stream's end cut off."""
        return self._rest(len(self._held))

    def _rest(self, size: int) -> list[ElementFrame]:
        return [ElementFrame(self._take(size), unread=True)] if size else []

    def _next(self) -> ElementFrame | None:
        while True:
            if self._in_text:
                if not self._end_of_text():
                    return None
                continue
            found = _MARK.search(self._held, self._at)
            if found is None:
                self._at = len(self._held)
                return self._between() if self._depth == 0 else None
            if self._depth == 0 and found.start() > 0 and not self._skipping:
                self._at = found.start()
                return self._between()
            self._at = found.end()
            if (frame := self._mark(found[0])) is not None:
                return frame

    def _mark(self, mark: bytes) -> ElementFrame | None:
        if mark == b'"':
            self._in_text = True
        elif mark == b"[" and self._depth == 0 and not self._array:
            self._array = True
            return ElementFrame(self._take(self._at))
        elif mark in b"{[":
            self._depth += 1
        elif self._depth == 0:
            return ElementFrame(self._take(self._at), is_end=mark == b"]")
        else:
            self._depth -= 1
            if self._depth == 0:
                return self._element()
        return None

    def _end_of_text(self) -> bool:
        """Move past the string's closing quote; tell whether it has come yet."""
        while (found := _TEXT_MARK.search(self._held, self._at)) is not None:
            if found[0] == b'"':
                self._at = found.end()
                self._in_text = False
                return True
            if found.end() == len(self._held):
                self._at = found.start()
                return False
            self._at = found.end() + 1
        self._at = len(self._held)
        return False

    def _between(self) -> ElementFrame | None:
        return ElementFrame(self._take(self._at)) if self._at else None

    def _element(self) -> ElementFrame:
        raw = self._take(self._at)
        if self._skipping or len(raw) > self._limit:
            self._skipping = False
            return ElementFrame(raw, unread=True)
        try:
            return ElementFrame(raw, raw.decode("utf-8"))
        except UnicodeDecodeError:
            return ElementFrame(raw, unread=True)

    def _take(self, size: int) -> bytes:
        raw = bytes(self._held[:size])
        del self._held[:size]
        self._at = 0
        return raw
