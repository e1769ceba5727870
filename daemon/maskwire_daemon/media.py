"""Leave for images and sound that ends by itself: what a person lets pass once. Sans-IO but for the loop's timers."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from maskwire.policy import Policy

MAX_MINUTES = 60.0
"""Longest leave: an hour. Whoever wants it for good says so in the configuration."""


class MediaLeave:
    """Hosts to which media may go for some minutes. ``changed`` is called when one begins and when one ends."""

    def __init__(self, loop: asyncio.AbstractEventLoop, changed: Callable[[], None]) -> None:
        self._loop = loop
        self._changed = changed
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def give(self, host: str, minutes: float) -> None:
        """Let media pass to ``host`` for ``minutes`` from now; a newer leave replaces the older.

        Raises:
            ValueError: not more than 0, or more than an hour.
        """
        if not 0 < minutes <= MAX_MINUTES:
            raise ValueError(f"leave lasts more than 0 and at most {MAX_MINUTES:.0f} minutes")
        name = host.lower().rstrip(".")
        if (timer := self._timers.get(name)) is not None:
            timer.cancel()
        self._timers[name] = self._loop.call_later(minutes * 60, self._end, name)
        self._changed()

    def left_s(self) -> dict[str, float]:
        """Return the hosts to which media may go now, with the seconds that are left."""
        now = self._loop.time()
        return {host: timer.when() - now for host, timer in self._timers.items()}

    def end(self, host: str) -> None:
        """Take back the leave of ``host``, if it has one."""
        if (timer := self._timers.get(host.lower().rstrip("."))) is not None:
            timer.cancel()
            self._end(host.lower().rstrip("."))

    def over(self, policy: Policy) -> Policy:
        """Return ``policy`` with media allowed where there is leave now."""
        given = {host: replace(policy.host(host), media=True) for host in self._timers}
        return replace(policy, hosts={**policy.hosts, **given}) if given else policy

    def _end(self, host: str) -> None:
        del self._timers[host]
        self._changed()
