"""The audit log: who did what to protection itself, chained like the journal. Never a value.

IO. ``record`` only queues; everything else blocks.
"""

import contextlib
import hmac
import time
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from typing import Final

from maskwire.errors import VaultError
from maskwire_daemon.store.batches import Batches
from maskwire_daemon.store.chain import Chain, Verdict
from maskwire_daemon.store.chained import ChainedTable, Shape
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.exchange_rows import Cell, plain_count, plain_real, plain_text


@dataclass(frozen=True, slots=True)
class Act:
    """One deed: when (Unix time, seconds), by whom, what, to what, and how it ended (as an HTTP status).

    ``actor`` is a role or the name of an API token, ``deed`` a word such as ``reveal``, ``subject`` the host,
    setting or type that it was about, and never a value.
    """

    at: float
    actor: str
    deed: str
    subject: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """An act as it stands in the log. Later ones have higher ids."""

    id: int
    act: Act


_SHAPE: Final = Shape("acts", tuple(field.name for field in fields(Act)), time="at")


class AuditLog:
    """What was done, newest last. Safe between threads; several processes may write the same file."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        own_key = hmac.digest(key, b"acts", "sha256")  # so that no row of the journal passes for one of these
        self._table = ChainedTable(_SHAPE, Chain(own_key), "acts")
        self._batches = Batches(self._write, "maskwire-audit")

    @property
    def problem(self) -> str:
        """Why the last write failed; empty when it did not."""
        return self._batches.problem

    def record(self, act: Act) -> None:
        """Queue ``act``; returns at once, so the event loop may call it."""
        self._batches.add(act)

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
        """Return up to ``limit`` entries, the newest first: those below ``before_id``, from ``since`` on."""
        with contextlib.suppress(VaultError):  # what is written can be read even when the disk is full
            self._batches.flush()
        rows = self._database.read(
            f"SELECT id, {_SHAPE.cells} FROM acts WHERE id < ? AND at >= ? ORDER BY id DESC LIMIT ?",  # noqa: S608
            (before_id or 2**62, since, limit),
        )
        return [Entry(row_id, Act(*cells)) for row_id, *cells in rows]

    def prune(self, max_age_s: float, max_bytes: int) -> int:
        """Remove entries older than ``max_age_s``, then the oldest until the rest fits ``max_bytes``."""
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
            return self._table.verify(connection)

    def close(self) -> None:
        """Write what is queued and stop the thread."""
        self._batches.close()

    def _write(self, batch: Sequence[Act]) -> None:
        with self._database.write() as connection:
            self._table.append(connection, map(_cells, batch))


def _cells(act: Act) -> list[Cell]:
    at, actor, deed, subject, status = astuple(act)
    return [plain_real(at), plain_text(actor), plain_text(deed), plain_text(subject), plain_count(status)]
