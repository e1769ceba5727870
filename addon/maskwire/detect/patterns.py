"""RE2 behind types: the one module that imports ``re2``. Sans-IO.

Everything is matched as UTF-8 bytes, because ``re2`` on ``str`` counts characters again at each match.
RE2 knows no back-references and no look-around, so no pattern can take more than linear time.
Source: https://github.com/google/re2/wiki/Syntax
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import re2

SET_MEMORY = 4 * 1024 * 1024
"""Bytes the automaton of a set may grow to. It grows only as texts need states; RE2 starts anew when it is full."""

PATTERN_MEMORY = 2 * 1024 * 1024
"""Bytes one pattern may use: room for its instructions and for the states that ordinary texts need."""

COUNTING_MEMORY = 256 * 1024
"""Bytes for a pattern that counts far in many ways at once: its states are without number, and making them takes ten
times as long as going without. With so little memory RE2 goes without."""

_COUNTING = re.compile(r"\{[0-9]*,(?:[4-9][0-9]|[0-9]{3,})\}(?:\)\{|\?)")

_Search = Callable[[bytes, int, int], Sequence[tuple[int, int]]]
"""Gives where a match and each of its groups stand in a part of some bytes, ``_NOWHERE`` for what took no part."""

_NOWHERE = (-1, -1)


class PatternError(ValueError):
    """A pattern that RE2 cannot take; the text says why in words a person can act on."""


def encode(text: str) -> bytes:
    """Return ``text`` as UTF-8; lone surrogates stay themselves, so that no text can make this fail."""
    return text.encode("utf-8", "surrogatepass")


def decoded_length(data: bytes) -> int:
    """Return how many characters ``data`` (made by ``encode``, cut between characters) stands for."""
    return len(data) if data.isascii() else len(data.decode("utf-8", "surrogatepass"))


def in_characters(data: bytes, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield ``spans`` of ``data`` (sorted, not overlapping, in bytes) in characters; each byte is counted once."""
    at = characters = 0
    for low, high in spans:
        start = characters + decoded_length(data[at:low])
        characters = start + decoded_length(data[low:high])
        at = high
        yield start, characters


def _options(memory: int) -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    return options


def counts_far(pattern: str) -> bool:
    """Tell whether ``pattern`` counts far in many ways at once, as ``(?:-[a-z]{1,80}){4}`` does."""
    return _COUNTING.search(pattern) is not None


def _memory(pattern: str) -> int:
    return COUNTING_MEMORY if counts_far(pattern) else PATTERN_MEMORY


def _reason(pattern: str, error: Exception) -> str:
    if any(mark in pattern for mark in ("(?=", "(?!", "(?<=", "(?<!")):
        return "look-around is not supported, since it cannot be matched in linear time"
    if any(f"\\{digit}" in pattern for digit in "123456789") or "(?P=" in pattern:
        return "back-references are not supported, since they cannot be matched in linear time"
    words = error.args[0] if error.args else "unknown"
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)


def _search(compiled: "re2._Regexp", *, whole: bool) -> _Search:
    """Return the search of ``compiled`` for a match anywhere, or for one that is the whole.

    RE2's own is called where it can be reached: the Python around it costs a third of the search of a line.
    """
    direct = getattr(getattr(compiled, "_regexp", None), "Match", None)
    anchor = getattr(getattr(re2, "_Anchor", None), "ANCHOR_BOTH" if whole else "UNANCHORED", None)
    if direct is None or anchor is None:
        return partial(_search_in_python, compiled.fullmatch if whole else compiled.search)
    return partial(direct, anchor)


def _search_in_python(
    search: "Callable[[bytes, int, int], re2._Match | None]", data: bytes, start: int, end: int
) -> list[tuple[int, int]]:
    match = search(data, start, end)
    return [_NOWHERE] if match is None else [match.span(group) for group in range(match.re.groups + 1)]


class Pattern:
    """One compiled pattern. Offsets are bytes."""

    __slots__ = ("_groups", "_search", "_whole")

    def __init__(self, pattern: str) -> None:
        """Compile ``pattern``; its value is the group named ``v``, else the first group that took part, else the match.

        Raises:
            PatternError: RE2 cannot take it.
        """
        try:
            compiled = re2.compile(encode(pattern), _options(_memory(pattern)))
        except (re2.error, UnicodeError) as e:
            raise PatternError(_reason(pattern, e)) from e
        named = compiled.groupindex.get(b"v")
        self._groups = (named,) if named is not None else tuple(range(1, compiled.groups + 1))
        self._search = _search(compiled, whole=False)
        self._whole = _search(compiled, whole=True)

    def spans(self, data: bytes, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
        """Return where the value stands for each match in ``data[start:end]``, from left to right.

        The search goes on behind the value, not behind the match, so that what ends one value may start the next.
        """
        stop = len(data) if end is None else end
        found: list[tuple[int, int]] = []
        while start <= stop:
            spans = self._search(data, start, stop)
            whole = spans[0]
            if whole == _NOWHERE:
                break
            value = whole
            for group in self._groups:
                value = spans[group]
                if value != _NOWHERE:
                    break
            if value[0] < value[1]:
                found.append(value)
            start = max(value[1], whole[0] + 1)
        return found

    def first(self, data: bytes, start: int = 0, end: int | None = None) -> tuple[int, int] | None:
        """Return where the first match (not its group) stands in ``data[start:end]``."""
        whole = self._search(data, start, len(data) if end is None else end)[0]
        return None if whole == _NOWHERE else whole

    def found(self, data: bytes, start: int = 0, end: int | None = None) -> bool:
        """Tell whether ``data[start:end]`` holds a match."""
        return self._search(data, start, len(data) if end is None else end)[0] != _NOWHERE

    def fits(self, data: bytes) -> bool:
        """Tell whether the whole of ``data`` is a match."""
        return self._whole(data, 0, len(data))[0] != _NOWHERE


class PatternSet:
    """Many patterns in one automaton: tells which of them occur, not where."""

    __slots__ = ("_all", "_none", "_sentinel", "_set")

    def __init__(self, patterns: Sequence[str]) -> None:
        """Compile ``patterns``.

        Raises:
            PatternError: RE2 cannot take one of them, or all of them together.
        """
        self._set = re2.Set.SearchSet(_options(SET_MEMORY))
        self._all = range(len(patterns))
        try:
            for pattern in patterns:
                self._set.Add(encode(pattern))
            self._sentinel = self._set.Add(b"")
            self._set.Compile()
            self._none = [self._sentinel]
        except re2.error as e:
            raise PatternError(str(e)) from e

    def hits(self, data: bytes) -> Sequence[int]:
        """Return the indexes of the patterns that occur in ``data``.

        RE2 answers "nothing" when its automaton runs out of memory. The sentinel matches every text, so
        without it in the answer the search failed, and then every pattern counts as hit.
        """
        found: list[int] | None = self._set.Match(data)
        if found == self._none:
            return []
        if not found or self._sentinel not in found:
            return self._all
        found.remove(self._sentinel)
        return found
