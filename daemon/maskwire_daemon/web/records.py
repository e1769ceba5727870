"""The journal as the dashboard asks for it, off the loop. IO: the database, in threads.

What is still queued is not waited for: a page is quick while the disk is slow, and the row follows in a moment.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence

from maskwire.errors import ControlError, VaultError
from maskwire_daemon.storage import Storage
from maskwire_daemon.store.history import Event
from maskwire_daemon.web import exchanges
from maskwire_daemon.web.exchanges import Filter, Slice
from maskwire_daemon.web.summary import Summary, Sums


class Records:
    """The exchanges that the journal holds. ``opened`` returns the storage, or raises ``ControlError``; nothing is
    recorded any more once ``stop`` is set."""

    def __init__(self, opened: Callable[[], Storage], stop: asyncio.Event) -> None:
        self._opened = opened
        self._stop = stop
        self._summary: tuple[Storage, Summary] | None = None

    async def sums(self) -> Sums:
        """Return the sums up to what is written by now."""
        return await asyncio.to_thread(self._summed(self._opened()).now)

    async def warm(self) -> None:
        """Read the journal for the first sums while the browser starts, so that the first page need not."""
        with contextlib.suppress(ControlError, VaultError):  # the page will say it
            await self.sums()

    async def page(self, wanted: Filter, limit: int, *, before: int = 0, after: int = 0) -> Slice:
        """Return one page: the newest exchanges, or those on either side of an id."""
        database = self._opened().database
        if after:
            return await asyncio.to_thread(exchanges.next_newer, database, wanted, limit, after)
        return await asyncio.to_thread(exchanges.newest, database, wanted, limit, before)

    async def since(self, wanted: Filter, limit: int, after: int) -> Sequence[Event]:
        """Return the newest exchanges after an id, newest first."""
        return await asyncio.to_thread(exchanges.since, self._opened().database, wanted, limit, after)

    async def last_id(self) -> int:
        """Return the id of the newest exchange that is written."""
        return await asyncio.to_thread(exchanges.last_id, self._opened().database)

    async def one(self, row_id: int) -> Event | None:
        """Return one exchange."""
        return await asyncio.to_thread(exchanges.one, self._opened().database, row_id)

    async def ended(self, wait_s: float) -> bool:
        """Wait for ``wait_s`` seconds, and tell whether the daemon began to stop meanwhile."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                return await self._stop.wait()
        return False

    def _summed(self, storage: Storage) -> Summary:
        if self._summary is None or self._summary[0] is not storage:
            self._summary = storage, Summary(storage.database)
        return self._summary[1]
