import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.entities import KINDS
from maskwire.tokens import Minter, canonical
from maskwire.tokens.opaque import ALPHABET, CODE_LENGTH, LONGEST_LABEL, Invented, Opaque, decode, encode, label_of


@settings(deadline=None)
@given(st.integers(0, (1 << 40) - 1))
def test_codes_lead_back_when_they_can_be_told_from_words(number: int) -> None:
    code = encode(number, CODE_LENGTH)
    told = not code.isdigit() and any(letter in "23456789" for letter in code)

    assert decode(code) == decode(code.lower()) == (number if told else None)


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    assert decode("OIL2ABCD") == decode("o1l2abcd") == decode("0112ABCD")


def test_every_letter_of_the_alphabet_is_read() -> None:
    for letter in ALPHABET:
        assert decode(f"A2{letter}") is not None


@pytest.mark.parametrize("code", ["REQS1RED", "CONTACT1", "12345678", "ABCDEFGH", "10101010"])
def test_a_code_without_a_letter_or_a_digit_from_two_is_none(code: str) -> None:
    assert decode(code) is None


@pytest.mark.parametrize(
    ("entity", "label"),
    [
        ("PERSON", "PERSON"),
        ("US_SSN", "US_SSN"),
        ("EMPLOYEE_ID", "EMPLOYEEID"),
        ("badge no. 7", "BADGENO"),
        ("KEVIN", "KEVINX"),
        ("Ü", "CUSTOMX"),
        ("", "CUSTOMX"),
        ("X" * 60, "X" * (LONGEST_LABEL - 1)),
    ],
)
def test_the_label_of_an_entity(entity: str, label: str) -> None:
    assert label_of(entity) == label


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_entity_has_tokens_that_are_read(entity: str) -> None:
    token = Minter(bytes(32)).mint(entity, "a value")

    assert canonical(token) == token


def test_no_shipped_label_begins_with_another() -> None:
    """Else the pattern would have to look ahead to tell them apart, and a stream to hold more back."""
    plain = [label.replace("_", "") for label in KINDS]

    assert [(a, b) for a in plain for b in plain if a != b and a.startswith(b)] == []


def test_a_spelling_with_a_foreign_label_is_not_read() -> None:
    assert Opaque().read("SOMEBODY_K7Q2MXA4") is None
    assert Invented().read("ACMEPERSON_K7Q2MXA4") is None
    assert Invented().read("ACME_K7Q2MXA4") == ("ACME", decode("K7Q2MXA4"))
