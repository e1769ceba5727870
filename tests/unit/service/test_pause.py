"""A pause ends by itself, a newer one replaces it, and the state says so."""

import asyncio

import pytest

from maskwire_daemon.health import Health, State
from maskwire_daemon.pause import Pause
from tests.fakes.clocks import TwoClocks


async def test_a_pause_ends_by_itself() -> None:
    changes: list[bool] = []
    pause = Pause(lambda: changes.append(pause.active))
    pause.start(0.05 / 60)

    assert pause.active
    await asyncio.sleep(0.12)
    assert not pause.active
    assert changes == [True, False]


async def test_a_newer_pause_replaces_the_older() -> None:
    pause = Pause(lambda: None)
    pause.start(0.05 / 60)
    pause.start(5)
    await asyncio.sleep(0.12)

    assert pause.active
    assert pause.left_s is not None
    assert 290 < pause.left_s <= 300
    pause.end()
    assert pause.left_s is None


async def test_a_pause_has_a_floor_unless_it_was_started_without() -> None:
    pause = Pause(lambda: None)
    pause.start(5, floor=False)

    assert not pause.floor
    pause.start(5)
    assert pause.floor
    pause.start(5, floor=False)
    pause.end()
    assert pause.floor


async def test_a_night_asleep_ends_a_pause() -> None:
    clocks, ended = TwoClocks(), asyncio.Event()
    pause = Pause(lambda: None if pause.active else ended.set(), clocks)
    pause.start(5)
    clocks.sleep(8 * 3600)

    assert pause.left_s == 0
    async with asyncio.timeout(20):
        await ended.wait()
    assert not pause.active


async def test_a_clock_that_is_set_back_does_not_stretch_a_pause() -> None:
    clocks = TwoClocks()
    pause = Pause(lambda: None, clocks)
    pause.start(5)
    clocks.set_wall(-3600)

    assert pause.left_s == 300
    pause.end()


async def test_resuming_twice_changes_nothing() -> None:
    changes: list[int] = []
    pause = Pause(lambda: changes.append(1))
    pause.end()

    assert changes == []


@pytest.mark.parametrize("minutes", [0, -1, 1441, float("inf"), float("nan")])
async def test_an_impossible_pause_changes_nothing(minutes: float) -> None:
    pause = Pause(lambda: None)

    with pytest.raises(ValueError, match="at most 1440 minutes"):
        pause.start(minutes)
    assert not pause.active


def test_reasons_make_it_attention_until_they_are_cleared() -> None:
    health = Health()

    assert health.state(paused=False) is State.PROTECTING
    health.attention("key", "one")
    health.attention("config", "two")
    health.attention("key", "three")
    health.note("n", "four")
    assert health.reasons == ("three", "two")
    assert health.notes == ("four",)
    assert health.state(paused=False) is State.ATTENTION
    assert health.state(paused=True) is State.PAUSED
    health.clear("key")
    health.clear("config")
    health.clear("unknown")
    assert health.state(paused=False) is State.PROTECTING
