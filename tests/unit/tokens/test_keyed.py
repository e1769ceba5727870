import hashlib
import hmac

import pytest

from maskwire.tokens.keyed import IDS, LEAST_CHECK, Digest, Room, divide


@pytest.mark.parametrize(
    ("size", "room"),
    [
        (1 << 40, Room(1 << 24, 1 << 16)),
        (1 << 50, Room(1 << 25, 1 << 25)),
        (10**12, Room(IDS, 59_604)),
        (IDS * LEAST_CHECK, Room(IDS, LEAST_CHECK)),
        (IDS * LEAST_CHECK - 1, Room(IDS * LEAST_CHECK - 1, 1)),
        (54_000_000, Room(54_000_000, 1)),
    ],
)
def test_a_range_is_divided_between_identifiers_and_check(size: int, room: Room) -> None:
    assert divide(size) == room


@pytest.mark.parametrize("size", [10**7, 10**8, 10**11, 2**40, 2**50, 0xF000**6])
def test_no_division_exceeds_its_range_or_wastes_a_million_identifiers(size: int) -> None:
    room = divide(size)

    assert size - room.ids < room.ids * room.checks <= size
    assert room.ids >= 1_000_000


def test_the_digest_is_hmac_of_fields_with_their_lengths() -> None:
    message = b"\0\0\0\0\0\0\0\1p\0\0\0\0\0\0\0\2\xc3\xa9\0\0\0\0\0\0\0\1\xff"
    expected = hmac.new(b"k" * 32, message, hashlib.sha256).digest()

    assert Digest(b"k" * 32).number("p", "é", b"\xff") == int.from_bytes(expected, "big")


def test_fields_cannot_be_moved_into_each_other() -> None:
    digest = Digest(bytes(32))

    assert digest.number("p", "ab", "c") != digest.number("p", "a", "bc")
    assert digest.number("p", "a") != digest.number("p", "a", "")


def test_text_that_is_no_unicode_has_a_digest() -> None:
    assert Digest(bytes(32)).number("p", "\ud83d") != Digest(bytes(32)).number("p", "\ud83e")
