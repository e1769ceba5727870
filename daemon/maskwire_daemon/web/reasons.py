"""Why something was found, in words: the recognizer, what it checked, which words around it counted. Sans-IO."""

from collections.abc import Sequence
from dataclasses import dataclass

from maskwire.detect.pipeline import Pipeline
from maskwire.detect.rule import Rule
from maskwire.detect.rules import RuleSet, default_rules
from maskwire.spans import Span

WORDS = {
    "terms.word": "a word of your own",
    "terms.pattern": "a pattern of your own",
    "terms.secret": "a secret that was learned",
    "hand": "marked by you just now",
    "names.echo": "part of a name that stands elsewhere",
    "": "the same value as elsewhere in this text",
}
"""Recognizers that are no rules of a pack."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What found a value. ``checks`` are what it passed, ``near`` the words that were found beside it, ``score`` what
    its score is made of."""

    recognizer: str
    words: str = ""
    checks: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    needs_context: bool = False
    source: str = ""
    score: str = ""


class Reasons:
    """Explains findings by the shipped rules and the person's ``own``."""

    def __init__(self, own: Sequence[Rule]) -> None:
        self._shipped = default_rules()
        self._own = RuleSet(own) if own else None

    def of(self, span: Span, text: str) -> Reason:
        """Return why ``span`` of ``text`` was found."""
        rules = self._own if self._own is not None and self._own.rule(span.rule) else self._shipped
        if (rule := rules.rule(span.rule)) is not None:
            return _by_rule(span, text, rule, Pipeline(rules).explain(span).score)
        words = WORDS.get(span.rule, "a language model" if span.rule.startswith("names.") else "")
        return Reason(span.rule, words)


def _by_rule(span: Span, text: str, rule: Rule, score: str) -> Reason:
    before = text[max(0, span.start - rule.distance) : span.start].casefold()
    after = text[span.end : span.end + rule.after].casefold()
    near = tuple(word for word in rule.context if word.casefold() in before or word.casefold() in after)
    checks = tuple(check.replace("_", " ") for check in rule.checks)
    return Reason(rule.id, "a rule", checks, near, rule.requires_context, rule.source, score)
