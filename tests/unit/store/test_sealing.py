import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire.errors import VaultCorrupt
from maskwire_daemon.store.sealing import NONCE_BYTES, Sealer, framed

KEY = bytes(range(32))


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_is_sealed_opens_again(plain: bytes, bound: bytes) -> None:
    assert Sealer(KEY).open(Sealer(KEY).seal(plain, bound), bound) == plain


@given(st.binary(max_size=40), st.data())
def test_any_changed_bit_is_noticed(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(Sealer(KEY).seal(plain, b"row 1"))
    place = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[place // 8] ^= 1 << place % 8

    with pytest.raises(VaultCorrupt):
        Sealer(KEY).open(bytes(sealed), b"row 1")


def test_sealed_bytes_do_not_open_in_another_place() -> None:
    with pytest.raises(VaultCorrupt):
        Sealer(KEY).open(Sealer(KEY).seal(b"value", b"row 1"), b"row 2")


@pytest.mark.parametrize("size", range(NONCE_BYTES + 2))
def test_bytes_too_short_to_be_sealed_are_refused(size: int) -> None:
    with pytest.raises(VaultCorrupt):
        Sealer(KEY).open(bytes(size), b"")


def test_the_same_value_is_never_sealed_to_the_same_bytes() -> None:
    sealer = Sealer(KEY)

    assert len({sealer.seal(b"value", b"") for _ in range(100)}) == 100


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_key_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer(bytes(size))


@given(st.lists(st.binary(max_size=6), max_size=4), st.lists(st.binary(max_size=6), max_size=4))
def test_different_parts_never_join_to_the_same_bytes(one: list[bytes], other: list[bytes]) -> None:
    assert (framed(*one) == framed(*other)) == (one == other)


def test_a_sealer_does_not_leave_its_process() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Sealer(KEY))
