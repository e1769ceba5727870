"""One event of a streamed answer, whatever separates events on the wire. Sans-IO."""

from collections.abc import Sequence
from typing import Protocol

MAX_EVENT = 8 * 1024 * 1024
"""Bytes one event may hold before it goes on unread: a whole image in base64 fits, an endless line does not."""

REWOUND = 4096
"""Bytes of an event's beginning that are read again when more of it arrives: most events are shorter as a whole."""


class Frame(Protocol):
    """An event as it came, or bytes around events. ``raw`` of all frames joined is the stream."""

    @property
    def raw(self) -> bytes:
        """The frame's own bytes."""

    @property
    def data(self) -> str | None:
        """The event's payload, ``None`` for separators, comments and what could not be read."""

    @property
    def unread(self) -> bool:
        """Whether this is an event, or part of one, that is too long or not UTF-8."""

    @property
    def is_end(self) -> bool:
        """Whether the framing itself says that no event follows."""

    @property
    def gap(self) -> bytes:
        """What is missing after a frame that the stream's end cut off, before another event may follow."""

    def with_data(self, data: str) -> bytes:
        """Return the event with another payload of as many lines, all else as it came."""

    def before(self, data: str) -> bytes:
        """Return a new event in this one's style, to stand before another."""

    def after(self, data: str) -> bytes:
        """Return a new event in this one's style, to stand last."""


class PlainFrame:
    """What most frames share: none says that no event follows, and nothing is missing after one that was cut off."""

    __slots__ = ()

    @property
    def is_end(self) -> bool:
        """Never: frames end with their body."""
        return False

    @property
    def gap(self) -> bytes:
        """Nothing: a length says where a frame ends, or one that was cut off cannot be completed."""
        return b""


class Splitter(Protocol):
    """Cuts a byte stream into frames, the same ones however the bytes arrive."""

    def feed(self, chunk: bytes) -> Sequence[Frame]:
        """Return the frames that are now complete."""

    def flush(self) -> Sequence[Frame]:
        """Return what is left at the end of the stream, complete or not."""
