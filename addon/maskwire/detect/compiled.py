"""One rule ready to run on one piece of text. Sans-IO. Offsets in a piece are bytes."""

from collections.abc import Sequence

from maskwire.detect.checks import check_named
from maskwire.detect.edges import EDGES
from maskwire.detect.patterns import Pattern, decoded_length, encode
from maskwire.detect.rule import Rule
from maskwire.detect.vocabulary import Entry, Hit
from maskwire.spans import Span

CONTEXT_BONUS = 0.09
"""What a context word adds to the score of a rule that does not require one."""

UNLESS_DISTANCE = 24
"""Characters before a value in which a word may say that it is something else."""

_OTHER_NUMBER = Pattern(r"[0-9]{4}")


class Piece:
    """A piece of a text: ``data`` in bytes, where it starts in characters, and the words in and just before it."""

    __slots__ = ("_plain", "data", "end", "hits", "start", "text")

    def __init__(self, text: str, start: int, end: int, hits: Sequence[Hit]) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.hits = hits
        self.data = data = encode(text[start:end])
        self._plain = data.isascii()

    def characters(self, at: int) -> int:
        """Return the offset in the whole text of byte ``at`` of the piece."""
        return self.start + (at if self._plain else decoded_length(self.data[:at]))


class Compiled:
    """A rule with its pattern, which is compiled when it is first needed."""

    __slots__ = ("_bit", "_checks", "_edge", "_pattern", "number", "rule")

    def __init__(self, rule: Rule, number: int) -> None:
        self.rule = rule
        self.number = number
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

    def find(self, piece: Piece) -> list[Span]:
        """Return the values in ``piece``."""
        rule, data = self.rule, piece.data
        if self._pattern is None:
            self._pattern = Pattern(rule.pattern)
        found: list[Span] = []
        for low, last in self._pattern.spans(data):
            high = low + len(data[low:last].rstrip(b" ,.;:\n")) if rule.trim else last
            if not self._edge(data, low, high):
                continue
            start, end = piece.characters(low), piece.characters(high)
            score = self._score(piece, start, end)
            if score and self._accepted(data[low:high]):
                found.append(Span(start, end, rule.entity, score, rule.id))
        return found

    def _accepted(self, value: bytes) -> bool:
        """Tell whether all checks take ``value`` for a real one."""
        text = value.decode("utf-8", "replace")
        for check in self._checks:  # noqa: SIM110 - a generator would cost more than most checks
            if not check(text):
                return False
        return True

    def _score(self, piece: Piece, start: int, end: int) -> float:
        """Return the score of a match with the words around it, or 0 when they say that it is something else."""
        rule, bit = self.rule, self._bit
        if not rule.context and not rule.unless:
            return rule.score
        known = False
        for low, high, word in piece.hits:
            against = word.unless & bit and start - UNLESS_DISTANCE <= high <= start
            if against and not self._separated(piece, high, start):
                return 0.0
            if not known and word.context & bit:
                before = start - rule.distance <= high <= start and not self._separated(piece, high, start)
                known = before or end <= low <= end + rule.after - 1
        if rule.requires_context:
            return rule.score if known else 0.0
        return min(0.99, rule.score + CONTEXT_BONUS) if known else rule.score

    def _separated(self, piece: Piece, end: int, start: int) -> bool:
        """Tell whether another number stands between a context word and the value: then the word is that one's."""
        between = piece.text[end:start]
        return len(between) > 4 and _OTHER_NUMBER.found(between.encode("utf-8", "replace"))
