"""Lines of JSON in, lines of JSON out, in order, without waiting for more input than there is. IO: standard streams."""

import json
import os
import queue
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BufferedIOBase

from maskwire.errors import MaskwireError

BATCH_LINES = 256
"""Lines that are looked at together: enough that a model's fixed costs do not show."""

BATCH_CHARACTERS = 256 * 1024
"""Characters of one batch: a bound on memory and on the time until its first answer."""


_ENCODER = json.JSONEncoder(separators=(",", ":"))
"""Made once: ``json.dumps`` makes one for every line."""


CHUNK = 256 * 1024
"""Bytes that are read at once, if they are there."""

QUEUED = 8
"""Chunks of lines that are read before somebody takes them."""


class BadLine(MaskwireError):
    """A line of the input is not what it must be; the text names its number, never its content."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of input. ``repr`` never shows its text."""

    id: object
    text: str = field(repr=False)


def batches(source: BufferedIOBase, *, pauses: bool = False) -> Iterator[list[Line]]:
    """Yield the lines of ``source`` in order, as many at once as are there.

    The first line of a batch is waited for, the others are not: whoever sends one line and reads its answer
    before the next never waits in vain. With ``pauses`` an empty batch stands before one that must be waited for, and
    before an error.

    Raises:
        BadLine: a line is no JSON object with ``id`` and ``text``; those before it were yielded.
    """
    ready: queue.Queue[list[bytes]] = queue.Queue(QUEUED)
    threading.Thread(target=_read, args=(source, ready), daemon=True).start()
    number = 0
    left: deque[bytes] = deque()
    while True:
        if not left:
            if pauses and ready.empty():
                yield []
            left.extend(ready.get())
            if not left:
                return
        batch: list[Line] = []
        room = BATCH_CHARACTERS
        while left and len(batch) < BATCH_LINES and room > 0:
            raw = left.popleft()
            number += 1
            if raw.strip():
                try:
                    batch.append(parse(raw, number))
                except BadLine:
                    if batch:
                        yield batch
                    if pauses:
                        yield []
                    raise
                room -= len(raw)
        if batch:
            yield batch


def standard_input() -> BufferedIOBase:
    """Return standard input as a file of its own: a thread that still waits in ``sys.stdin`` at exit aborts Python."""
    return os.fdopen(os.dup(sys.stdin.fileno()), "rb")


def parse(raw: bytes, number: int) -> Line:
    """Return one line of input.

    Raises:
        BadLine: names ``number`` and what is missing.
    """
    try:
        found = json.loads(raw)
    except ValueError:
        raise BadLine(f"line {number} of the input is not JSON") from None
    if not isinstance(found, dict) or not isinstance(found.get("text"), str) or "id" not in found:
        raise BadLine(f'line {number} of the input needs the form {{"id": …, "text": "…"}}')
    return Line(found["id"], found["text"])


def rewrite(change: Callable[[Sequence[str]], Sequence[str]]) -> None:
    """Copy lines from standard input to output with their texts changed."""
    for batch in batches(standard_input()):
        for line, text in zip(batch, change([line.text for line in batch]), strict=True):
            write({"id": line.id, "text": text})
        sys.stdout.flush()


def write(content: object) -> None:
    """Write one line of JSON, without flushing."""
    sys.stdout.write(_ENCODER.encode(content) + "\n")


def _read(source: BufferedIOBase, ready: queue.Queue[list[bytes]]) -> None:
    """Put the lines of ``source`` into ``ready`` as they come, and an empty list at the end."""
    begun: list[bytes] = []
    try:
        while chunk := source.read1(CHUNK):
            *lines, rest = chunk.split(b"\n")
            if lines:
                ready.put([b"".join((*begun, lines[0])), *lines[1:]])
                begun = []
            begun.append(rest)
    finally:
        if last := b"".join(begun):
            ready.put([last])
        ready.put([])
