"""A text written another way, with a map back. Sans-IO. Offsets are characters."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from maskwire.spans import Span


@dataclass(frozen=True, slots=True)
class Change:
    """``text[start:end]`` is read as ``instead``."""

    start: int
    end: int
    instead: str


class View:
    """``text`` with ``changes`` (sorted, not overlapping) made, and the way back to where things stood."""

    __slots__ = ("_changes", "_inner", "_starts", "_stops", "text")

    def __init__(self, text: str, changes: Iterable[Change], inner: "View | None" = None) -> None:
        """Make ``changes`` in ``text``, which is the text of ``inner`` where there is one."""
        self._changes = list(changes)
        self._inner = inner
        self._starts: list[int] = []
        self._stops: list[int] = []
        pieces: list[str] = []
        at = length = 0
        for change in self._changes:
            pieces.append(text[at : change.start])
            length += change.start - at
            self._starts.append(length)
            pieces.append(change.instead)
            length += len(change.instead)
            self._stops.append(length)
            at = change.end
        pieces.append(text[at:])
        self.text = "".join(pieces)

    def layers(self) -> Iterator["View"]:
        """Yield this view and the views that it was made of: each has lines that no other one changed."""
        yield self
        if self._inner is not None:
            yield from self._inner.layers()

    def changed_lines(self) -> Iterator[tuple[int, int]]:
        """Yield start and end of each run of lines of this text in which something was changed, in order.

        A run begins one line earlier, since the words there say what the next line holds.
        """
        start = end = -1
        for low, high in zip(self._starts, self._stops, strict=True):
            if low <= end:
                if high <= end:
                    continue
            else:
                if end >= 0:
                    yield start, end
                line = self.text.rfind("\n", 0, low)
                start = max(self.text.rfind("\n", 0, max(line, 0)) + 1, end + 1)
            end = found if (found := self.text.find("\n", high)) >= 0 else len(self.text)
        if end >= 0:
            yield start, end

    def original(self, span: Span) -> Span:
        """Return ``span`` of this text as it stands in the original text."""
        start, end = self._start(span.start), self._end(span.end)
        moved = replace(span, start=start, end=end)
        return moved if self._inner is None else self._inner.original(moved)

    def _start(self, at: int) -> int:
        i = bisect_right(self._starts, at) - 1
        if i < 0:
            return at
        if at < self._stops[i]:
            return self._changes[i].start
        return self._changes[i].end + at - self._stops[i]

    def _end(self, at: int) -> int:
        if at == 0:
            return 0
        i = bisect_right(self._starts, at - 1) - 1
        if i < 0:
            return at
        if at - 1 < self._stops[i]:
            return self._changes[i].end
        return self._changes[i].end + at - self._stops[i]
