"""The journal: one row per exchange, written off the loop, chained so that changes show. Never a value.

IO. ``record`` only queues; a thread of the journal's own writes batches. Everything else blocks.
"""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from maskwire.errors import VaultError
from maskwire.exchange import Exchange
from maskwire_daemon.store.chain import Chain, Verdict
from maskwire_daemon.store.chained import ChainedTable, Shape
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.exchange_rows import COLUMNS, from_cells, to_cells

_SHAPE: Final = Shape("exchanges", COLUMNS, time="started")

PAUSE_S: Final = 0.25
"""How long rows gather before they are written together: one flush of the disk a batch, and few are lost."""

RETRY_S: Final = 5.0
"""How long to wait after a failed write; the rows stay queued."""

QUEUE: Final = 10_000
"""Rows that wait at most while the disk refuses them; past that the oldest are dropped and counted."""


@dataclass(frozen=True, slots=True)
class Event:
    """An exchange as it stands in the journal. Later events have higher ids."""

    id: int
    exchange: Exchange


@dataclass(frozen=True, slots=True)
class Counts:
    """Sums over the journal since some time: exchanges per outcome, findings per entity, tokens in answers."""

    exchanges: int
    outcomes: Mapping[str, int]
    entities: Mapping[str, int]
    restored: int
    unresolved: int


class Journal:
    """What happened, newest last. Safe between threads; several processes may write the same file.

    ``problem`` says why the last write failed, and is empty when it did not; ``dropped`` counts rows lost.
    """

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self._table = ChainedTable(_SHAPE, Chain(key), "journal")
        self._queue: deque[Exchange] = deque()
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None
        self.problem = ""
        self.dropped = 0

    def record(self, exchange: Exchange) -> None:
        """Queue ``exchange``; returns at once, so the event loop may call it."""
        if len(self._queue) >= QUEUE or self._closing.is_set():
            self.dropped += 1
            return
        self._queue.append(exchange)
        self._wake.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="maskwire-journal", daemon=True)
            self._thread.start()

    def flush(self) -> None:
        """Write what is queued.

        Raises:
            VaultError: nothing of it was written; it stays queued.
        """
        with self._writing:
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

    def events(self, limit: int = 100, *, after_id: int | None = None, since: float = 0.0) -> list[Event]:
        """Return up to ``limit`` events: the newest first, or those after ``after_id`` in the order they happened.

        ``since`` leaves out what started before that Unix time.
        """
        with contextlib.suppress(VaultError):  # what is written can be read even when the disk is full
            self.flush()
        order = "DESC" if after_id is None else "ASC"
        rows = self._database.read(
            f"SELECT id, {_SHAPE.cells} FROM exchanges WHERE id > ? AND started >= ? ORDER BY id {order} LIMIT ?",  # noqa: S608
            (after_id or 0, since, limit),
        )
        return [Event(row_id, from_cells(cells)) for row_id, *cells in rows]

    def counts(self, since: float = 0.0) -> Counts:
        """Return the sums over what started at Unix time ``since`` or later."""
        with contextlib.suppress(VaultError):
            self.flush()
        rows = self._database.read(
            "SELECT outcome, count(*), sum(restored), sum(unresolved) FROM exchanges WHERE started >= ? GROUP BY 1",
            (since,),
        )
        entities = self._database.read(
            "SELECT found.key, sum(found.value) FROM exchanges, json_each(exchanges.entities) AS found "
            "WHERE started >= ? GROUP BY 1 ORDER BY 2 DESC, 1",
            (since,),
        )
        return Counts(
            exchanges=sum(row[1] for row in rows),
            outcomes={row[0]: row[1] for row in rows},
            entities=dict(entities),
            restored=sum(row[2] for row in rows),
            unresolved=sum(row[3] for row in rows),
        )

    def prune(self, max_age_s: float, max_bytes: int) -> int:
        """Remove rows older than ``max_age_s``, then the oldest until the rest fits ``max_bytes``; return how many."""
        with self._database.write() as connection:
            removed = self._table.prune(connection, time.time() - max_age_s, max_bytes)
        if removed:
            self._database.forget_deleted()
        return removed

    def clear(self) -> int:
        """Remove everything, what is queued included; return how many rows that were."""
        with self._writing, self._database.write() as connection:
            self._queue.clear()
            removed = self._table.clear(connection)
        self._database.forget_deleted()
        return removed

    def verify(self) -> Verdict:
        """Check the whole chain and name the first row that is missing or does not verify."""
        with contextlib.suppress(VaultError):
            self.flush()
        with self._database.snapshot() as connection:
            return self._table.verify(connection)

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

    def _write(self, batch: Sequence[Exchange]) -> None:
        with self._database.write() as connection:
            self._table.append(connection, map(to_cells, batch))
