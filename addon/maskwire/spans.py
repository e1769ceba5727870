"""Where a value stands in a text, and which of overlapping findings wins. Sans-IO."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One finding: ``text[start:end]`` is a value of ``entity``.

    Offsets count Unicode code points. ``score`` is calibrated from 0 to 1. ``rule`` names the
    recognizer that found it, such as ``contact.email`` or ``names.spacy``; it never holds the value.
    """

    start: int
    end: int
    entity: str
    score: float
    rule: str

    def overlaps(self, other: "Span") -> bool:
        """Tell whether the two share at least one character."""
        return self.start < other.end and other.start < self.end

    def moved(self, by: int) -> "Span":
        """Return the same finding ``by`` characters further on, as in a text of which this one is a part."""
        return Span(self.start + by, self.end + by, self.entity, self.score, self.rule)


def select(spans: Iterable[Span]) -> list[Span]:
    """Return the spans that win, sorted by start, none overlapping.

    Of two that overlap the higher ``score`` wins, then the longer, then the one that starts first,
    then the alphabetically first rule, so that the result never depends on the order of the input.
    """
    ranked = sorted(spans, key=lambda s: (-s.score, s.start - s.end, s.start, s.rule, s.entity))
    won: list[Span] = []  # sorted and free of overlaps, so only its two neighbours can overlap a new one
    for span in ranked:
        at = bisect_left(won, span.start, key=lambda w: w.start)
        free = (at == 0 or won[at - 1].end <= span.start) and (at == len(won) or span.end <= won[at].start)
        if span.start < span.end and free:
            won.insert(at, span)
    return won
