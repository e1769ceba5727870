import itertools
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings

from maskwire.tokens import Minter, canonical, find, numeric, spell, telling
from maskwire.tokens.table import SHAPES
from tests.fakes.vault import KEY
from tests.strategies.tokens import ENTITIES, MANGLED, SHAPE_MANGLED, SPELLINGS, VALUES_EACH, VAULT, texts, value_of

CASES = [
    pytest.param(entity, mangle, id=f"{entity}-{name}")
    for entity in SHAPE_MANGLED
    for name, mangle in (*MANGLED.items(), *SHAPE_MANGLED[entity].items())
]


def _spelling(entity: str, index: int) -> tuple[str, str]:
    value = value_of(entity, index)
    token = VAULT.token(entity, value)
    return token, spell(token, value)


@pytest.mark.parametrize(("entity", "mangle"), CASES)
def test_a_mangled_token_is_read(entity: str, mangle: Callable[[str], str]) -> None:
    for index in range(VALUES_EACH):
        token, spelling = _spelling(entity, index)

        assert {token} == {match.token for match in find(mangle(spelling))}


def test_every_shape_is_among_the_mangled() -> None:
    known = {type(shape).__name__ for shape in SHAPES}
    shapes = {
        shape.name: sum(
            re.fullmatch("|".join(body.full for body in shape.bodies.values()), spelling, re.IGNORECASE | re.ASCII)
            is not None
            for spelling in SPELLINGS
        )
        for shape in SHAPES
    }

    assert len(known) == len(shapes)
    assert all(shapes.values()), shapes


@pytest.mark.parametrize(
    "text",
    [
        "a person standing at location 12345678",
        "PERSON_LOCATION, API_KEY_REQUIRED, PASSWORD_PROTECTED, PERSON_12345678, PERSON_ABCDEFGH",
        "mail.contributing@example.com and mail.support@example.com",
        "call 212-555-0100, +1 415 555 2671, +44 20 7946 0958 or 030 1234567",
        "timestamps 1700000000 and 1700000000123, order 9876543210",
        "4111 1111 1111 1111, 9943 1234 5678 9018",
        "DE89 3704 0044 0532 0130 00, XK05 1212 0123 4567 8906",
        "078-05-1120, 987-65-4320, 666-12-3456, 900-70-1234",
        "netmask 255.255.255.0, 240.0.0.0/4, 239.255.255.250, 10.0.0.1, v241.1.2",
        "2001:db8::1, 2001:db8:85a3::8a2e:370:7334, fe80::1",
        "00:1a:2b:3c:4d:5e, 02:42:ac:11:00:02, f6:1a:2b:3c:4d",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ],
)
def test_ordinary_text_is_not_taken(text: str) -> None:
    assert [text[match.start : match.end] for match in find(text)] == []


def test_a_token_inside_a_longer_number_is_not_taken() -> None:
    for entity in ("CREDIT_CARD", "US_SSN", "ABA_ROUTING_NUMBER"):
        numerals = "".join(filter(str.isdigit, _spelling(entity, 1)[1]))

        assert find(f"1{numerals}") == []
        assert find(f"{numerals}1") == []


@settings(deadline=None)
@given(texts)
def test_matches_are_sorted_apart_and_canonical(text: str) -> None:
    matches = find(text)

    assert all(0 <= match.start < match.end <= len(text) for match in matches)
    assert all(left.end <= right.start for left, right in itertools.pairwise(matches))
    assert all(canonical(match.token) == match.token for match in matches)


@pytest.mark.parametrize("entity", ENTITIES)
def test_a_number_says_its_token(entity: str) -> None:
    for index in range(VALUES_EACH):
        token, _ = _spelling(entity, index)
        number = numeric(VAULT.token(entity, value_of(entity, index)))
        if number is not None:
            assert re.fullmatch("[1-9][0-9]*", number)
            assert token == canonical(number)


def test_which_entities_have_numbers() -> None:
    with_numbers = {entity for entity in ENTITIES if numeric(VAULT.token(entity, value_of(entity, 0)))}

    assert with_numbers == {"PHONE_NUMBER", "CREDIT_CARD", "US_SSN", "ABA_ROUTING_NUMBER"}


def test_which_entities_have_a_keyed_check() -> None:
    without = {entity for entity in ENTITIES if not telling(VAULT.token(entity, value_of(entity, 1)))}

    assert without == {"PHONE_NUMBER", "US_SSN", "ABA_ROUTING_NUMBER", "IP_ADDRESS"}


@pytest.mark.parametrize(
    ("entity", "value"),
    [
        ("CREDIT_CARD", "4111-1111-1111-1111"),
        ("CREDIT_CARD", "3782 822463 10005"),
        ("PHONE_NUMBER", "(212) 555-1234"),
        ("PHONE_NUMBER", "+1.212.555.1234"),
        ("PHONE_NUMBER", "+49 (0)30 1234567"),
        ("US_SSN", "078 05 1120"),
        ("PHONE_NUMBER", "+49\u00a030\u20111234567"),
        ("CREDIT_CARD", "4111\u20131111\u20131111\u20131111"),
        ("IBAN_CODE", "DE89 3704 0044 0532 0130 00"),
        ("MAC_ADDRESS", "00-1A-2B-3C-4D-5E"),
        ("MAC_ADDRESS", "001a.2b3c.4d5e"),
    ],
)
def test_a_token_is_dressed_like_its_value(entity: str, value: str) -> None:
    spelling = spell(Minter(KEY).mint(entity, value), value)

    assert re.sub("[0-9A-Za-z]", "#", value) == re.sub("[0-9A-Za-z]", "#", spelling)


def test_a_dress_that_would_not_be_read_is_not_worn() -> None:
    value = "4111 1111 1111 1111"
    token = Minter(KEY).mint("CREDIT_CARD", value)
    full_width = "４１１１ １１１１ １１１１ １１１１"

    assert len(spell(Minter(KEY).mint("CREDIT_CARD", full_width), full_width)) == 16
    assert token == spell(token, "4111 1111 1111 1111 111")

    assert token == spell(token, "not a card")
    assert spell(canonical("person_k7q2mxa4") or token, value) == "PERSON_K7Q2MXA4"
