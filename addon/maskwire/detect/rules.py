"""All rules over a text: one automaton decides which may match a line, then only those are run there. Sans-IO."""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from maskwire.detect.checks import CHECKS
from maskwire.detect.context import escape, word_pattern
from maskwire.detect.fragment import Fragment
from maskwire.detect.patterns import Pattern, PatternSet, decoded_length, encode
from maskwire.detect.rule import Rule, load_pack
from maskwire.spans import Span, select

CONTEXT_BONUS = 0.1
"""What a context word adds to the score of a rule that does not require one."""


class Compiled:
    """A rule with its patterns, which are compiled when they are first needed."""

    __slots__ = ("_context", "_pattern", "rule")

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._pattern: Pattern | None = None
        self._context: Pattern | None = None

    @property
    def trigger(self) -> str:
        """What must occur in a line (or its label) before the rule is run there."""
        rule = self.rule
        if rule.trigger:
            return rule.trigger
        if rule.keywords:
            return "|".join(escape(word) for word in rule.keywords)
        return word_pattern(rule.context) if rule.requires_context else rule.pattern

    @property
    def pattern(self) -> Pattern:
        """The exact pattern."""
        if self._pattern is None:
            self._pattern = Pattern(self.rule.pattern)
        return self._pattern

    def has_context(self, window: bytes) -> bool:
        """Tell whether one of the rule's context words stands in ``window``."""
        if not self.rule.context:
            return False
        if self._context is None:
            self._context = Pattern(word_pattern(self.rule.context))
        return self._context.found(window)


class RuleSet:
    """Rules that were loaded and compiled together."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._compiled = [Compiled(rule) for rule in rules]
        triggers: dict[str, list[Compiled]] = {}
        for compiled in self._compiled:
            triggers.setdefault(compiled.trigger, []).append(compiled)
        self._groups = list(triggers.values())
        self._set = PatternSet(list(triggers))

    @classmethod
    def load(cls, packs: Sequence[Path | Traversable]) -> "RuleSet":
        """Return the rules of ``packs``, in order.

        Raises:
            ConfigError: a rule is invalid; names file, line, rule and reason.
        """
        return cls([rule for pack in packs for rule in load_pack(pack)])

    def find(self, fragment: Fragment) -> list[Span]:
        """Return the values in ``fragment``, sorted by start, none overlapping."""
        data = encode(fragment.text)
        label = encode(fragment.label)
        found: list[Span] = []
        carried = self._set.hits(label) if label else []
        for start, end in _lines(data):
            hits = self._set.hits(data[start:end])
            for index in dict.fromkeys([*hits, *carried]):
                for compiled in self._groups[index]:
                    found.extend(_apply(compiled, data, (start, end), label))
        return select(found)


def _lines(data: bytes) -> Iterator[tuple[int, int]]:
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        yield start, end
        start = end + 1
    yield start, len(data)


def _apply(compiled: Compiled, data: bytes, line: tuple[int, int], label: bytes) -> Iterator[Span]:
    rule = compiled.rule
    for start, end in compiled.pattern.spans(data, *line):
        window = label + b" " + data[max(0, start - rule.distance) : start]
        if rule.after:
            window += b" " + data[end : end + rule.after]
        context = compiled.has_context(window)
        if rule.requires_context and not context:
            continue
        value = data[start:end].decode("utf-8", "surrogatepass")
        if all(CHECKS[name](value) for name in rule.checks):
            score = rule.score if rule.requires_context or not context else min(0.99, rule.score + CONTEXT_BONUS)
            first = decoded_length(data[:start])
            yield Span(first, first + len(value), rule.entity, score, rule.id)


@cache
def default_rules() -> RuleSet:
    """Return the shipped rules, loaded and compiled once per process."""
    packs = sorted(
        (p for p in files("maskwire.detect").joinpath("packs").iterdir() if p.name.endswith(".toml")),
        key=lambda p: p.name,
    )
    return RuleSet.load(packs)
