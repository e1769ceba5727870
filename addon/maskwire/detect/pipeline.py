"""Rules and names joined: everything that is found in the texts of one request. Sans-IO."""

from collections.abc import Sequence
from typing import Protocol

from maskwire.detect.fragment import Fragment
from maskwire.detect.gate import may_hold_names
from maskwire.detect.rules import RuleSet
from maskwire.spans import Span, select


class NameFinder(Protocol):
    """Anything that finds names of people, organisations and places."""

    def find(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        """Return for each fragment its names, sorted by start, none overlapping."""
        ...


class Pipeline:
    """All detectors over the fragments of one request."""

    def __init__(self, rules: RuleSet, names: NameFinder | None = None) -> None:
        self._rules = rules
        self._names = names

    def find(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        """Return for each fragment everything found in it, sorted by start, none overlapping."""
        found = [self._rules.find(fragment) for fragment in fragments]
        if self._names is None:
            return found
        asked = [i for i, fragment in enumerate(fragments) if may_hold_names(fragment)]
        if asked:
            for i, spans in zip(asked, self._names.find([fragments[i] for i in asked]), strict=True):
                found[i] = select([*found[i], *spans])
        return found

    def quick(self, fragment: Fragment) -> list[Span] | None:
        """Return everything found in ``fragment``, or None when names may stand there and must be looked for."""
        if self._names is not None and may_hold_names(fragment):
            return None
        return self._rules.find(fragment)
