"""Rules, own words and names joined."""

from collections.abc import Sequence

import pytest

from maskwire.detect.cache import SpanCache
from maskwire.detect.fragment import Fragment
from maskwire.detect.gate import may_hold_names
from maskwire.detect.pipeline import Pipeline
from maskwire.detect.rules import default_rules
from maskwire.detect.terms import Terms, TermSet, value_hash
from maskwire.spans import Span


class Names:
    """Finds "Anna", and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def find(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        self.asked += [f.text for f in fragments]
        where = [(f.text.find("Anna")) for f in fragments]
        return [[Span(at, at + 4, "PERSON", 0.8, "names.fake")] if at >= 0 else [] for at in where]


def test_names_join_rules_and_overlaps_are_resolved() -> None:
    text = "Anna wrote to Anna@acme.org"
    spans = Pipeline(default_rules(), Names()).find([Fragment(text)])[0]

    assert [(s.entity, s.start, s.end) for s in spans] == [("PERSON", 0, 4), ("EMAIL_ADDRESS", 14, 27)]


def test_a_disguised_name_is_read_as_it_looks_and_found_where_it_stands() -> None:
    names = Names()
    spans = Pipeline(default_rules(), names).find([Fragment("ask An\u200bna now")])[0]

    assert names.asked == ["ask Anna now"]
    assert [(s.start, s.end) for s in spans] == [(4, 9)]


def test_what_is_no_prose_is_answered_without_names() -> None:
    names = Names()
    pipeline = Pipeline(default_rules(), names)

    assert pipeline.quick(Fragment("gpt-5.1-mini")) == []
    assert pipeline.quick(Fragment("93.184.216.34")) is not None
    assert pipeline.quick(Fragment("Anna")) is None
    assert names.asked == []


def test_prose_in_any_script_may_hold_names() -> None:
    for text in ("ask john about it", "Anna", "JOHN SMITH", "王小明", "Пётр", "cc: Müller"):
        assert may_hold_names(Fragment(text))
    for text in ("", "83d3aa5c-b834", "snake_case_name", "camelCase()", "/usr/lib/x", "12:30:00", "{}"):
        assert not may_hold_names(Fragment(text))
    assert may_hold_names(Fragment("jdoe", "author"))


def test_own_words_are_found_and_allowed_values_pass() -> None:
    key = bytes(32)
    allowed = frozenset({value_hash("info@acme.org", key)})
    terms = TermSet(Terms((("Project Falcon", ""),), ((r"EMP-\d{4}", "CUSTOM"),), allowed, (), key))
    text = "project falcon: EMP-1234, info@acme.org, jo@acme.org"
    spans = Pipeline(default_rules(), None, terms).find([Fragment(text)])[0]

    assert [text[s.start : s.end] for s in spans] == ["project falcon", "EMP-1234", "jo@acme.org"]


def test_an_explanation_names_rule_checks_and_source() -> None:
    pipeline = Pipeline(default_rules())
    span = pipeline.find([Fragment("pay 4111 1111 1111 1111")])[0][0]
    why = pipeline.explain(span)

    assert (why.rule, "card" in why.checks, why.source[:8]) == ("finance.card", True, "https://")
    assert pipeline.explain(Span(0, 1, "PERSON", 1, "names.own")).rule == "names.own"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("93.184.216.34", "0.85: the rule's 0.85"),
        ("client 93.184.216.34", "0.94: the rule's 0.85, 0.09 for words beside it"),
        ("BSN 111222333", "0.90: the rule's 0.90, which needs one of its words beside the value"),
    ],
)
def test_an_explanation_says_what_the_score_is_made_of(text: str, said: str) -> None:
    pipeline = Pipeline(default_rules())
    (span,) = pipeline.find([Fragment(text)])[0]

    assert pipeline.explain(span).score == said


def test_a_model_has_no_more_to_say_than_its_score() -> None:
    assert Pipeline(default_rules()).explain(Span(0, 1, "PERSON", 0.8, "names.own")).score == "0.80, by the model"


def test_the_cache_answers_what_it_knows_and_stays_within_its_bytes() -> None:
    cache = SpanCache(bytes(32), size_bytes=2_000)
    span = Span(0, 1, "X", 1, "r")
    for i in range(50):
        cache.store(Fragment(f"text {i}"), [span])

    assert cache.find(Fragment("text 49")) == [span]
    assert cache.find(Fragment("text 49", "label")) is None
    assert cache.find(Fragment("text 0")) is None
    assert cache.size_bytes <= 2_000
    assert cache.hit_rate == 1 / 3
    assert "text 49" not in repr(vars(cache))
