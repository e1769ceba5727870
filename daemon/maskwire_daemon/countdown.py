"""Time that a sleeping machine, or a clock that is set, cannot stretch. Sans-IO but for clocks and the loop's timer.

A loop's own timer stands still while the machine sleeps: leave for five minutes would last all night. The clock on
the wall goes on, but anybody may set it back. So two clocks count, and whichever is first ends it.

Source: https://man7.org/linux/man-pages/man2/clock_gettime.2.html (CLOCK_BOOTTIME counts sleep, CLOCK_MONOTONIC not)
"""

import asyncio
import sys
import time
from collections.abc import Callable
from typing import Final

LOOK_S: Final = 1.0
"""Seconds between looks at the clocks: a machine that wakes up is protected again within this time."""

type Clocks = Callable[[], tuple[float, ...]]
"""Returns what each of some clocks shows, in seconds; the first of them to get there ends a countdown."""


def elapsed() -> float:
    """Return seconds since some moment, those included for which the machine slept; nobody can set this clock."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)  # unlike Linux's, it goes on in sleep
    return time.monotonic()


def both() -> tuple[float, float]:
    """Return what the clock since the start and the clock on the wall show."""
    return elapsed(), time.time()


class Countdown:
    """Calls ``ended`` once, when ``seconds`` have passed on either clock; must be made on the loop."""

    def __init__(self, seconds: float, ended: Callable[[], None], clocks: Clocks = both) -> None:
        self._loop = asyncio.get_running_loop()
        self._ended = ended
        self._clocks = clocks
        self._ends = [now + seconds for now in clocks()]
        self._timer = self._wait()

    @property
    def left_s(self) -> float:
        """Seconds until it ends, at most."""
        return max(0.0, min(end - now for end, now in zip(self._ends, self._clocks(), strict=True)))

    def cancel(self) -> None:
        """Never call ``ended``, if that was not done yet."""
        self._timer.cancel()

    def _wait(self) -> asyncio.TimerHandle:
        return self._loop.call_later(min(LOOK_S, self.left_s), self._look)

    def _look(self) -> None:
        if self.left_s > 0:
            self._timer = self._wait()
        else:
            self._ended()
