from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire_daemon.store.chain import Chain, Link, Verdict, unpack

CHAIN = Chain(bytes(range(32)))
OTHER = Chain(bytes(32))

type Rows = list[tuple[Link, bytes]]


def linked(rows: Sequence[bytes], chain: Chain = CHAIN, before: Link | None = None) -> Rows:
    link = before or chain.start()
    made: Rows = []
    for row in rows:
        link = chain.follow(link, row)
        made.append((link, row))
    return made


def head(rows: Rows, chain: Chain = CHAIN) -> bytes | None:
    return chain.pack(b"head", rows[-1][0]) if rows else None


@given(st.lists(st.binary(max_size=20), max_size=20))
def test_a_whole_chain_verifies(rows: list[bytes]) -> None:
    made = linked(rows)

    assert CHAIN.verify(None, head(made), made) == Verdict(rows=len(rows), foreign=0)


@given(st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=12), st.data())
@settings(max_examples=200)
def test_one_changed_row_is_named(rows: list[bytes], data: st.DataObject) -> None:
    made = linked(rows)
    place = data.draw(st.integers(0, len(rows) - 1))
    link, row = made[place]
    bent = bytes([row[0] ^ 1]) + row[1:]

    found = CHAIN.verify(None, head(made), [*made[:place], (link, bent), *made[place + 1 :]])
    assert found.first_bad == place + 1
    assert not found.ok


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=12), st.data())
def test_one_missing_row_is_named(rows: list[bytes], data: st.DataObject) -> None:
    made = linked(rows)
    place = data.draw(st.integers(0, len(rows) - 1))

    assert CHAIN.verify(None, head(made), made[:place] + made[place + 1 :]).first_bad == place + 1


@given(st.lists(st.binary(max_size=20), min_size=2, max_size=12, unique=True), st.data())
def test_two_exchanged_rows_are_named(rows: list[bytes], data: st.DataObject) -> None:
    made = linked(rows)
    place = data.draw(st.integers(0, len(rows) - 2))
    (first, one), (second, other) = made[place : place + 2]
    swapped = [*made[:place], (first, other), (second, one), *made[place + 2 :]]

    assert CHAIN.verify(None, head(made), swapped).first_bad == place + 1


@given(st.lists(st.binary(max_size=20), min_size=2, max_size=12), st.data())
def test_what_was_pruned_leaves_the_rest_verifiable(rows: list[bytes], data: st.DataObject) -> None:
    made = linked(rows)
    cut = data.draw(st.integers(1, len(rows)))
    anchor = CHAIN.pack(b"anchor", made[cut - 1][0])

    assert CHAIN.verify(anchor, head(made), made[cut:]) == Verdict(rows=len(rows) - cut, foreign=0)


def test_rows_removed_from_the_beginning_without_an_anchor_are_named() -> None:
    made = linked([b"a", b"b", b"c"])

    assert CHAIN.verify(None, head(made), made[1:]).first_bad == 1


def test_rows_cut_off_at_the_end_are_named() -> None:
    made = linked([b"a", b"b", b"c"])

    assert CHAIN.verify(None, head(made), made[:2]).first_bad == 3
    assert CHAIN.verify(None, None, made).first_bad == 4
    assert CHAIN.verify(None, head(made), []).first_bad == 1


@pytest.mark.parametrize("end", [b"head", b"anchor"])
def test_one_end_does_not_pass_for_the_other(end: bytes) -> None:
    packed = CHAIN.pack(end, linked([b"a"])[0][0])

    assert CHAIN.signed(end, packed)
    assert not CHAIN.signed(b"anchor" if end == b"head" else b"head", packed)
    assert not OTHER.signed(end, packed)


def test_a_changed_anchor_is_named() -> None:
    made = linked([b"a", b"b", b"c"])
    forged = bytearray(CHAIN.pack(b"anchor", made[1][0]))
    forged[-1] ^= 1

    assert CHAIN.verify(bytes(forged), head(made), made[2:]).first_bad == 3


def test_rows_of_another_key_are_counted_and_keep_their_place() -> None:
    first = linked([b"a", b"b"])
    foreign = linked([b"c"], OTHER, first[-1][0])
    last = linked([b"d"], CHAIN, foreign[-1][0])
    rows = [*first, *foreign, *last]

    assert CHAIN.verify(None, head(rows), rows) == Verdict(rows=4, foreign=1)
    assert CHAIN.verify(None, head(rows), [*first, *last]).first_bad == 3


def test_a_head_that_another_key_signed_hides_no_cut() -> None:
    made = linked([b"a", b"b", b"c"])
    forged = OTHER.pack(b"head", made[1][0])

    assert CHAIN.verify(None, forged, made[:2]).first_bad == 3


def test_an_anchor_of_another_key_is_noted() -> None:
    made = linked([b"a", b"b"])
    found = CHAIN.verify(OTHER.pack(b"anchor", made[0][0]), head(made), made[1:])

    assert found.ok
    assert "another key" in found.note


def test_a_row_after_a_gap_never_verifies() -> None:
    made = linked([b"a", b"b"])
    after = linked([b"c"], CHAIN, CHAIN.gap(2))

    assert CHAIN.verify(None, head(after), [*made, *after]).first_bad == 3


def test_an_end_is_unpacked_as_it_was_packed() -> None:
    link = linked([b"a"])[0][0]

    assert unpack(CHAIN.pack(b"head", link)) == link
    assert repr(CHAIN) == "<Chain>"
