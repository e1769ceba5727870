import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn as reference

from maskwire.tokens.digits import NOT_IN_NUMBER, digits, fill, luhn, only_digits


@settings(deadline=None)
@given(st.text("0123456789", min_size=1, max_size=20))
def test_the_luhn_digit_is_the_right_one(numerals: str) -> None:
    assert reference.is_valid(numerals + luhn(numerals))


def test_only_ascii_digits_are_digits() -> None:
    assert only_digits("+1 (2)٣४3-x") == "123"


def test_a_layout_is_filled_in_order() -> None:
    assert fill("(12) 3-4", "9876") == "(98) 7-6"


@pytest.mark.parametrize("text", ["1-23", "123", "1 2-3"])
def test_digits_may_be_grouped(text: str) -> None:
    assert re.fullmatch(digits(3, "[ -]?").full, text)


@pytest.mark.parametrize(
    ("before", "starts"), [("", True), ("x", True), (",", True), ("1,", True), ("1", False), ("1.", False)]
)
def test_where_a_number_starts(before: str, starts: bool) -> None:
    assert bool(re.search(f"{NOT_IN_NUMBER}9", f"{before}9")) is starts
