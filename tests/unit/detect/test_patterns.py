"""RE2 behind types: spans in bytes, and sets that say which patterns occur."""

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from maskwire.detect import patterns
from maskwire.detect.patterns import Pattern, PatternError, PatternSet, encode
from maskwire.detect.rules import default_rules

SOURCES = [r"[a-c]+1", r"k=(?P<v>\w*)", r"(a)|(1)", r"\b", r"é(?:(1)|2)", r"x?", r"(?i)K\s?(1?)"]

texts = st.text(st.sampled_from("abc1 =ké\nx"), max_size=16).map(encode)


@given(st.sampled_from(SOURCES), texts)
def test_without_re2_s_own_search_the_answers_are_the_same(source: str, data: bytes) -> None:
    fast = Pattern(source)
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(re2, "_Anchor")
        slow = Pattern(source)

    assert (fast.spans(data), fast.first(data), fast.found(data), fast.fits(data)) == (
        slow.spans(data),
        slow.first(data),
        slow.found(data),
        slow.fits(data),
    )


def test_the_search_goes_on_behind_the_value_and_not_behind_the_match() -> None:
    assert Pattern(r"[ ,](?P<v>\w+)[ ,]").spans(b" a,b c ") == [(1, 2), (3, 4), (5, 6)]


def test_a_part_of_the_bytes_is_searched_alone() -> None:
    assert Pattern(r"\w+").spans(b"ab cd ef", 3, 7) == [(3, 5), (6, 7)]


def test_what_cannot_be_linear_is_refused_with_the_reason() -> None:
    with pytest.raises(PatternError, match="look-around"):
        Pattern(r"a(?=b)")
    with pytest.raises(PatternError, match="back-references"):
        Pattern(r"(a)\1")


@given(texts)
def test_a_set_names_the_patterns_that_occur(data: bytes) -> None:
    expected = [number for number, source in enumerate(SOURCES) if Pattern(source).found(data)]

    assert sorted(PatternSet(SOURCES).hits(data)) == expected


def test_patterns_that_count_far_in_many_ways_are_given_little_memory() -> None:
    counting = {rule.id for rule in default_rules().rules if patterns.counts_far(rule.pattern)}

    assert {"secrets.prefixed_parts", "address.said"} <= counting
    assert len(counting) < 20
