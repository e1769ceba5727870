"""Calls that repeat take little room, nothing is lost of their number, and nobody's flood hides another's acts."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire_daemon.store.act import Act
from maskwire_daemon.store.folding import KINDS, OTHERS, WINDOW_S, Folding

REFUSED = Act(1000.0, "reports", "PUT", "/v1/hosts/{host}", 403)


def fed(folding: Folding, acts: list[Act]) -> list[Act]:
    return [entry for act in acts for entry in folding.taken(act)]


def test_the_first_is_an_entry_and_the_others_are_a_count() -> None:
    folding = Folding()
    written = fed(folding, [replace(REFUSED, at=1000.0 + n) for n in range(50)])

    assert written == [REFUSED]
    assert folding.over(1000.0 + WINDOW_S - 1) == []
    assert folding.over(1000.0 + WINDOW_S) == [replace(REFUSED, at=1049.0, times=49)]
    assert folding.over(1000.0 + WINDOW_S) == []


def test_one_that_is_alone_has_no_count() -> None:
    folding = Folding()
    folding.taken(REFUSED)

    assert folding.rest() == []


def test_the_next_hour_begins_with_an_entry_of_its_own() -> None:
    folding = Folding()
    later = replace(REFUSED, at=1000.0 + WINDOW_S)
    written = fed(folding, [REFUSED, replace(REFUSED, at=1001.0), later])

    assert written == [REFUSED, replace(REFUSED, at=1001.0, times=1), later]


def test_a_clock_that_is_set_back_ends_the_hour() -> None:
    folding = Folding()
    written = fed(folding, [REFUSED, replace(REFUSED, at=1001.0), replace(REFUSED, at=5.0)])

    assert [act.at for act in written] == [1000.0, 1001.0, 5.0]


@pytest.mark.parametrize(
    "act",
    [
        Act(1.0, "this computer", "PUT", "/v1/hosts/api.openai.com"),
        Act(1.0, "this computer", "POST", "/v1/pause"),
        Act(1.0, "settings", "changed", "entities"),
        Act(1.0, "browser", "reveal", "PERSON_K7Q2MXA4"),
        Act(1.0, "browser", "reveal", "wrong passphrase", 403),
    ],
)
def test_what_changes_or_shows_something_is_never_counted_together(act: Act) -> None:
    assert fed(Folding(), [act] * 5) == [act] * 5


def test_a_program_that_masks_all_day_takes_two_entries_an_hour() -> None:
    folding = Folding()
    calls = [Act(float(n), "ci", "POST", "/v1/mask") for n in range(24 * 3600)]
    written = fed(folding, calls) + folding.rest()

    assert len(written) == 48
    assert sum(act.times for act in written) == len(calls)


@given(st.lists(st.tuples(st.integers(0, 7200), st.sampled_from("abc"), st.integers(0, 30)), max_size=300))
def test_none_is_lost_and_the_room_is_bounded(calls: list[tuple[int, str, int]]) -> None:
    folding = Folding()
    acts = [Act(float(at), actor, "POST", f"/{kind}", 403) for at, actor, kind in sorted(calls)]
    written = fed(folding, acts) + folding.rest()

    for actor in "abc":
        of_one = [act for act in written if act.actor == actor]
        assert sum(act.times for act in of_one) == sum(act.actor == actor for act in acts)
        assert len(of_one) <= 3 * 2 * (KINDS + 1)


def test_what_is_above_the_kinds_is_told_as_refused() -> None:
    folding = Folding()
    written = fed(folding, [replace(REFUSED, subject=f"/{n}") for n in range(KINDS + 5)])

    assert written[-1] == Act(1000.0, "reports", OTHERS, "", 403)
    assert folding.rest() == [Act(1000.0, "reports", OTHERS, "", 403, 4)]
