"""The shape of a stream's latest event, by which the next one is read without being parsed. Sans-IO.

Most events of an answer are the one before them with another word in it. Such an event needs no JSON reader, no
rules and no script: the bytes around its texts are compared, and what was learned from the one before holds.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from maskwire.stream.channels_anthropic import AnthropicScript
from maskwire.stream.channels_assistants import AssistantsScript
from maskwire.stream.channels_chat import ChatScript
from maskwire.stream.channels_cohere import CohereScript
from maskwire.stream.channels_flat import FlatScript
from maskwire.stream.channels_gemini import GeminiScript
from maskwire.stream.channels_responses import ResponsesScript
from maskwire.stream.channels_steps import ConversationsScript, InteractionsScript
from maskwire.stream.script import Event, Piece, Reading, Script
from maskwire.tokens import find
from maskwire.tokens.reader import SHORTEST
from maskwire.wire.frame import Frame, Splitter
from maskwire.wire.jsonspan import Kind, Node
from maskwire.wire.lines import LineFrame, LineSplitter
from maskwire.wire.sse import SseFrame, SseSplitter

STEADY: frozenset[type] = frozenset(
    {
        *(AnthropicScript, AssistantsScript, ChatScript, CohereScript, ConversationsScript, FlatScript),
        *(GeminiScript, InteractionsScript, ResponsesScript),
    }
)
"""Scripts that read an event as they read the one before, if it differs in the texts of its pieces and in members of
``VOLATILE`` alone, and that reading it again does not change."""

NUMBER = "sequence_number"
"""Responses streams count their events in this member; it must go on rising when one is put in."""

VOLATILE = frozenset({NUMBER, "obfuscation", "p", "created_at", "token_id"})
"""Members that differ from event to event and that no script and no rule's condition reads."""

VOLATILE_COUNTS = frozenset({"usage", "usageMetadata"})
"""Members below which any number may differ."""

_TEXT = re.compile(rb'"((?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*+)"')
_WORD = re.compile(rb'"([ !#-Z^-z|~]*+)"')
"""Nothing in it is escaped, and it is no JSON."""
_COUNT = re.compile(rb"(0|[1-9][0-9]{0,5})(?![0-9.eE])")
"""Too few digits to be a value of any kind."""


_REWINDING = (SseSplitter, LineSplitter)


class Cast(NamedTuple):
    """An event that fits: where it and its payload end, its texts and where they stand, its number if it has one."""

    end: int
    data_start: int
    data_end: int
    texts: list[str]
    spans: list[tuple[int, int]]
    number: int


class _Slot(NamedTuple):
    """A scalar that may differ, and the bytes behind it up to the next one."""

    pattern: re.Pattern[bytes]
    after: bytes
    is_number: bool


class Mould:
    """One shape. ``pieces`` are its texts in the order in which ``Cast`` has them."""

    __slots__ = ("_head", "_lead", "_slots", "_trail", "pieces")

    def __init__(self, event: Event, frame: Frame, pieces: Sequence[Piece]) -> None:
        start, end = _place(frame)
        texts = {id(piece.node): piece for piece in pieces}
        nodes = sorted([*(piece.node for piece in pieces), *_volatile(event)], key=lambda node: node.start)
        self.pieces = [texts[id(node)] for node in nodes if id(node) in texts]
        at = nodes[0].start
        self._lead, self._trail = start, len(frame.raw) - end
        self._head = frame.raw[:start] + event.data[:at].encode()
        self._slots: list[_Slot] = []
        for node, following in zip(nodes, [*nodes[1:], None], strict=True):
            between = event.data[node.end : following.start if following is not None else None].encode()
            pattern = _TEXT if id(node) in texts else _WORD if node.kind is Kind.STRING else _COUNT
            is_number = node is event.root.get(NUMBER)
            self._slots.append(_Slot(pattern, between if following else between + frame.raw[end:], is_number))

    def match(self, raw: bytes, at: int) -> Cast | None:
        """Return the event that stands at ``at``, ``None`` when it has another shape or is not whole."""
        if not raw.startswith(self._head, at):
            return None
        lead, number = at + self._lead, -1
        at += len(self._head)
        texts: list[str] = []
        spans: list[tuple[int, int]] = []
        for pattern, after, is_number in self._slots:
            found = pattern.match(raw, at)
            if found is None or not raw.startswith(after, found.end()):
                return None
            at = found.end() + len(after)
            if pattern is _TEXT:
                if (text := _decoded(found[1])) is None:
                    return None
                texts.append(text)
                spans.append(found.span(1))
            elif pattern is _WORD:
                if len(found[1]) >= SHORTEST and find(found[1].decode()):
                    return None
            elif is_number:
                number = int(found[1])
        return Cast(at, lead, at - self._trail, texts, spans, number)


def learn(script: Script, frame: Frame, event: Event, reading: Reading) -> Mould | None:
    """Return the shape of an event of which nothing but its pieces was restored, ``None`` if none can be learned."""
    if reading.ends or not reading.pieces or not is_steady(script):
        return None
    if isinstance(frame, SseFrame | LineFrame):
        known = frame.raw.endswith(b"\n") and not (isinstance(frame, SseFrame) and len(frame.spans) > 1)
    else:
        known = frame.raw == event.data.encode()
    return Mould(event, frame, reading.pieces) if known else None


def is_steady(script: Script) -> bool:
    """Tell whether a script, or the one that it hands events on to, is in ``STEADY``."""
    return type(getattr(script, "handed_to", script)) in STEADY


def rewound(splitter: Splitter) -> bytes | None:
    """Return the beginning of an event that ``splitter`` held, so that it is read again; ``None`` if it keeps it."""
    return splitter.rewind() if isinstance(splitter, _REWINDING) else None


def _place(frame: Frame) -> tuple[int, int]:
    """Return where the payload stands in a frame's bytes."""
    if isinstance(frame, SseFrame):
        return frame.spans[0]
    return 0, len(frame.raw.rstrip(b"\r\n") if isinstance(frame, LineFrame) else frame.raw)


def _volatile(event: Event) -> Iterator[Node]:
    """Yield the scalars that may differ from one event to the next."""
    stack = [(event.root, False)]
    while stack:
        node, counts = stack.pop()
        stack += [(item, counts) for item in node.items]
        for name, value in node.members:
            if value.kind is Kind.STRING:
                if name.text in VOLATILE:
                    yield value
            elif value.kind is not Kind.NUMBER:
                stack.append((value, counts or name.text in VOLATILE_COUNTS))
            elif (counts or name.text in VOLATILE) and _COUNT.fullmatch(event.data[value.start : value.end].encode()):
                yield value


def _decoded(source: bytes) -> str | None:
    """Return what a string's source says, ``None`` when it is not UTF-8."""
    try:
        return source.decode() if b"\\" not in source else str(json.loads(b'"%b"' % source))
    except UnicodeDecodeError:
        return None
