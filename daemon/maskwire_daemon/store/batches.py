"""Records that wait to be written together: queued from anywhere, written off the loop. IO: a thread."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from maskwire.errors import VaultError
from maskwire_daemon.store.chain import Verdict

PAUSE_S: Final = 0.25
"""How long records gather before they are written together: one flush of the disk a batch, and few are lost."""

RETRY_S: Final = 5.0
"""How long to wait after a failed write; the records stay queued."""

QUEUE: Final = 10_000
"""Records that wait at most while the disk refuses them; past that new ones are dropped and counted."""


class Batches[T]:
    """Hands records to ``write``, some at a time and in order. Safe between threads.

    ``write`` keeps all of a batch or raises ``VaultError``. ``problem`` says why the last write failed, and is
    empty when it did not; ``dropped`` counts records lost.
    """

    def __init__(self, write: Callable[[Sequence[T]], None], name: str) -> None:
        self._write = write
        self._name = name
        self._queue: deque[T] = deque()
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self.writing = threading.Lock()
        self.problem = ""
        self.dropped = 0

    def add(self, record: T) -> None:
        """Queue ``record``; returns at once, so the event loop may call it."""
        if len(self._queue) >= QUEUE or self._closing.is_set():
            self.dropped += 1
            return
        self._queue.append(record)
        self._wake.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()

    def flush(self) -> None:
        """Write what is queued.

        Raises:
            VaultError: nothing of it was written; it stays queued.
        """
        with self.writing:
            batch = [self._queue.popleft() for _ in range(len(self._queue))]
            if not batch:
                return
            try:
                self._write(batch)
            except VaultError as error:
                self._queue.extendleft(reversed(batch))
                self.problem = str(error)
                raise
            self.problem = ""

    def discard(self) -> None:
        """Forget what is queued; the caller holds ``writing``."""
        self._queue.clear()

    def close(self) -> None:
        """Write what is queued and stop the thread; ``problem`` and ``dropped`` tell when that failed."""
        self._closing.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        try:
            self.flush()
        except VaultError:
            self.dropped += len(self._queue)

    def _run(self) -> None:
        while not self._closing.is_set():
            self._wake.wait()
            self._wake.clear()
            self._closing.wait(PAUSE_S)
            try:
                self.flush()
            except VaultError:
                self._wake.set()
                self._closing.wait(RETRY_S)


def noting_lost(verdict: Verdict, dropped: int) -> Verdict:
    """Return ``verdict`` on records of which so many were lost since the start, and say so."""
    if not dropped:
        return verdict
    lost = f"{dropped:,} since the start were lost: the disk refused them for too long"
    return replace(verdict, note=f"{verdict.note}; {lost}" if verdict.note else lost)
