"""Reports as their page asks for them. Blocking work runs in threads."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

from maskwire_daemon import report
from maskwire_daemon.report import Checked, Period, Report, Tally
from maskwire_daemon.storage import Storage

FRESH_S = 600.0
"""Seconds for which a check of the chains is shown again: it reads every record that was ever kept."""


class Reports:
    """Makes reports, and remembers the sums of the last period, and the last check of the chains for a while."""

    def __init__(self, opened: Callable[[], Storage]) -> None:
        """Report on what ``opened`` returns; it raises ``ControlError`` while there is nothing."""
        self._opened = opened
        self._last: tuple[Storage, Checked] | None = None
        self._tally: Tally | None = None

    async def made(self, period: Period, *, check: bool) -> Report:
        """Return the report of a period; without ``check`` it tells the last check if that was a moment ago."""
        storage = self._opened()
        if self._tally is None or self._tally.database is not storage.database or self._tally.period != period:
            self._tally = Tally(storage.database, period)
        found = await asyncio.to_thread(report.made, storage, self._tally, check=check)
        if found.checked is not None:
            self._last = storage, found.checked
        elif self._last is not None and self._last[0] is storage and time.time() - self._last[1].at < FRESH_S:
            return replace(found, checked=self._last[1])
        return found
