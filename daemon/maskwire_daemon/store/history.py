"""The journal: one row per exchange, written off the loop, chained so that changes show. Never a value.

IO. ``record`` only queues; a thread of the journal's own writes batches. Everything else blocks.
"""

import contextlib
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from maskwire.errors import VaultError
from maskwire.exchange import Exchange
from maskwire_daemon.store import meta
from maskwire_daemon.store.chain import Chain, Link, Verdict, unpack
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.exchange_rows import COLUMNS, canonical, from_cells, to_cells

_HEAD: Final = "journal_head"
_ANCHOR: Final = "journal_anchor"
_CELLS: Final = ", ".join(COLUMNS)
_INSERT: Final = f"INSERT INTO exchanges (id, {_CELLS}, size, key, mac) VALUES ({', '.join('?' * (len(COLUMNS) + 4))})"  # noqa: S608

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
        self._chain = Chain(key)
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
            f"SELECT id, {_CELLS} FROM exchanges WHERE id > ? AND started >= ? ORDER BY id {order} LIMIT ?",  # noqa: S608
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
            ((young,),) = connection.execute(
                "SELECT min(id) FROM exchanges WHERE started >= ?", (time.time() - max_age_s,)
            ).fetchall()
            ((large,),) = connection.execute(
                "SELECT max(id) FROM (SELECT id, sum(size) OVER (ORDER BY id DESC) AS held FROM exchanges) "
                "WHERE held > ?",
                (max_bytes,),
            ).fetchall()
            old = self._last(connection).id if young is None else young - 1
            removed = self._remove(connection, max(old, large or 0))
        if removed:
            self._database.forget_deleted()
        return removed

    def clear(self) -> int:
        """Remove everything, what is queued included; return how many rows that were."""
        with self._writing, self._database.write() as connection:
            self._queue.clear()
            removed = self._remove(connection, self._last(connection).id)
        self._database.forget_deleted()
        return removed

    def verify(self) -> Verdict:
        """Check the whole chain and name the first row that is missing or does not verify."""
        with contextlib.suppress(VaultError):
            self.flush()
        with self._database.snapshot() as connection:
            anchor, head = meta.value(connection, _ANCHOR), meta.value(connection, _HEAD)
            return self._chain.verify(anchor, head, _links(connection))

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
            link = self._last(connection)
            if not self._chain.ends_at(meta.value(connection, _HEAD), link):
                link = self._chain.gap(link.id)
            for exchange in batch:
                cells = to_cells(exchange)
                row = canonical(link.id + 1, cells)
                link = self._chain.follow(link, row)
                connection.execute(_INSERT, (link.id, *cells, len(row), link.key, link.mac))
            meta.put(connection, _HEAD, self._chain.pack(b"head", link))

    def _last(self, connection: sqlite3.Connection) -> Link:
        """Return the newest row, or what stands for it where there is none."""
        for row in connection.execute("SELECT id, key, mac FROM exchanges ORDER BY id DESC LIMIT 1"):
            return Link(*row)
        anchor = meta.value(connection, _ANCHOR)
        return self._chain.start() if anchor is None else unpack(anchor)

    def _remove(self, connection: sqlite3.Connection, last: int) -> int:
        """Remove the rows up to id ``last`` and let the chain begin after them."""
        found = connection.execute("SELECT id, key, mac FROM exchanges WHERE id = ?", (last,)).fetchone()
        if found is None:
            return 0
        meta.put(connection, _ANCHOR, self._chain.pack(b"anchor", Link(*found)))
        return connection.execute("DELETE FROM exchanges WHERE id <= ?", (last,)).rowcount


def _links(connection: sqlite3.Connection) -> Iterator[tuple[Link, bytes]]:
    """Yield every row as its link and its canonical bytes, oldest first."""
    for row_id, key, mac, *cells in connection.execute(f"SELECT id, key, mac, {_CELLS} FROM exchanges ORDER BY id"):  # noqa: S608
        yield Link(row_id, key, mac), canonical(row_id, cells)
