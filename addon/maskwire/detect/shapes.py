"""Which rules' shapes occur in a line, by a few automata. Sans-IO.

One automaton for all shapes would be the shortest program and not the fastest: what different kinds of numbers have in
common multiplies its states until it is thrown away and built anew all the time (measured: six times slower on text
full of numbers). So shapes that multiply each other's states are kept apart, and those that need a digit are not asked
about a line that has none.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from maskwire.detect.patterns import PatternSet, encode
from maskwire.detect.segments import LONG_LINE

BLOCK = 512
"""Characters from which lines are asked about together; a block ends with its line."""

FEW_LINES = 3
"""Line breaks of a text below which each line is asked about by itself."""

_APART = re.compile(r"\](?:\?|\{0,[0-9]\})\[0-9\]\)\{")
"""Digits that may each stand apart, such as ``(?:[ -]?[0-9]){12}``."""

_LONG = re.compile(r"\{(?:1[4-9]|[2-9][0-9])")
"""Many characters of one kind: keys."""

_ATOM = re.compile(
    r"\\x\{[^}]*\}|\\x[0-9A-Fa-f]{2}|\\[0-7]{1,3}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{[0-9]+,?[0-9]*\}|\(\?[a-zA-Z]+\)|.",
    re.DOTALL,
)
_DIGIT = re.compile(r"[0-9]|\[(?:[0-9](?:-[0-9])?)+\]")
_ODD = re.compile(r"\[:|\\Q|.\(\?[a-zA-Z-]+\)", re.DOTALL)
"""What a glance would get wrong: classes with names, quotations, and flags set midway."""

_TEXT_EDGE = re.compile(r"\\[Az]|\(\?[a-zA-Z]*-")
"""The beginning or the end of the text, which is not that of its lines, and flags that are taken back."""

_MAYBE = re.compile(r"[?*]|\{0")


@dataclass(frozen=True, slots=True)
class Shape:
    """The pattern without which rule number ``rule``, called ``name``, cannot match; none when it is empty."""

    rule: int
    name: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Automaton:
    """Shapes of one kind. ``masks`` says which rules wait for each; ``numbers`` that each needs a digit."""

    numbers: bool
    patterns: PatternSet
    masks: Sequence[int]


class Shapes:
    """Finds the shapes of many rules."""

    def __init__(self, shapes: Iterable[Shape]) -> None:
        """Compile ``shapes``.

        Raises:
            PatternError: RE2 cannot take one of them, or those of one kind together.
        """
        kinds: dict[tuple[bool, bool], dict[str, int]] = {}
        self._always = 0
        for shape in shapes:
            if shape.pattern:
                masks = kinds.setdefault(_kind(shape.pattern), {})
                masks[shape.pattern] = masks.get(shape.pattern, 0) | 1 << shape.rule
            else:
                self._always |= 1 << shape.rule
        self._all = [
            Automaton(numbers, PatternSet([f"(?m){pattern}" for pattern in masks]), list(masks.values()))
            for (numbers, _), masks in kinds.items()
        ]
        self._in_lines = not any(_TEXT_EDGE.search(pattern) for masks in kinds.values() for pattern in masks)

    def rules(self, line: bytes, awake: Sequence[Automaton] | None = None) -> int:
        """Return the rules, as bits, whose shape occurs in ``line``, with those that have none."""
        found = self._always
        digits = len(line.translate(None, b"0123456789")) < len(line)
        for automaton in self._all if awake is None else awake:
            if digits or not automaton.numbers:
                for index in automaton.patterns.hits(line):
                    found |= automaton.masks[index]
        return found

    def awake(self, lines: bytes) -> Sequence[Automaton]:
        """Return what must be asked about each of ``lines``: an automaton that finds nothing in all finds none in one.

        Lines are whole: what stands at the edge of a piece of a long line stands elsewhere in the line.
        """
        if not self._in_lines:
            return self._all
        return [automaton for automaton in self._all if automaton.patterns.hits(lines)]


class Block:
    """Some lines of a text at a time, about which the shapes are asked together: most code has none of most kinds."""

    __slots__ = ("_awake", "_end", "_shapes", "_text")

    def __init__(self, shapes: Shapes, text: str) -> None:
        self._shapes = shapes
        self._text = text
        self._awake: Sequence[Automaton] | None = None
        self._end = 0 if text.count("\n") >= FEW_LINES else len(text) + 1

    def awake(self, start: int) -> Sequence[Automaton] | None:
        """Return the automata to ask about the line at ``start``, or None for all. Ask from line to line, in order."""
        if start >= self._end:
            end = self._text.find("\n", start + BLOCK)
            self._end = end + 1 if end >= 0 else len(self._text) + 1
            whole = self._end - start <= LONG_LINE
            self._awake = self._shapes.awake(encode(self._text[start : self._end])) if whole else None
        return self._awake


def _kind(pattern: str) -> tuple[bool, bool]:
    """Return whether ``pattern`` needs a digit, and by what it is kept apart from others that do, or do not."""
    if needs_digit(pattern):
        return True, pattern.removeprefix("(?i)").startswith(r"\b") and not _APART.search(pattern)
    return False, _LONG.search(pattern) is not None


def needs_digit(pattern: str) -> bool:
    """Tell whether no text without an ASCII digit can match ``pattern``, as far as a glance shows.

    It shows for a digit, or a class of digits alone, that stands outside of all groups and choices.
    """
    if _ODD.search(pattern):
        return False
    depth, found = 0, False
    for atom in _ATOM.finditer(pattern):
        mark = atom[0]
        depth += (mark == "(") - (mark == ")")
        if depth == 0 and mark == "|":
            return False
        found = found or (depth == 0 and bool(_DIGIT.fullmatch(mark)) and not _MAYBE.match(pattern, atom.end()))
    return found
