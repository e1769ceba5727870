"""Finds known values again in any text. Sans-IO."""

from collections.abc import Iterable, Iterator

from maskwire.words import Words

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

    __slots__ = ("_words",)

    def __init__(self, values: Iterable[str]) -> None:
        self._words = Words({value: len(value) for value in values})

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield start and end of every occurrence in ``text``, sorted by end; they may overlap."""
        for start, length in self._words.found(text):
            if _stands_alone(text, start, start + length):
                yield start, start + length


def _stands_alone(text: str, start: int, end: int) -> bool:
    return not _joined(text, start) and not _joined(text, end)


def _joined(text: str, place: int) -> bool:
    """Tell whether the characters on both sides of ``place`` belong to one word."""
    return 0 < place < len(text) and _in_word(text[place - 1]) and _in_word(text[place])


def _in_word(letter: str) -> bool:
    """Tell whether ``letter`` belongs to a word that is set apart by spaces or punctuation."""
    return letter.isalnum() and not any(first <= ord(letter) <= last for first, last in _UNSPACED)
