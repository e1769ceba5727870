"""Which rules' shapes occur in a line, by a few automata. Sans-IO.

One automaton for all shapes would be the shortest program and not the fastest: what different kinds of numbers have in
common multiplies its states until it is thrown away and built anew all the time (measured: six times slower on text
full of numbers). So shapes that multiply each other's states are kept apart, and those that need a digit are not asked
about a line that has none.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from maskwire.detect.patterns import PatternSet

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

_MAYBE = re.compile(r"[?*]|\{0")


@dataclass(frozen=True, slots=True)
class Shape:
    """The pattern without which rule number ``rule``, called ``name``, cannot match; none when it is empty."""

    rule: int
    name: str
    pattern: str


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
        sets = [(numbers, PatternSet(list(masks)), list(masks.values())) for (numbers, _), masks in kinds.items()]
        self._numbers = [(patterns, masks) for numbers, patterns, masks in sets if numbers]
        self._others = [(patterns, masks) for numbers, patterns, masks in sets if not numbers]

    def rules(self, line: bytes) -> int:
        """Return the rules, as bits, whose shape occurs in ``line``, with those that have none."""
        found = self._always
        for patterns, masks in self._others:
            for index in patterns.hits(line):
                found |= masks[index]
        if len(line.translate(None, b"0123456789")) < len(line):
            for patterns, masks in self._numbers:
                for index in patterns.hits(line):
                    found |= masks[index]
        return found


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
