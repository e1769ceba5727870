"""Two workers for long texts, one for everything else. IO: through ``workers``.

A second process costs as much memory as the first. So it is started when a request brings more than one worker reads
in a few seconds, and ended again when nothing came for a while.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from maskwire.detect.fragment import Fragment
from maskwire.spans import Span
from maskwire_daemon.detection.search import Search
from maskwire_daemon.detection.workers import State, Worker, WorkerSettings

ALONE_CHARACTERS = 256 * 1024
"""Characters of one request that one worker searches alone: about two seconds, four times what a second one needs to
start."""

IDLE_S = 60.0
"""Seconds without such a request after which the second worker is ended: a conversation with large files goes on."""

Batch = list[Fragment]

Keep = Callable[[Batch, list[list[Span]]], None]
"""Takes a batch and the spans of each of its texts."""


class Pool:
    """The first worker, which always runs, and the second one when there is more to do and a core for it."""

    def __init__(self, first: Worker, settings: WorkerSettings, cores: int | None = None) -> None:
        self.first = first
        self._settings = settings
        self._several = (cores if cores is not None else usable_cores()) > 1
        self._second: Worker | None = None
        self._busy = 0
        self._end: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def pids(self) -> list[int]:
        """The processes that run now."""
        workers = (self.first, self._second)
        return [pid for worker in workers if worker is not None and (pid := worker.pid) is not None]

    async def stop(self) -> None:
        """End all workers; no process is left when this returns."""
        if self._end is not None:
            self._end.cancel()
        await asyncio.gather(self.first.stop(), self._stop_second(), *self._ending)

    def change(self, search: Search) -> None:
        """Search for ``search`` from the next question on."""
        self._settings = replace(self._settings, search=search)
        for worker in (self.first, self._second):
            if worker is not None:
                worker.change(search)

    async def ask(self, batches: Sequence[Batch], keep: Keep) -> None:
        """Have all ``batches`` searched, and call ``keep`` with each when it is.

        Raises:
            BlockedError: a worker cannot answer.
        """
        left = iter(batches)
        size = sum(len(fragment.text) for batch in batches for fragment in batch)
        if not self._several or len(batches) < 2 or size <= ALONE_CHARACTERS:
            await _search(self.first, left, keep)
            return
        with self._second_worker() as second:
            await _share(self.first, second, left, keep)

    @contextlib.contextmanager
    def _second_worker(self) -> Iterator[Worker]:
        """Run a second worker while the block lasts, and for some time after it."""
        if self._end is not None:
            self._end.cancel()
            self._end = None
        if self._second is None or self._second.state is State.FAILED:
            self._second = Worker(self._settings)
            self._second.start()
        self._busy += 1
        try:
            yield self._second
        finally:
            self._busy -= 1
            if not self._busy:
                self._end = asyncio.get_running_loop().call_later(IDLE_S, self._end_second)

    def _end_second(self) -> None:
        ending = asyncio.get_running_loop().create_task(self._stop_second(), name="second detection worker ends")
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    async def _stop_second(self) -> None:
        second, self._second = self._second, None
        if second is not None:
            await second.stop()


async def _search(worker: Worker, left: Iterator[Batch], keep: Keep) -> None:
    """Have ``worker`` search what is left, batch by batch."""
    for batch in left:
        keep(batch, await worker.ask(batch))


async def _share(first: Worker, second: Worker, left: Iterator[Batch], keep: Keep) -> None:
    """Have both search: each takes the next batch when it is done with one, the second once it is ready."""
    ready = asyncio.ensure_future(second.ready())

    async def help_once_ready() -> None:
        if await ready:
            await _search(second, left, keep)

    helping = asyncio.ensure_future(help_once_ready())
    try:
        await _search(first, left, keep)
        if ready.done():
            await helping
    finally:
        helping.cancel()
        await asyncio.gather(helping, ready, return_exceptions=True)


def usable_cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
