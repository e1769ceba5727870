"""Which rules' shapes occur in a line, by a few automata. Sans-IO.

One automaton for all shapes would be the shortest program and not the fastest: what different kinds of numbers have in
common multiplies its states until it is thrown away and built anew all the time (measured: six times slower on text
full of numbers). So each kind of rule has its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from maskwire.detect.patterns import PatternSet

_KINDS = {
    **dict.fromkeys(("address", "birth", "place"), 1),
    **dict.fromkeys(("identity", "vehicle", "health", "crypto"), 2),
    "secrets": 3,
}
"""Kinds of rules, as their ids begin, by the automaton that they share; all others share the first."""


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
        groups: dict[int, dict[str, int]] = {}
        self._always = 0
        for shape in shapes:
            if shape.pattern:
                masks = groups.setdefault(_KINDS.get(shape.name.partition(".")[0], 0), {})
                masks[shape.pattern] = masks.get(shape.pattern, 0) | 1 << shape.rule
            else:
                self._always |= 1 << shape.rule
        self._sets = [(PatternSet(list(masks)), list(masks.values())) for masks in groups.values()]

    def rules(self, line: bytes) -> int:
        """Return the rules, as bits, whose shape occurs in ``line``, with those that have none."""
        found = self._always
        for patterns, masks in self._sets:
            for index in patterns.hits(line):
                found |= masks[index]
        return found
