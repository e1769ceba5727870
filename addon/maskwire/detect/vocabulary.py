"""All words that rules wait for, found in one pass: keywords, context words, and words that speak against. Sans-IO.

Offsets are characters.
Source: https://pyahocorasick.readthedocs.io/
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

import ahocorasick  # type: ignore[import-not-found,unused-ignore]

_SEPARATORS = (" ", "_", "-", "", ".")
"""What may stand between the words of a phrase in prose and in identifiers."""

_SCRIPTS_WITHOUT_WORDS = "\u0900"
"""From this character on, no boundary is asked for: Indic, Thai, Chinese, Japanese, Korean join words freely."""


_end = itemgetter(1)

_LONGER = "\u0130"
"""The one character that becomes two in small letters: offsets would move."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word with the rules (as bits) that wait for it.

    ``head`` and ``tail`` say whether the word must begin and end where a word does. A capital after a small
    letter begins a word too, as in ``cardNumber``.
    """

    length: int
    head: bool
    tail: bool
    keyword: int = 0
    context: int = 0
    unless: int = 0


type Hit = tuple[int, int, Word]
"""Where a word starts and ends, and the word. A tuple, since a text of a line holds several."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The words of one rule."""

    keywords: Sequence[str] = ()
    context: Sequence[str] = ()
    unless: Sequence[str] = ()


class Vocabulary:
    """The words of many rules. A leading or trailing ``*`` lifts the boundary on that side.

    Words of ASCII have an automaton of their own: where no word goes on it tries each letter that begins one, and
    those of all scripts together are four times as many.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        masks: dict[str, list[int]] = {}
        for number, entry in enumerate(entries):
            for slot, words in enumerate((entry.keywords, entry.context, entry.unless)):
                for word in words:
                    masks.setdefault(word.lower(), [0, 0, 0])[slot] |= 1 << number
        spelled: dict[str, list[Word]] = {}
        for word, (keyword, context, unless) in masks.items():
            bare = word.strip("*") if len(word) > 1 else word
            bounded = bare < _SCRIPTS_WITHOUT_WORDS
            head, tail = bounded and not word.startswith("*"), bounded and not word.endswith("*")
            for text in {separator.join(bare.split()) for separator in _SEPARATORS} if " " in bare else {bare}:
                known = Word(
                    len(text), head and text[0].isalpha(), tail and text[-1].isalpha(), keyword, context, unless
                )
                spelled.setdefault(text, []).append(known)
        self._ascii = _automaton((text, known) for text, known in spelled.items() if text.isascii())
        self._others = _automaton((text, known) for text, known in spelled.items() if not text.isascii())

    def hits(self, text: str) -> list[Hit]:
        """Return the words that stand in ``text``, sorted by end."""
        lower = text.replace(_LONGER, "I").lower() if _LONGER in text else text.lower()
        found = self._of(self._ascii, text, lower)
        if not lower.isascii() and (others := self._of(self._others, text, lower)):
            found = sorted([*found, *others], key=_end)
        return found

    def _of(self, automaton: ahocorasick.Automaton, text: str, lower: str) -> list[Hit]:
        length = len(lower)
        found: list[Hit] = []
        if not automaton:
            return found
        for last, words in automaton.iter(lower):
            end = last + 1
            for word in words:
                start = end - word.length
                if word.head and start and lower[start - 1].isalpha() and not _hump(text, start):
                    continue
                if word.tail and end < length and lower[end].isalpha() and not _ends(text, lower, end):
                    continue
                found.append((start, end, word))
        return found


def _automaton(words: Iterable[tuple[str, Sequence[Word]]]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for text, known in words:
        automaton.add_word(text, tuple(known))
    automaton.make_automaton()
    return automaton


def _hump(text: str, at: int) -> bool:
    """Tell whether a capital begins a word inside an identifier at ``at``."""
    return text[at].isupper() and text[at - 1].islower()


def _ends(text: str, lower: str, at: int) -> bool:
    """Tell whether a word ends at ``at`` though a letter follows: a plural, a capital, a script without spaces."""
    if lower[at] == "s":
        at += 1
        if at == len(lower) or not lower[at].isalpha():
            return True
    return (text[at].isupper() and text[at - 1].islower()) or lower[at] >= _SCRIPTS_WITHOUT_WORDS
