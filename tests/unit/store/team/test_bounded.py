"""What was met lately is remembered, and no more than that."""

import time

from maskwire_daemon.store.team.bounded import Lately


def test_the_oldest_goes_first() -> None:
    lately = Lately[int](2)
    for number in (1, 2, 1, 3):
        lately.add(number)

    assert [number in lately for number in (1, 2, 3)] == [True, False, True]


def test_everything_goes_after_its_time() -> None:
    lately = Lately[str](5, life_s=0.01)
    lately.add("a")
    deadline = time.monotonic() + 20
    while "a" in lately and time.monotonic() < deadline:
        time.sleep(0.005)

    assert "a" not in lately


def test_it_can_be_emptied_and_may_hold_nothing() -> None:
    lately, none = Lately[str](5), Lately[str](0)
    lately.add("a")
    none.add("a")
    lately.clear()

    assert "a" not in lately
    assert "a" not in none
