"""What Redis keeps tells nothing without the team's key, and says no other value than the one that was kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.errors import VaultCorrupt
from maskwire.vault import Finding, Token
from maskwire_daemon.store.team.rows import KIND_BYTES, NAME_BYTES, TeamCodec
from tests.strategies.store import findings

KEY, VAULT = bytes(range(32)), b"v" * 16
CODEC = TeamCodec(KEY, VAULT)
JANE, TOKEN = Finding("PERSON", "Jane Doe"), Token("PERSON_K7Q2MXA4")


@given(finding=findings)
@settings(max_examples=100)
def test_any_value_comes_back_with_its_token(finding: Finding) -> None:
    item = CODEC.item(finding, TOKEN)

    assert CODEC.open(item.row) == (finding, TOKEN)
    assert CODEC.open_as(item.row, item.tag) == (finding, TOKEN)


@given(one=findings, other=findings)
@settings(max_examples=100)
def test_names_are_equal_for_equal_values_alone(one: Finding, other: Finding) -> None:
    assert (CODEC.lookup(one) == CODEC.lookup(other)) == (one == other)


@pytest.mark.parametrize(
    "other",
    [TeamCodec(bytes(32), VAULT), TeamCodec(KEY, b"w" * 16), TeamCodec(KEY, VAULT, b"scope")],
    ids=["key", "vault", "scope"],
)
def test_another_key_vault_or_scope_gives_other_names(other: TeamCodec) -> None:
    assert CODEC.lookup(JANE) != other.lookup(JANE)


def test_another_vault_reads_nothing_of_the_same_key() -> None:
    item = CODEC.item(JANE, TOKEN)

    with pytest.raises(VaultCorrupt, match="do not verify"):
        TeamCodec(KEY, b"w" * 16).open(item.row)


@given(place=st.integers(0, 150), flip=st.integers(1, 255))
@settings(max_examples=100)
def test_any_changed_byte_is_noticed(place: int, flip: int) -> None:
    row = bytearray(CODEC.item(JANE, TOKEN).row)
    row[place % len(row)] ^= flip

    with pytest.raises(VaultCorrupt):
        CODEC.open(bytes(row))


def test_a_row_under_another_tag_is_noticed() -> None:
    item = CODEC.item(JANE, TOKEN)

    with pytest.raises(VaultCorrupt, match="belongs elsewhere"):
        CODEC.open_as(item.row, CODEC.tag(Token("PERSON_K7Q2MXA5")))


def test_nothing_readable_is_in_what_is_sent() -> None:
    item = CODEC.item(JANE, TOKEN)
    sent = b"".join(item[:4]) + CODEC.prefix + CODEC.seal_kind("PERSON")

    assert [word for word in (b"Jane", b"Doe", b"PERSON", b"K7Q2MXA4", KEY) if word in sent] == []
    assert (len(item.lookup), len(item.tag), len(item.kind)) == (NAME_BYTES, NAME_BYTES, KIND_BYTES)


def test_values_of_like_length_take_the_same_room() -> None:
    sizes = {len(CODEC.item(Finding("PERSON", "x" * size), TOKEN).row) for size in range(1, 5)}

    assert len(sizes) == 1


def test_the_same_row_is_never_encrypted_alike() -> None:
    assert CODEC.item(JANE, TOKEN).row != CODEC.item(JANE, TOKEN).row


def test_kinds_come_back_and_may_not_be_exchanged() -> None:
    person, city = CODEC.kind("PERSON"), CODEC.kind("CITY")
    sealed = CODEC.seal_kind("PERSON")

    assert CODEC.open_kind(person, sealed) == "PERSON"
    with pytest.raises(VaultCorrupt):
        CODEC.open_kind(city, sealed)


def test_the_check_of_a_key_is_not_the_key() -> None:
    assert CODEC.check == TeamCodec(KEY, VAULT).check
    assert CODEC.check != TeamCodec(bytes(32), VAULT).check
    assert KEY.hex() not in CODEC.check
