"""What a provider's stream says about one event: which text belongs to which channel, and which channels end.

A channel is one running text of an answer (a choice's content, a block, a tool call's arguments), named by a
tuple. Its pieces are restored together, so that a token cut between events comes back whole. Sans-IO.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from maskwire.wire.jsonspan import Kind, Node

Channel = tuple[str | int, ...]
Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Event:
    """One parsed event."""

    data: str
    root: Node

    def integer(self, node: Node, key: str, default: int = 0) -> int:
        """Return the integer member ``key`` of an object in this event."""
        return node.integer(self.data, key, default)


@dataclass(frozen=True, slots=True)
class Piece:
    """A string in an event that continues a channel.

    ``is_json`` tells that the channel is JSON source (tool arguments), ``is_input`` that it is a tool's
    input, ``tool`` whose.
    """

    channel: Channel
    node: Node
    is_json: bool = False
    is_input: bool = False
    tool: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one event holds. ``ends`` are prefixes of the channels that end with it; ``()`` ends all.

    ``tool`` names the tool of whole copies in this event that do not name it themselves.
    """

    pieces: Sequence[Piece] = ()
    ends: Sequence[Channel] = ()
    tool: str = ""


ALL: Channel = ()
"""The prefix of every channel."""


class Script(Protocol):
    """Reads the events of one stream, in order; may remember what it saw.

    ``grows`` tells that a JSON answer is one array whose elements are the events.
    """

    @property
    def grows(self) -> bool:
        """Whether JSON answers are arrays of events."""

    def read(self, event: Event) -> Reading:
        """Return the channels of an event."""

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        """Return an event that only adds ``text`` to ``channel``.

        ``last`` is the channel's latest event; nothing of it may be repeated but what belongs to this channel
        and to the stream as a whole.
        """


def string(node: Node | None, key: str) -> Node | None:
    """Return the string member ``key`` of an object, ``None`` when there is none."""
    found = node.get(key) if node is not None else None
    return found if found is not None and found.kind is Kind.STRING else None


def scalars(last: Json, *, without: frozenset[str]) -> Json:
    """Return the members of an event that are neither containers nor in ``without``."""
    return {k: v for k, v in last.items() if k not in without and not isinstance(v, dict | list)}


def inner(node: Node | None, *keys: str) -> Node | None:
    """Return the member that a path of ``keys`` leads to, ``None`` when there is none."""
    for key in keys:
        node = node.get(key) if node is not None else None
    return node
