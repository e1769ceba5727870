"""The audit log: who did what to protection itself, chained like the journal. Never a value.

IO. ``record`` only queues; everything else blocks.
"""

import contextlib
import hmac
import time
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Final

from maskwire.errors import VaultError
from maskwire_daemon.store.act import COLUMNS, Act
from maskwire_daemon.store.batches import Batches, noting_lost
from maskwire_daemon.store.chain import Chain, Verdict
from maskwire_daemon.store.chained import ChainedTable, Shape
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.exchange_rows import Cell, plain_count, plain_real, plain_text
from maskwire_daemon.store.folding import Folding

OURS: Final = "maskwire"
"""Who tells in the log what became of the log itself."""

LOST: Final = "lost"
"""What the log calls entries that the disk refused for too long; ``times`` is how many they were."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An act as it stands in the log. Later ones have higher ids; one that is still being counted has none, 0."""

    id: int
    act: Act


_SHAPE: Final = Shape("acts", COLUMNS, time="at", later=(1,))


class AuditLog:
    """What was done, newest last. Safe between threads; several processes may write the same file."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        own_key = hmac.digest(key, b"acts", "sha256")  # so that no row of the journal passes for one of these
        self._table = ChainedTable(_SHAPE, Chain(own_key), "acts")
        self._batches = Batches(self._write, "maskwire-audit")
        self._folding = Folding()
        self._told = 0

    @property
    def problem(self) -> str:
        """Why the last write failed; empty when it did not."""
        return self._batches.problem

    @property
    def dropped(self) -> int:
        """How many entries were lost."""
        return self._batches.dropped

    def record(self, act: Act) -> None:
        """Queue ``act``, or count it where it repeats; returns at once, so the event loop may call it."""
        for entry in self._folding.taken(act):
            self._batches.add(entry)

    def record_now(self, act: Act) -> None:
        """Write ``act``: it is on the disk when this returns.

        Raises:
            VaultError: it could not be written; what it tells of must not happen.
        """
        self._batches.flush()
        self._write((act,))

    def flush(self) -> None:
        """Write what is queued.

        Raises:
            VaultError: nothing of it was written; it stays queued.
        """
        self._batches.flush()

    def entries(self, limit: int = 100, *, before_id: int | None = None, since: float = 0.0) -> list[Entry]:
        """Return up to ``limit`` entries, the newest first: those below ``before_id``, from ``since`` on.

        Without ``before_id`` they begin with what is still being counted.
        """
        with contextlib.suppress(VaultError):  # what is written can be read even when the disk is full
            self._batches.flush()
        rows = self._database.read(
            f"SELECT id, {_SHAPE.cells} FROM acts WHERE id < ? AND at >= ? ORDER BY id DESC LIMIT ?",  # noqa: S608
            (before_id or 2**62, since, limit),
        )
        entries = [Entry(row_id, Act(*cells)) for row_id, *cells in rows]
        return entries if before_id else [*self.counting(), *entries][:limit]

    def counting(self) -> list[Entry]:
        """Return what is still being counted, the last first."""
        return [Entry(0, act) for act in self._folding.counting()]

    def prune(self, max_age_s: float, max_bytes: int) -> int:
        """Remove entries older than ``max_age_s``, then the oldest until the rest fits ``max_bytes``.

        To be called now and then: what was counted until an hour ago becomes an entry.
        """
        for entry in self._folding.over(time.time()):
            self._batches.add(entry)
        with self._database.write() as connection:
            removed = self._table.prune(connection, time.time() - max_age_s, max_bytes)
        if removed:
            self._database.forget_deleted()
        return removed

    def verify(self) -> Verdict:
        """Check the whole chain and name the first row that is missing or does not verify."""
        with contextlib.suppress(VaultError):
            self._batches.flush()
        with self._database.snapshot() as connection:
            return noting_lost(self._table.verify(connection), self.dropped)

    def close(self) -> None:
        """Write what is queued and counted, and stop the thread."""
        for entry in self._folding.rest():
            self._batches.add(entry)
        self._batches.close()

    def _write(self, batch: Sequence[Act]) -> None:
        lost = self.dropped - self._told
        told = [Act(time.time(), OURS, LOST, times=lost)] if lost else []
        with self._database.write() as connection:
            self._table.append(connection, map(_cells, [*told, *batch]))
        self._told += lost


def _cells(act: Act) -> list[Cell]:
    at, actor, deed, subject, status, times = astuple(act)
    texts = (plain_text(actor), plain_text(deed), plain_text(subject))
    return [plain_real(at), *texts, plain_count(status), plain_count(times)]
