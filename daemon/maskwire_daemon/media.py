"""Leave for images and sound that ends by itself: what a person lets pass once. Sans-IO but for its countdowns."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from maskwire.policy import Policy
from maskwire_daemon.countdown import Clocks, Countdown, both

MAX_MINUTES = 60.0
"""Longest leave: an hour. Whoever wants it for good says so in the configuration."""


class MediaLeave:
    """Hosts to which media may go for some minutes. ``changed`` is called when one begins and when one ends."""

    def __init__(self, changed: Callable[[], None], clocks: Clocks = both) -> None:
        self._changed = changed
        self._clocks = clocks
        self._running: dict[str, Countdown] = {}

    def give(self, host: str, minutes: float) -> None:
        """Let media pass to ``host`` for ``minutes`` from now; a newer leave replaces the older.

        Raises:
            ValueError: not more than 0, or more than an hour.
        """
        if not 0 < minutes <= MAX_MINUTES:
            raise ValueError(f"leave lasts more than 0 and at most {MAX_MINUTES:.0f} minutes")
        name = host.lower().rstrip(".")
        if (running := self._running.get(name)) is not None:
            running.cancel()
        self._running[name] = Countdown(minutes * 60, partial(self._end, name), self._clocks)
        self._changed()

    def left_s(self) -> dict[str, float]:
        """Return the hosts to which media may go now, with the seconds that are left."""
        return {host: running.left_s for host, running in self._running.items()}

    def end(self, host: str) -> None:
        """Take back the leave of ``host``, if it has one."""
        if (running := self._running.get(host.lower().rstrip("."))) is not None:
            running.cancel()
            self._end(host.lower().rstrip("."))

    def over(self, policy: Policy) -> Policy:
        """Return ``policy`` with media allowed where there is leave now."""
        given = {host: replace(policy.host(host), media=True) for host in self._running}
        return replace(policy, hosts={**policy.hosts, **given}) if given else policy

    def _end(self, host: str) -> None:
        del self._running[host]
        self._changed()
