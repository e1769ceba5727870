"""The journal: one row per exchange, written off the loop, chained so that changes show. Never a value.

IO. ``record`` only queues; a thread of the journal's own writes batches. Everything else blocks.
"""

import contextlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from maskwire.errors import VaultError
from maskwire.exchange import Exchange
from maskwire_daemon.store.batches import Batches, noting_lost
from maskwire_daemon.store.chain import Chain, Verdict
from maskwire_daemon.store.chained import ChainedTable, Shape
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.exchange_rows import COLUMNS, LATER, from_cells, to_cells
from maskwire_daemon.store.export import exported, verified

_SHAPE: Final = Shape("exchanges", COLUMNS, time="started", later=LATER)


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
    """What happened, newest last. Safe between threads; several processes may write the same file."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self._table = ChainedTable(_SHAPE, Chain(key), "journal")
        self._batches = Batches(self._write, "maskwire-journal")

    @property
    def problem(self) -> str:
        """Why the last write failed; empty when it did not."""
        return self._batches.problem

    @property
    def dropped(self) -> int:
        """How many rows were lost."""
        return self._batches.dropped

    def record(self, exchange: Exchange) -> None:
        """Queue ``exchange``; returns at once, so the event loop may call it."""
        self._batches.add(exchange)

    def flush(self) -> None:
        """Write what is queued.

        Raises:
            VaultError: nothing of it was written; it stays queued.
        """
        self._batches.flush()

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
        with self._batches.writing, self._database.write() as connection:
            self._batches.discard()
            removed = self._table.clear(connection)
        self._database.forget_deleted()
        return removed

    def verify(self) -> Verdict:
        """Check the whole chain and name the first row that is missing or does not verify."""
        with contextlib.suppress(VaultError):
            self.flush()
        with self._database.snapshot() as connection:
            return noting_lost(self._table.verify(connection), self.dropped)

    def export(self, since: float = 0.0, until: float = 2.0**62) -> Iterator[str]:
        """Yield the lines of an export that proves itself: every row from the first to the last of a period.

        Both are Unix times; rows between them that began before ``since`` are in it too, so that the chain is whole.
        """
        with contextlib.suppress(VaultError):
            self.flush()
        with self._database.snapshot() as connection:
            first, last = connection.execute(
                "SELECT min(id), max(id) FROM exchanges WHERE started >= ? AND started < ?", (since, until)
            ).fetchone()
            span = (0, 0) if first is None else (first, last)
            before = self._table.before(connection, span[0]) if first else self._table.last(connection)
            rows = self._table.select(connection, "id BETWEEN ? AND ?", span)
            yield from exported(self._table.chain, before, rows)

    def verify_export(self, lines: Iterable[str]) -> Verdict:
        """Check what ``export`` wrote.

        Raises:
            NotAnExport: it is no whole export of this vault's journal.
        """
        return verified(self._table.chain, lines)

    def close(self) -> None:
        """Write what is queued and stop the thread; ``problem`` and ``dropped`` tell when that failed."""
        self._batches.close()

    def _write(self, batch: Sequence[Exchange]) -> None:
        with self._database.write() as connection:
            self._table.append(connection, map(to_cells, batch))
