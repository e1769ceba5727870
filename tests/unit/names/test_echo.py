"""A person who is named once in full is found by parts of the name."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.detect.fragment import Fragment
from maskwire.detect.names_echo import SCORE, with_echoes
from maskwire.spans import Span


def echoes(first: str, name: str, second: str) -> list[str]:
    """Return what is found in ``second`` when ``name`` is known from ``first``."""
    start = first.index(name)
    known = Span(start, start + len(name), "PERSON", 0.84, "names.own")
    _, found = with_echoes([Fragment(first), Fragment(second)], [[known], []])
    return [second[s.start : s.end] for s in found]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Anna Kowalska", "Kowalska's desk, KOWALSKA, anna kowalska", ["Kowalska", "KOWALSKA", "anna kowalska"]),
        ("Anna Kowalska", "\U0001f600 ask Anna", ["Anna"]),
        ("Kowalska, Anna", "Anna  was here", ["Anna"]),
        ("Jürgen Müller-Lüdenscheidt", "Herr Müller-Lüdenscheidt", ["Müller-Lüdenscheidt"]),
        ("Shane O'Neill", "O'Neill left", ["O'Neill"]),
        ("Ludwig van Beethoven", "the van is here", []),
        ("Mark Baker", "Mark the box, Baker", []),
        ("Anna LLM", "an LLM for Anna", ["Anna"]),
        ("Kibana Guardian", "the Guardian and Kibana", []),
        ("Anna Kowalska", "anna@x.io a.Kowalska@x.io anna_kowalska Kowalska.io Annapurna", []),
        ("Anna Kowalska", "the kowalska project", []),
        ("王建平", "请告诉王建平先生", ["王建平"]),
        ("王平", "请告诉王平先生", []),
    ],
)
def test_parts_are_found_where_they_mean_the_person(name: str, text: str, expected: list[str]) -> None:
    assert echoes(f"Dear {name},", name, text) == expected


@pytest.mark.parametrize(("entity", "score"), [("PERSON", 0.6), ("LOCATION", 0.84)])
def test_an_unsure_name_or_a_place_has_no_echo(entity: str, score: float) -> None:
    known = Span(0, 13, entity, score, "names.own")

    assert with_echoes([Fragment("Anna Kowalska"), Fragment("Kowalska")], [[known], []]) == [[known], []]


def test_what_was_found_there_stays() -> None:
    email = Span(0, 18, "EMAIL_ADDRESS", 0.95, "contact.email")
    known = Span(20, 33, "PERSON", 0.84, "names.own")
    text = "Anna Kowalska@x.io, Anna Kowalska"

    assert with_echoes([Fragment(text)], [[email, known]]) == [[email, known]]


def test_an_echo_is_worth_less_than_a_checksum() -> None:
    known = Span(0, 13, "PERSON", 0.84, "names.own")
    _, (span,) = with_echoes([Fragment("Anna Kowalska"), Fragment("Kowalska")], [[known], []])

    assert (span.score, span.rule) == (SCORE, "names.echo")


parts = st.sampled_from(
    ["Anna ", "Kowalska", " ", "王", "e\u0301", "\U0001f600", ", ", "KOWALSKA", "(", "\\", "\ud800"]
)


@settings(deadline=None)
@given(st.lists(st.lists(parts, max_size=8).map("".join), max_size=4))
def test_spans_never_overlap_and_lie_in_their_texts(texts: list[str]) -> None:
    fragments = [Fragment("Anna Kowalska"), *map(Fragment, texts)]
    found = with_echoes(fragments, [[Span(0, 13, "PERSON", 0.84, "names.own")], *([] for _ in texts)])

    for fragment, spans in zip(fragments, found, strict=True):
        assert all(0 <= s.start < s.end <= len(fragment.text) for s in spans)
        assert all(a.end <= b.start for a, b in pairwise(spans))
