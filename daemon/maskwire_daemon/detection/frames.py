"""What the daemon and its detection worker say to each other over pipes. Sans-IO.

A frame is four bytes of length (big-endian) and a body: four bytes of length, a header in JSON, and a tail of raw
bytes. Texts travel in the tail as UTF-8, never in JSON, so that lone surrogates and astral characters keep their
offsets. Everything read is checked, since a worker that broke may write anything.
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from maskwire.detect.fragment import Fragment
from maskwire.spans import Span

LENGTH = struct.Struct(">I")
"""Length of what follows, in bytes."""

MAX_FRAME = 256 * 1024 * 1024
"""Bytes one frame may hold: four times the largest body that a request may have, as text may grow in UTF-8."""

_SPAN_FIELDS = 5


class BrokenFrame(ValueError):
    """What was read is no frame of ours. Holds nothing of what was read."""


@dataclass(frozen=True, slots=True)
class Question:
    """Texts to search. ``read`` asks for nothing but what a ``PieceReader`` reads in them."""

    id: int
    fragments: tuple[Fragment, ...]
    read: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found in each text of a question, or the ``error`` (the name of its type) that prevented it."""

    id: int
    spans: tuple[tuple[Span, ...], ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Hello:
    """The first frame of a worker: ready after ``seconds``, or the ``problem`` for which it never will be."""

    seconds: float = 0.0
    problem: str = ""


def _frame(header: object, tail: bytes = b"") -> bytes:
    head = json.dumps(header, separators=(",", ":")).encode()
    body = LENGTH.size + len(head) + len(tail)
    if body > MAX_FRAME:
        raise BrokenFrame("the texts of one question are too long")
    return b"".join((LENGTH.pack(body), LENGTH.pack(len(head)), head, tail))


def _parts(body: bytes) -> tuple[dict[str, object], memoryview]:
    try:
        (length,) = LENGTH.unpack_from(body)
        header = json.loads(body[LENGTH.size : LENGTH.size + length])
    except (struct.error, ValueError) as e:
        raise BrokenFrame("a frame without a header") from e
    if not isinstance(header, dict) or LENGTH.size + length > len(body):
        raise BrokenFrame("a frame without a header")
    return header, memoryview(body)[LENGTH.size + length :]


def frame_length(prefix: bytes) -> int:
    """Return how many bytes follow the four bytes of ``prefix``.

    Raises:
        BrokenFrame: more than any frame of ours has.
    """
    length: int = LENGTH.unpack(prefix)[0]
    if not LENGTH.size <= length <= MAX_FRAME:
        raise BrokenFrame("a frame of impossible length")
    return length


def encode_settings(settings: object) -> bytes:
    """Return the frame that tells a new worker its settings: anything that JSON can hold."""
    return _frame({"settings": settings})


def decode_settings(body: bytes) -> object:
    """Return the settings in the first frame that a worker reads."""
    return _parts(body)[0]["settings"]


def holds_settings(body: bytes) -> bool:
    """Tell whether a frame's body holds settings, and not a question."""
    return "settings" in _parts(body)[0]


def encode_question(question: Question) -> bytes:
    """Return ``question`` as a frame."""
    texts = [part.encode("utf-8", "surrogatepass") for f in question.fragments for part in (f.label, f.text)]
    header = {"id": question.id, "sizes": [len(text) for text in texts], "read": question.read}
    return _frame(header, b"".join(texts))


def decode_question(body: bytes) -> Question:
    """Return the question in a frame's body."""
    header, tail = _parts(body)
    identity, sizes, read = header.get("id"), header.get("sizes"), header.get("read")
    if not isinstance(identity, int) or not isinstance(read, bool):
        raise BrokenFrame("a question that is none")
    if not isinstance(sizes, list) or sum(sizes) != len(tail) or len(sizes) % 2:
        raise BrokenFrame("a question that does not add up")
    texts = []
    at = 0
    for size in sizes:
        texts.append(str(tail[at : at + size], "utf-8", "surrogatepass"))
        at += size
    fragments = tuple(Fragment(t, label) for label, t in zip(texts[::2], texts[1::2], strict=True))
    return Question(identity, fragments, read)


def encode_answer(answer: Answer) -> bytes:
    """Return ``answer`` as a frame."""
    spans = [[[s.start, s.end, s.entity, s.score, s.rule] for s in found] for found in answer.spans]
    return _frame({"id": answer.id, "spans": spans, "error": answer.error})


def encode_hello(hello: Hello) -> bytes:
    """Return ``hello`` as a frame."""
    return _frame({"seconds": hello.seconds, "problem": hello.problem})


def decode_hello(body: bytes) -> Hello:
    """Return the greeting in a frame's body."""
    header, _ = _parts(body)
    seconds, problem = header.get("seconds"), header.get("problem")
    if not isinstance(seconds, int | float) or not isinstance(problem, str):
        raise BrokenFrame("a greeting that is none")
    return Hello(float(seconds), problem)


def decode_answer(body: bytes) -> Answer:
    """Return the answer in a frame's body; ``spans_of`` checks it against its question."""
    header, _ = _parts(body)
    identity, error, spans = header.get("id"), header.get("error"), header.get("spans")
    if not isinstance(identity, int) or not isinstance(error, str) or not isinstance(spans, list):
        raise BrokenFrame("an answer that is none")
    return Answer(identity, tuple(tuple(map(_span, _list(found))) for found in spans), error)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise BrokenFrame("an answer without spans")
    return value


def _span(value: object) -> Span:
    fields = _list(value)
    if len(fields) != _SPAN_FIELDS:
        raise BrokenFrame("a span that is none")
    start, end, entity, score, rule = fields
    if not (isinstance(start, int) and isinstance(end, int) and isinstance(score, int | float)):
        raise BrokenFrame("a span without offsets")
    if not (isinstance(entity, str) and isinstance(rule, str)):
        raise BrokenFrame("a span without an entity")
    return Span(start, end, entity, float(score), rule)


def spans_of(answer: Answer, fragments: Sequence[Fragment]) -> list[list[Span]]:
    """Return the spans of ``answer``, checked against the texts that were asked about.

    Raises:
        BrokenFrame: another number of texts, or offsets outside of them.
    """
    if len(answer.spans) != len(fragments):
        raise BrokenFrame("an answer to another question")
    for found, fragment in zip(answer.spans, fragments, strict=True):
        if any(not 0 <= s.start < s.end <= len(fragment.text) for s in found):
            raise BrokenFrame("a span outside its text")
    return [list(found) for found in answer.spans]
