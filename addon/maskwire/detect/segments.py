"""A text cut into the pieces that rules look at: its lines, and pieces of lines that are very long. Sans-IO.

Offsets are bytes of UTF-8.
"""

from collections.abc import Iterator

LONG_LINE = 4096
"""Bytes of a line above which it is cut, so that a rule that hits costs a piece and not a megabyte."""

OVERLAP = 1024
"""Bytes that two pieces share where no gap could be found: the longest values but private keys fit in it."""

_GAPS = (b'","', b"; ", b", ", b" ", b",", b";", b"&", b">")


def segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield start and end of each piece of ``data``, in order; only pieces of one long line may overlap."""
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        if end - start <= LONG_LINE:
            yield start, end
        else:
            yield from _pieces(data, start, end)
        start = end + 1
    if len(data) - start <= LONG_LINE:
        yield start, len(data)
    else:
        yield from _pieces(data, start, len(data))


def _pieces(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield pieces of one long line; each starts ``OVERLAP`` before the last one's end, at a gap if there is one."""
    while end - start > LONG_LINE:
        stop = _gap(data, start + LONG_LINE - OVERLAP, start + LONG_LINE)
        yield start, stop
        start = _gap(data, stop - OVERLAP, stop - OVERLAP // 2)
    yield start, end


def _gap(data: bytes, low: int, high: int) -> int:
    """Return where a piece may end between ``low`` and ``high``: after a separator, never inside a character."""
    for gap in _GAPS:
        if (found := data.rfind(gap, low, high)) > low:
            return found + len(gap)
    while high > low and data[high] & 0xC0 == 0x80:
        high -= 1
    return high


def line_end(data: bytes, start: int, lines: int) -> int:
    """Return where the ``lines``-th line break after ``start`` stands, or the end of ``data``."""
    for _ in range(lines):
        if (found := data.find(b"\n", start)) < 0:
            return len(data)
        start = found + 1
    return start - 1
