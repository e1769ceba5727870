"""What keeps rules from looking where nothing can be changes no finding."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.detect import rules as rules_module
from maskwire.detect.fragment import Fragment
from maskwire.detect.patterns import Pattern
from maskwire.detect.rules import RuleSet, default_rules
from maskwire.detect.shapes import Automaton, Shape
from tests.strategies.detect import noise

RULES = default_rules()


class EachByItself:
    """Shapes that are searched one by one in each line."""

    def __init__(self, shapes: Iterable[Shape]) -> None:
        self._shapes = [(1 << s.rule, Pattern(s.pattern) if s.pattern else None) for s in shapes]

    def rules(self, line: bytes, awake: Sequence[Automaton] | None = None) -> int:
        del awake
        return sum(rule for rule, pattern in self._shapes if pattern is None or pattern.found(line))

    def awake(self, lines: bytes) -> None:
        del lines


with pytest.MonkeyPatch.context() as patch:
    patch.setattr(rules_module, "Shapes", EachByItself)
    PLAIN = RuleSet(RULES.rules)

examples = st.sampled_from([e for rule in RULES.rules for e in (*rule.match, *rule.reject)]).map(
    lambda example: example.replace("«", "").replace("»", "")
)
cut = st.builds(lambda example, at: example[: max(1, at)], examples, st.integers(1, 60))
glue = st.sampled_from(["\n", " ", ", ", "\n\n", ": ", "\t", "|", "é", "\r\n", ""])
texts = st.lists(st.one_of(examples, examples.map(str.upper), cut, noise, glue), min_size=1, max_size=14).map("".join)


@settings(max_examples=150)
@given(texts, st.sampled_from(["", "password", "phone", "content"]))
def test_with_and_without_gates_the_findings_are_the_same(text: str, label: str) -> None:
    fragment = Fragment(text, label)

    assert RULES.find(fragment) == PLAIN.find(fragment)
