import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.occurrences import Occurrences


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ann", True),
        ("Ann's", True),
        ("(Ann)", True),
        ("_Ann_", True),
        ("Annie", False),
        ("Joann", False),
        ("JoAnn", False),
        ("1Ann", False),
        ("请Ann来", True),
    ],
)
def test_a_value_is_found_as_a_word(text: str, found: bool) -> None:
    assert bool(list(Occurrences(["Ann"]).find(text))) is found


@pytest.mark.parametrize(
    ("value", "text", "found"),
    [
        ("张伟", "请联系张伟先生", True),
        ("+49 30 1234567", "tel+49 30 1234567", True),
        ("+49 30 1234567", "+49 30 12345678", False),
        ("a.b|c", "x a.b|c y", True),
        ("a.b|c", "axb", False),
    ],
)
def test_what_ends_a_word_depends_on_the_script_and_the_edge(value: str, text: str, found: bool) -> None:
    assert bool(list(Occurrences([value]).find(text))) is found


@pytest.mark.parametrize("others", [0, 8])
def test_the_longest_value_is_found_and_a_shorter_one_where_it_does_not_stand(others: int) -> None:
    values = ["Ann", "Ann Lee", *(f"other {index}" for index in range(others))]
    text = "Ann Lee, Ann Leeds"

    assert {(0, 7), (9, 12)} <= set(Occurrences(values).find(text)) <= {(0, 7), (0, 3), (9, 12)}


def test_no_values_are_found_nowhere() -> None:
    assert list(Occurrences([]).find("text")) == []


@settings(deadline=None)
@given(st.lists(st.text("aB é张1.+", min_size=1, max_size=5), max_size=16), st.text("aB é张1.+", max_size=30))
def test_what_is_found_is_a_value_and_few_or_many_values_cover_the_same(values: list[str], text: str) -> None:
    found = list(Occurrences(values).find(text))
    alone = [place for value in values for place in Occurrences([value]).find(text)]

    assert all(text[start:end] in values for start, end in found)
    assert {i for start, end in found for i in range(start, end)} == {
        i for start, end in alone for i in range(start, end)
    }


def test_many_values_are_found_in_one_pass_over_a_long_text() -> None:
    values = [f"person.{index}@corp-{index % 97}.de" for index in range(5000)]
    text = " and ".join(values)
    started = time.perf_counter()

    assert len(list(Occurrences(values).find(text))) == 5000
    assert time.perf_counter() - started < 5
