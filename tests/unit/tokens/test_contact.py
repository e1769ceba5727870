import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.tokens.contact import AmericanPhone, Email, WorldPhone

WITH_TRUNK_ZERO = {"AX", "CN", "EG", "FI", "FO", "KR", "RS"}
"""Regions whose plan has numbers that begin with 10; within all of them these are dialled with a 0 before."""


@settings(deadline=None)
@given(st.integers(0, AmericanPhone().size("") - 1))
def test_no_american_number_is_assigned(number: int) -> None:
    spelling = AmericanPhone().write("", number)
    parsed = phonenumbers.parse(spelling, "US")

    assert not phonenumbers.is_valid_number(parsed)


def test_where_an_american_token_might_be_a_number_it_would_need_a_zero_before_it() -> None:
    regions = set()
    for area in range(100, 110):
        for exchange in (0, 57, 99, 100, 123, 199):
            numerals = f"{area}{exchange:03d}4567"
            regions |= {
                region
                for region in phonenumbers.SUPPORTED_REGIONS
                if phonenumbers.is_valid_number(phonenumbers.parse(numerals, region))
            }

    assert regions <= WITH_TRUNK_ZERO


@pytest.mark.parametrize("variant", ["11", "12", "13", "14", "15"])
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_no_country_has_the_code_of_a_world_token(variant: str, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, WorldPhone().size(variant) - 1))
    spelling = WorldPhone().write(variant, number)

    with pytest.raises(phonenumbers.NumberParseException):
        phonenumbers.parse(spelling)
    assert len(spelling) == 1 + int(variant)


@pytest.mark.parametrize(
    ("value", "dressed"),
    [
        ("2125551234", "1010123456"),
        ("(212) 555-1234", "(101) 012-3456"),
        ("+1 212.555.1234", "+1 101.012.3456"),
        ("1-212-555-1234", "1-101-012-3456"),
        ("1 212 555 1234", "+1 101 012 3456"),
        ("1 (212) 555 1234", "+1 (101) 012 3456"),
    ],
)
def test_an_american_token_is_grouped_like_its_value(value: str, dressed: str) -> None:
    assert AmericanPhone().dress("101-012-3456", value) == dressed


@pytest.mark.parametrize(
    ("token", "value", "dressed"),
    [
        ("+99901234567", "+49 30 1234567", "+99 90 1234567"),
        ("+9992123456789", "030 1234567", "+999 212 3456789"),
        ("+99901234567", "555 1234", "+99901234567"),
        ("+99901234567", "5551-1234", "+999 0123-4567"),
    ],
)
def test_a_world_token_is_grouped_like_its_value(token: str, value: str, dressed: str) -> None:
    assert WorldPhone().dress(token, value) == dressed


def test_mail_goes_to_a_reserved_domain() -> None:
    assert Email().write("", 0).endswith("@example.com")
