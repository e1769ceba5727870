"""One rule ready to run on one piece of text. Sans-IO. Offsets in a piece are bytes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from maskwire.detect.checks import check_named
from maskwire.detect.edges import EDGES
from maskwire.detect.patterns import Pattern, decoded_length
from maskwire.detect.rule import Rule
from maskwire.detect.vocabulary import Entry, Hit
from maskwire.spans import Span

CONTEXT_BONUS = 0.09
"""What a context word adds to the score of a rule that does not require one."""

UNLESS_DISTANCE = 24
"""Characters before a value in which a word may say that it is something else."""

_OTHER_NUMBER = Pattern(r"[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text: ``data`` in bytes, where it starts in characters, and the words in and just before it."""

    data: bytes
    start: int
    hits: Sequence[Hit]
    text: str

    @property
    def end(self) -> int:
        """Where it ends in the whole text, in characters."""
        return self.characters(len(self.data))

    def characters(self, at: int) -> int:
        """Return the offset in the whole text of byte ``at`` of the piece."""
        return self.start + (at if self.data.isascii() else decoded_length(self.data[:at]))


class Compiled:
    """A rule with its pattern, which is compiled when it is first needed."""

    __slots__ = ("_bit", "_checks", "_edge", "_pattern", "rule")

    def __init__(self, rule: Rule, number: int) -> None:
        self.rule = rule
        self._bit = 1 << number
        self._checks = tuple(check_named(name) for name in rule.checks)
        self._edge = EDGES[rule.edges]
        self._pattern: Pattern | None = None

    @property
    def shape(self) -> str:
        """The pattern that must occur in a piece before the rule is run there, or nothing."""
        rule = self.rule
        return rule.trigger or ("" if rule.keywords or rule.requires_context else rule.pattern)

    @property
    def entry(self) -> Entry:
        """The words that the rule waits for."""
        return Entry(self.rule.keywords, self.rule.context, self.rule.unless)

    def find(self, piece: Piece) -> Iterator[Span]:
        """Yield the values in ``piece``."""
        rule, data = self.rule, piece.data
        if self._pattern is None:
            self._pattern = Pattern(rule.pattern)
        for low, last in self._pattern.spans(data):
            high = low + len(data[low:last].rstrip(b" ,.;:\n")) if rule.trim else last
            if not self._edge(data, low, high):
                continue
            start, end = piece.characters(low), piece.characters(high)
            score = self._score(piece, start, end)
            if score and all(check(data[low:high].decode("utf-8", "replace")) for check in self._checks):
                yield Span(start, end, rule.entity, score, rule.id)

    def _score(self, piece: Piece, start: int, end: int) -> float:
        """Return the score of a match with the words around it, or 0 when they say that it is something else."""
        rule, bit = self.rule, self._bit
        if not rule.context and not rule.unless:
            return rule.score
        known = False
        for hit in piece.hits:
            against = hit.word.unless & bit and start - UNLESS_DISTANCE <= hit.end <= start
            if against and not self._separated(piece, hit.end, start):
                return 0.0
            if hit.word.context & bit and not known:
                before = start - rule.distance <= hit.end <= start and not self._separated(piece, hit.end, start)
                known = before or end <= hit.start <= end + rule.after - 1
        if rule.requires_context:
            return rule.score if known else 0.0
        return min(0.99, rule.score + CONTEXT_BONUS) if known else rule.score

    def _separated(self, piece: Piece, end: int, start: int) -> bool:
        """Tell whether another number stands between a context word and the value: then the word is that one's."""
        between = piece.text[end:start]
        return len(between) > 4 and _OTHER_NUMBER.found(between.encode("utf-8", "replace"))
