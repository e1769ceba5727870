import re

from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.tokens.linear import Linear


@settings(deadline=None)
@given(st.text("ab é你\U0001f600", max_size=40), st.integers(0, 40))
def test_offsets_are_code_points(text: str, start: int) -> None:
    start = min(start, len(text))
    found = list(Linear("a+|é你|\U0001f600").matches(text, start))
    expected = [
        match.span() for i in range(start, len(text)) if (match := re.compile("a+|é你|\U0001f600").match(text, i))
    ]

    assert found == expected


def test_case_counts_unless_told_otherwise() -> None:
    assert list(Linear("ab").matches("AB ab")) == [(3, 5)]
    assert list(Linear("ab", case_sensitive=False).matches("AB ab")) == [(0, 2), (3, 5)]


def test_text_that_is_no_unicode_is_searched() -> None:
    assert list(Linear("ab").matches("\ud83dab")) == [(1, 3)]


def test_a_pattern_that_would_hang_others_is_linear() -> None:
    assert list(Linear("(a|aa)+$").matches("a" * 2000 + "b")) == []  # or nobody lives to see it
