"""Why something was found, in words: the recognizer, what it checked, which words around it counted. Sans-IO."""

from dataclasses import dataclass

from maskwire.detect.rule import Rule
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
    """What found a value. ``checks`` are what it passed, ``near`` the words that were found beside it."""

    recognizer: str
    words: str = ""
    checks: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    needs_context: bool = False
    source: str = ""


def reason_of(span: Span, text: str, rule: Rule | None) -> Reason:
    """Return why ``span`` of ``text`` was found, by ``rule`` unless it is none of a pack."""
    if rule is None:
        words = WORDS.get(span.rule, "a language model" if span.rule.startswith("names.") else "")
        return Reason(span.rule, words)
    before = text[max(0, span.start - rule.distance) : span.start].casefold()
    after = text[span.end : span.end + rule.after].casefold()
    near = tuple(word for word in rule.context if word.casefold() in before or word.casefold() in after)
    checks = tuple(check.replace("_", " ") for check in rule.checks)
    return Reason(rule.id, "a rule", checks, near, rule.requires_context, rule.source)
