"""Many strings found in one pass over a text: every occurrence of each, also where they overlap. Sans-IO.

Source: https://pyahocorasick.readthedocs.io/
"""

from collections.abc import Iterator, Mapping

import ahocorasick  # type: ignore[import-not-found,unused-ignore]


class Words[T]:
    """Finds the keys of ``meanings``, none of them empty, and gives what each means."""

    __slots__ = ("_automaton",)

    def __init__(self, meanings: Mapping[str, T]) -> None:
        self._automaton = ahocorasick.Automaton()
        for word, meaning in meanings.items():
            self._automaton.add_word(word, (len(word), meaning))
        self._automaton.make_automaton()

    def found(self, text: str) -> Iterator[tuple[int, T]]:
        """Yield where each occurrence starts and what its word means, sorted by end."""
        if len(self._automaton):
            for last, (length, meaning) in self._automaton.iter(text):
                yield last + 1 - length, meaning
