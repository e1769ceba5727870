"""Finds known values again in any text. Sans-IO."""

import re
from collections.abc import Iterator, Sequence

from maskwire.tokens.linear import Linear

PATTERN_CHARACTERS = 50_000
"""Characters of values in one pattern: RE2 keeps its automaton of so many in a few megabytes."""

FEW = 8
"""Values that are searched for one by one: a pattern for them costs more than it saves."""

_UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x2E80, 0x9FFF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


class Occurrences:
    """Finds ``values``, each as exactly these characters and not inside a longer word or number."""

    __slots__ = ("_patterns", "_values")

    def __init__(self, values: Sequence[str]) -> None:
        self._values = sorted(values, key=lambda value: (-len(value), value))
        few = len(values) <= FEW
        self._patterns = [] if few else [Linear("|".join(map(re.escape, group))) for group in _groups(self._values)]

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield start and end of every occurrence in ``text``; they may overlap."""
        if not self._patterns:
            yield from self._each(text)
        for pattern in self._patterns:
            for start, end in pattern.matches(text):
                if _stands_alone(text, start, end):
                    yield start, end
                else:
                    yield from self._shorter(text, start, end)

    def _each(self, text: str) -> Iterator[tuple[int, int]]:
        for value in self._values:
            start = text.find(value)
            while start >= 0:
                if _stands_alone(text, start, start + len(value)):
                    yield start, start + len(value)
                start = text.find(value, start + 1)

    def _shorter(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        for value in self._values:
            stop = start + len(value)
            if stop < end and text.startswith(value, start) and _stands_alone(text, start, stop):
                yield start, stop
                return


def _groups(values: Sequence[str]) -> Iterator[list[str]]:
    group: list[str] = []
    size = 0
    for value in values:
        if group and size + len(value) > PATTERN_CHARACTERS:
            yield group
            group, size = [], 0
        group.append(value)
        size += len(value)
    if group:
        yield group


def _stands_alone(text: str, start: int, end: int) -> bool:
    return not _joined(text, start) and not _joined(text, end)


def _joined(text: str, place: int) -> bool:
    """Tell whether the characters on both sides of ``place`` belong to one word."""
    return 0 < place < len(text) and _in_word(text[place - 1]) and _in_word(text[place])


def _in_word(letter: str) -> bool:
    """Tell whether ``letter`` belongs to a word that is set apart by spaces or punctuation."""
    return letter.isalnum() and not any(first <= ord(letter) <= last for first, last in _UNSPACED)
