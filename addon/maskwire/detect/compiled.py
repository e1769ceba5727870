"""One rule ready to run. Sans-IO. Offsets are bytes."""

from collections.abc import Iterator

from maskwire.detect.checks import check_named
from maskwire.detect.context import escape, word_pattern
from maskwire.detect.edges import EDGES
from maskwire.detect.patterns import Pattern
from maskwire.detect.rule import Rule

CONTEXT_BONUS = 0.09
"""What a context word adds to the score of a rule that does not require one."""

_NUMBER = Pattern(r"[0-9]{4}[^0-9]")


class Compiled:
    """A rule with its patterns, which are compiled when they are first needed."""

    __slots__ = ("_checks", "_context", "_edge", "_pattern", "_unless", "rule")

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._checks = tuple(check_named(name) for name in rule.checks)
        self._edge = EDGES[rule.edges]
        self._pattern: Pattern | None = None
        self._context: Pattern | None = None
        self._unless: Pattern | None = None

    @property
    def by_context(self) -> bool:
        """Whether it is the context words that make the rule run."""
        return self.rule.requires_context and not self.rule.trigger and not self.rule.keywords

    @property
    def trigger(self) -> str:
        """What must occur in a line, its label or the line before it, for the rule to be run there."""
        rule = self.rule
        if rule.trigger:
            return rule.trigger
        if rule.keywords:
            return "|".join(escape(word) for word in rule.keywords)
        return word_pattern(rule.context) if rule.requires_context else rule.pattern

    def find(self, data: bytes, start: int, end: int) -> Iterator[tuple[int, int, float]]:
        """Yield start, end and score of each value in ``data[start:end]``; context is looked for before it too."""
        rule = self.rule
        if self._pattern is None:
            self._pattern = Pattern(rule.pattern)
        for first, last in self._pattern.spans(data[start:end]):
            low, high = start + first, start + last
            if rule.trim:
                high = low + len(data[low:high].rstrip(b" ,.;:\n"))
            if not self._edge(data, low, high):
                continue
            score = self._score(data, low, high)
            if not score:
                continue
            value = data[low:high].decode("utf-8", "replace")
            if all(check(value) for check in self._checks):
                yield low, high, score

    def _score(self, data: bytes, start: int, end: int) -> float:
        """Return the score of a match with the words around it, or 0 when they say that it is something else."""
        rule = self.rule
        if rule.unless:
            if self._unless is None:
                self._unless = Pattern(word_pattern(rule.unless))
            if self._unless.found(_before(data, start, min(rule.distance, 24))):
                return 0.0
        if not rule.context:
            return rule.score
        if self._context is None:
            self._context = Pattern(word_pattern(rule.context))
        known = self._context.found(_before(data, start, rule.distance)) or (
            rule.after > 0 and self._context.found(b" " + data[end : end + rule.after].split(b"\n", 1)[0])
        )
        if rule.requires_context:
            return rule.score if known else 0.0
        return min(0.99, rule.score + CONTEXT_BONUS) if known else rule.score


def _before(data: bytes, start: int, distance: int) -> bytes:
    """Return what stands before ``start``, without what belongs to an earlier number."""
    window = data[max(0, start - distance) : start]
    if not window.isascii():
        window = data[max(0, start - 3 * distance) : start]
    cut = 0
    for _, cut in _NUMBER.spans(window):  # noqa: B007 - the last one counts
        pass
    return window[cut:] if cut else window
