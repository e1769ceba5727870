"""A text cut into the pieces that rules look at: its lines, and pieces of lines that are very long. Sans-IO.

Offsets are characters.
"""

from collections.abc import Iterator

LONG_LINE = 4096
"""Characters of a line above which it is cut, so that a rule that hits costs a piece and not a megabyte."""

OVERLAP = 1024
"""Characters that two pieces share where no gap could be found: the longest values but private keys fit in it."""

_GAPS = ('","', "; ", ", ", " ", ",", ";", "&", ">")


def segments(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each piece of ``text``, in order; only pieces of one long line may overlap."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        if end - start <= LONG_LINE:
            yield start, end
        else:
            yield from _pieces(text, start, end)
        start = end + 1
    if len(text) - start <= LONG_LINE:
        yield start, len(text)
    else:
        yield from _pieces(text, start, len(text))


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield pieces of one long line; each starts ``OVERLAP`` before the last one's end, at a gap if there is one."""
    while end - start > LONG_LINE:
        stop = _gap(text, start + LONG_LINE - OVERLAP, start + LONG_LINE)
        yield start, stop
        start = _gap(text, stop - OVERLAP, stop - OVERLAP // 2)
    yield start, end


def _gap(text: str, low: int, high: int) -> int:
    """Return where a piece may end between ``low`` and ``high``: behind a separator if there is one."""
    for gap in _GAPS:
        if (found := text.rfind(gap, low, high)) > low:
            return found + len(gap)
    return high


def line_end(text: str, start: int, lines: int) -> int:
    """Return where the ``lines``-th line break after ``start`` stands, or the end of ``text``."""
    for _ in range(lines):
        if (found := text.find("\n", start)) < 0:
            return len(text)
        start = found + 1
    return start - 1
