import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.iso7064 import mod_97_10
from stdnum.us import itin, rtn, ssn

from maskwire.tokens.finance import Card, Iban, Routing, Ssn

ISSUED = {*range(13), *range(21, 33), *range(61, 73), 80}
"""First two digits that the registrar of routing numbers has issued."""


@pytest.mark.parametrize("variant", [str(count) for count in range(12, 20)])
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_card_is_luhn_valid_and_of_no_issuer(variant: str, data: st.DataObject) -> None:
    token = Card().write(variant, data.draw(st.integers(0, Card().size(variant) - 1)))

    assert luhn.is_valid(token)
    assert len(token) == int(variant)
    assert token[0] == "9"
    assert 900 <= int(token[1:4]) <= 979


@pytest.mark.parametrize("variant", [str(count) for count in range(15, 35)])
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_an_iban_has_right_check_digits_and_no_country(variant: str, data: st.DataObject) -> None:
    token = Iban().write(variant, data.draw(st.integers(0, Iban().size(variant) - 1)))

    assert mod_97_10.is_valid(token[4:] + token[:4])
    assert len(token) == int(variant)
    assert token[0] == "X"
    assert token[:2] != "XK"


@settings(deadline=None)
@given(st.integers(0, Ssn().size("") - 1))
def test_a_social_security_number_was_never_issued_as_anything(number: int) -> None:
    token = Ssn().write("", number)

    assert not ssn.is_valid(token)
    assert not itin.is_valid(token)
    assert token[4:6] != "93"  # the group of adoption numbers


@settings(deadline=None)
@given(st.integers(0, Routing().size("") - 1))
def test_a_routing_number_is_valid_and_not_issued(number: int) -> None:
    token = Routing().write("", number)

    assert rtn.is_valid(token)
    assert int(token[:2]) not in ISSUED


def test_a_wrong_check_digit_is_no_token() -> None:
    for shape, variant in ((Card(), "16"), (Iban(), "22"), (Routing(), "")):
        token = shape.write(variant, 12_345)
        wrong = token[:-1] + str((int(token[-1]) + 1) % 10)

        assert shape.read(wrong) is None


@pytest.mark.parametrize(
    ("value", "dressed"),
    [
        ("DE89 3704 0044 0532 0130 00", "XH12 3456 7890 1234 5678 90"),
        ("DE89370400440532013000", "XH12345678901234567890"),
    ],
)
def test_an_iban_is_grouped_like_its_value(value: str, dressed: str) -> None:
    assert Iban().dress("XH12345678901234567890", value) == dressed
