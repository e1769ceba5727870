"""Restoring the answers of a WebSocket: one message is one event, one restorer lives as long as the answer. Sans-IO."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from maskwire.stream.channels import EventRestorer
from maskwire.stream.restorer import Restoration
from maskwire.stream.script import ALL, Channel, Event, Json, Reading, Script
from maskwire.wire.rules import Rules

_SEPARATOR = b"\x1e"
"""Stands between messages while they are rewritten: JSON holds this byte nowhere (RFC 8259), as RFC 7464 relies on."""


@dataclass(frozen=True, slots=True)
class MessageFrame:
    """One message. ``data`` is ``None`` when it is not UTF-8."""

    raw: bytes
    data: str | None
    unread: bool = False
    is_end: bool = False
    gap: bytes = b""

    def with_data(self, data: str) -> bytes:
        """Return the message with another text."""
        return data.encode()

    def before(self, data: str) -> bytes:
        """Return a new message, to stand before another."""
        return data.encode() + _SEPARATOR

    def after(self, data: str) -> bytes:
        """Return the same: messages stand alone."""
        return self.before(data)


class SocketRestorer(Protocol):
    """Restores what the provider says on one connection, in order."""

    @property
    def unread(self) -> int:
        """How many messages went on without being understood, their tokens still in them."""

    @property
    def idle(self) -> bool:
        """Whether the latest message ended its answer."""

    def use(self, how: Restoration) -> None:
        """Restore by ``how`` from now on; channels that are open go on as they began."""

    def feed(self, message: bytes) -> list[bytes]:
        """Return the message restored, after those that have to stand before it."""

    def flush(self) -> list[bytes]:
        """Return messages that bring what was held back."""


class _Messages:
    """Takes each chunk for one whole message."""

    def feed(self, chunk: bytes) -> Sequence[MessageFrame]:
        """Return the message."""
        try:
            return [MessageFrame(chunk, chunk.decode())]
        except UnicodeDecodeError:
            return [MessageFrame(chunk, None, unread=True)]

    def flush(self) -> Sequence[MessageFrame]:
        """Return nothing: no message is held back."""
        return []


class _Watched:
    """A script that remembers whether its latest event ended every channel."""

    def __init__(self, script: Script) -> None:
        self.grows = script.grows
        self.ended = False
        self.handed_to = script

    def read(self, event: Event) -> Reading:
        """Return what the script reads."""
        reading = self.handed_to.read(event)
        self.ended = ALL in reading.ends
        return reading

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        """Return the script's event."""
        return self.handed_to.tail(channel, text, last)


class MessageRestorer:
    """Restores the messages of one connection, in order.

    When an answer ends, the next one starts anew: with its own numbers, channels and ``how``.
    """

    def __init__(self, script: Callable[[], Script], rules: Rules, how: Restoration) -> None:
        self._script = script
        self._rules = rules
        self._how = how
        self._unread = 0
        self._idle = True
        self._begin()

    @property
    def unread(self) -> int:
        """How many messages went on without being understood, their tokens still in them."""
        return self._unread + self._events.unread

    @property
    def idle(self) -> bool:
        """Whether the latest message ended its answer."""
        return self._idle

    def use(self, how: Restoration) -> None:
        """Restore by ``how`` from now on; channels that are open go on as they began."""
        self._how = how
        self._events.change(how)

    def feed(self, message: bytes) -> list[bytes]:
        """Return the message restored, after those that bring what channels held back which end with it."""
        if _SEPARATOR in message:
            self._unread += 1
            return [message]
        restored = self._events.feed(message).split(_SEPARATOR)
        self._idle = self._watched.ended
        if self._idle:
            self._unread += self._events.unread
            self._begin()
        return restored

    def flush(self) -> list[bytes]:
        """Return messages that bring what channels without an end held back."""
        return self._events.flush().split(_SEPARATOR)[:-1]

    def _begin(self) -> None:
        self._watched = _Watched(self._script())
        self._events = EventRestorer(_Messages(), self._watched, self._rules, self._how)
