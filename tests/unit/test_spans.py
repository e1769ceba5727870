"""Of overlapping findings exactly one wins, and the order of the input never matters."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from maskwire.spans import Span, select

spans = st.builds(
    lambda start, length, entity, score: Span(start, start + length, entity, score, f"test.{entity.lower()}"),
    st.integers(0, 40),
    st.integers(0, 12),
    st.sampled_from(["PERSON", "EMAIL_ADDRESS", "API_KEY"]),
    st.sampled_from([0.3, 0.6, 0.9]),
)


@given(st.lists(spans, max_size=20))
def test_selected_spans_never_overlap_and_are_sorted(found: list[Span]) -> None:
    won = select(found)

    assert won == sorted(won)
    assert all(a.end <= b.start for a, b in pairwise(won))


@given(st.lists(spans, max_size=12).flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_order_of_input_never_matters(case: tuple[list[Span], list[Span]]) -> None:
    found, shuffled = case

    assert select(found) == select(shuffled)


@given(st.lists(spans, max_size=20))
def test_every_loser_overlaps_a_winner_of_at_least_its_score(found: list[Span]) -> None:
    won = select(found)

    losers = [s for s in found if s not in won and s.start < s.end]
    assert all(any(s.overlaps(w) and w.score >= s.score for w in won) for s in losers)


def test_higher_score_beats_longer_span() -> None:
    sure = Span(5, 10, "US_SSN", 0.9, "identity.us_ssn")
    long = Span(0, 20, "STREET_ADDRESS", 0.5, "contact.address")

    assert select([long, sure]) == [sure]


def test_equal_scores_prefer_the_longer_span() -> None:
    short = Span(0, 4, "PERSON", 0.8, "names.spacy")
    long = Span(0, 9, "PERSON", 0.8, "names.spacy")

    assert select([short, long]) == [long]
