from hypothesis import given
from hypothesis import strategies as st

from maskwire.vault import Finding, Token
from maskwire_daemon.store.entries import Entry
from maskwire_daemon.store.recent import Recent


def entry(number: int, value: str = "value") -> Entry:
    return Entry(number, Finding("PERSON", f"{value} {number}"), Token(f"TOKEN_{number}"), 0)


def recent(entries: int = 10, size_bytes: int = 1_000_000) -> Recent:
    made = Recent(entries, size_bytes)
    made.enter(1)
    return made


def test_an_entry_is_found_both_ways() -> None:
    kept, one = recent(), entry(1)
    kept.add([one], epoch=1)

    assert kept.by_token(one.token) is one
    assert kept.by_finding(one.finding) is one
    assert kept.by_token(Token("TOKEN_2")) is None


def test_the_least_recently_used_entry_goes_first() -> None:
    kept = recent(entries=2)
    kept.add([entry(1), entry(2)], epoch=1)
    kept.by_token(entry(1).token)
    kept.add([entry(3)], epoch=1)

    assert kept.by_token(entry(2).token) is None
    assert kept.by_finding(entry(2).finding) is None
    assert kept.by_token(entry(1).token) is not None


def test_large_values_are_bounded_by_bytes() -> None:
    kept = recent(size_bytes=100_000)
    kept.add([entry(number, "x" * 40_000) for number in range(5)], epoch=1)
    found = [number for number in range(5) if kept.by_token(entry(number).token)]

    assert found == [3, 4]


def test_one_value_larger_than_all_room_is_not_kept() -> None:
    kept = recent(size_bytes=10_000)
    kept.add([entry(1), entry(2, "x" * 20_000)], epoch=1)

    assert kept.by_token(entry(2).token) is None


def test_a_new_epoch_forgets_everything() -> None:
    kept = recent()
    kept.add([entry(1)], epoch=1)
    kept.enter(2)

    assert kept.by_token(entry(1).token) is None
    assert kept.by_finding(entry(1).finding) is None


def test_what_was_read_before_a_purge_does_not_enter_after_it() -> None:
    kept = recent()
    kept.enter(2)
    kept.add([entry(1)], epoch=1)

    assert kept.by_token(entry(1).token) is None


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3_000)), max_size=60))
def test_the_bounds_hold_whatever_is_added(steps: list[tuple[int, int]]) -> None:
    kept = recent(entries=5, size_bytes=8_000)
    for number, size in steps:
        kept.add(
            [Entry(number, Finding("PERSON", f"{number} {size * chr(120)}"), Token(f"TOKEN_{number}"), 0)], epoch=1
        )

    assert len(kept._by_token) <= 5
    assert set(kept._by_finding.values()) == set(kept._by_token.values())
    assert 0 <= kept._size <= 8_000


def test_repr_of_an_entry_hides_its_value() -> None:
    assert "value" not in repr(entry(1))
