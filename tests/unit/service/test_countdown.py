"""A countdown ends by whichever clock is first, once, and nothing that happens to a clock makes it longer."""

import asyncio
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire_daemon import countdown
from maskwire_daemon.countdown import Countdown, both, elapsed
from tests.fakes.clocks import TwoClocks


async def over(ended: asyncio.Event) -> None:
    async with asyncio.timeout(20):
        await ended.wait()


async def test_it_ends_by_itself_once() -> None:
    ends: list[float] = []
    ended = asyncio.Event()

    def end() -> None:
        ends.append(running.left_s)
        ended.set()

    running = Countdown(0.05, end)
    await over(ended)
    await asyncio.sleep(0.1)

    assert ends == [0.0]


@pytest.mark.parametrize("clock", ["since_start", "wall"])
async def test_either_clock_ends_it(clock: str) -> None:
    clocks, ended = TwoClocks(), asyncio.Event()
    running = Countdown(3600, ended.set, clocks)
    setattr(clocks, clock, getattr(clocks, clock) + 3600)

    assert running.left_s == 0
    await over(ended)


async def test_one_that_was_cancelled_never_ends() -> None:
    clocks, ends = TwoClocks(), list[int]()
    running = Countdown(0.05, lambda: ends.append(1), clocks)
    running.cancel()
    clocks.sleep(60)
    await asyncio.sleep(0.2)

    assert ends == []


async def test_the_clocks_are_looked_at_while_the_loop_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(countdown, "LOOK_S", 0.01)
    clocks, ended = TwoClocks(), asyncio.Event()
    Countdown(24 * 3600, ended.set, clocks)
    await asyncio.sleep(0.1)
    assert not ended.is_set()
    clocks.sleep(24 * 3600)

    await over(ended)


@given(st.lists(st.floats(-1e6, 1e6), max_size=20), st.floats(0, 3600))
def test_no_setting_of_the_wall_clock_makes_it_longer(settings: list[float], passed: float) -> None:
    async def left_s() -> float:
        clocks = TwoClocks()
        running = Countdown(3600, lambda: None, clocks)
        clocks.sleep(passed)
        for by in settings:
            clocks.set_wall(by)
        running.cancel()
        return running.left_s

    assert asyncio.run(left_s()) <= 3600 - passed + 1e-3


@pytest.mark.skipif(sys.platform != "linux", reason="other systems call this clock by another name")
def test_the_clock_counts_sleep() -> None:
    before = time.clock_gettime(time.CLOCK_BOOTTIME)
    found, wall = both()
    after = time.clock_gettime(time.CLOCK_BOOTTIME)

    assert before <= found <= after
    assert before <= elapsed()
    assert abs(wall - time.time()) < 60
