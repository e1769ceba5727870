"""Rules, own words and names joined: everything that is found in the texts of one request. Sans-IO."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, runtime_checkable

from maskwire.detect.fragment import Fragment
from maskwire.detect.gate import may_hold_names
from maskwire.detect.normalise import view
from maskwire.detect.rule import Rule
from maskwire.detect.rules import RuleSet
from maskwire.detect.terms import TermSet
from maskwire.spans import Span, select


class NameFinder(Protocol):
    """Anything that finds names of people, organizations and places."""

    def find(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        """Return for each fragment its names, sorted by start, none overlapping."""
        ...


@runtime_checkable
class NamesBeside(NameFinder, Protocol):
    """One that works elsewhere, so that rules can be searched for meanwhile."""

    def begin(self, fragments: Sequence[Fragment]) -> Callable[[], list[list[Span]]]:
        """Begin to find names; what is returned gives them as ``find`` does, once."""
        ...


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why something was found: the rule or model, what was checked, which words count as context, and the source.

    ``score`` says in words what the score is made of.
    """

    rule: str
    checks: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    source: str = ""
    score: str = ""


class Pipeline:
    """All detectors over the fragments of one request."""

    def __init__(self, rules: RuleSet, names: NameFinder | None = None, terms: TermSet | None = None) -> None:
        self._rules = rules
        self._names = names
        self._terms = terms

    def with_names(self, names: NameFinder) -> "Pipeline":
        """Return the same with another finder of names."""
        return Pipeline(self._rules, names, self._terms)

    def find(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        """Return for each fragment everything found in it, sorted by start, none overlapping.

        Raises:
            BlockedError: a text is longer than can be searched.
        """
        named = self._begin(fragments)
        found = [self._known(fragment) for fragment in fragments]
        for i, spans in named():
            found[i] = select([*found[i], *spans])
        return [self._kept(fragment, spans) for fragment, spans in zip(fragments, found, strict=True)]

    def quick(self, fragment: Fragment) -> list[Span] | None:
        """Return everything found in ``fragment``, or None when names may stand there and must be looked for."""
        if self._names is not None and may_hold_names(fragment):
            return None
        return self._kept(fragment, self._known(fragment))

    def explain(self, span: Span) -> Explanation:
        """Return why ``span`` was found; a model and the person's own words have no more to say than name and score."""
        rule = self._rules.rule(span.rule)
        if rule is None:
            said = f"{span.score:.2f}, by the model" if span.rule.startswith("names.") else f"{span.score:.2f}"
            return Explanation(span.rule, score=said)
        return Explanation(rule.id, rule.checks, rule.context, rule.source, _score_parts(rule, span.score))

    def _known(self, fragment: Fragment) -> list[Span]:
        """Return what rules and own words find."""
        spans = self._rules.find(fragment)
        if self._terms is None:
            return spans
        return select([*spans, *self._terms.find(fragment.text)])

    def _begin(self, fragments: Sequence[Fragment]) -> Callable[[], list[tuple[int, list[Span]]]]:
        """Begin to look for names in those fragments that may hold some; the model reads them as a reader would."""
        names = self._names
        asked = [(i, view(f.text), f) for i, f in enumerate(fragments) if names is not None and may_hold_names(f)]
        if names is None or not asked:
            return list
        read = [f if clean is None else Fragment(clean.text, f.label) for _, clean, f in asked]
        answer = names.begin(read) if isinstance(names, NamesBeside) else partial(names.find, read)

        def named() -> list[tuple[int, list[Span]]]:
            return [
                (i, spans if clean is None else [clean.original(span) for span in spans])
                for (i, clean, _), spans in zip(asked, answer(), strict=True)
            ]

        return named

    def _kept(self, fragment: Fragment, spans: list[Span]) -> list[Span]:
        return spans if self._terms is None else self._terms.without_allowed(fragment.text, spans)


def _score_parts(rule: Rule, score: float) -> str:
    """Return what ``score`` is made of: the rule's own, and what a word beside the value or a cut line added."""
    if rule.requires_context:
        return f"{score:.2f}: the rule's {rule.score:.2f}, which needs one of its words beside the value"
    added = score - rule.score
    return f"{score:.2f}: the rule's {rule.score:.2f}" + (f", {added:.2f} for words beside it" if added > 0.005 else "")
