"""One SQLite file for vault and journal: opened safely, written in whole transactions, read without waiting.

IO. A write is on the disk when it returns (WAL with ``synchronous=FULL``). Readers never wait for a writer,
so the event loop may read; everything else belongs in a thread.

Source: https://www.sqlite.org/wal.html, https://www.sqlite.org/howtocorrupt.html (2.2: locks and ``close``)
"""

import os
import sqlite3
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

from filelock import FileLock

from maskwire.errors import VaultCorrupt, VaultError
from maskwire_daemon.store.faults import damaged, explained

APPLICATION_ID: Final = 0x6D776972
"""``mwir``: tells our file from somebody else's database."""

STEPS: Final = 7
"""How many steps ``migrations`` has; kept in ``user_version`` so that an up-to-date file needs no check."""

QUICK_CHECK_BYTES: Final = 8 * 1024 * 1024
"""Files up to this size are checked whole when opened (20 ms); larger ones by ``check`` only."""

_WRITE_WAIT_S = 5.0
"""Longest wait for another process that writes: a batch takes milliseconds, a vacuum may take seconds."""

_LOCK_WAIT_S = 30.0
"""Longest wait for another process that changes tables or keys."""

_READ_WAIT_S = 0.25
"""Longest wait for a reader, which happens only while another process rewrites the file."""

_SETTINGS: Final = (
    "synchronous=FULL",
    "secure_delete=ON",
    "temp_store=MEMORY",
    "trusted_schema=OFF",
    "cell_size_check=ON",
)
"""For each connection: commits reach the disk, deleted bytes are overwritten, no temporary file is written."""


class Database:
    """An open database. Safe to share between threads; several processes may open the same file."""

    def __init__(self, path: Path, writer: sqlite3.Connection) -> None:
        self.path = path
        self._writer = writer
        self._writing = threading.RLock()
        self._idle: deque[sqlite3.Connection] = deque()
        self._closed = False

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open ``path``, create it where it is missing, and bring its tables up to date.

        Raises:
            VaultCorrupt: the file is not ours or does not verify; it is left as it is.
            VaultError: it cannot be opened, or a newer maskwire wrote it.
        """
        with explained(path):
            _create(path)
            writer = _connect(path, _WRITE_WAIT_S)
            try:
                _prepare(path, writer)
            except BaseException:
                writer.close()
                raise
        return cls(path, writer)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Run a block as one transaction, durable when the block ends, undone when it raises.

        Raises:
            VaultError: nothing was written (disk full, read-only, another process does not let go).
            VaultCorrupt: the file does not verify.
        """
        with self._writing, explained(self.path):
            self._usable()
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def read(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of one query, as they were committed last."""
        with self._reader() as connection:
            return connection.execute(sql, parameters).fetchall()

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Run a block of reads that all see the same state, whatever is written meanwhile."""
        with self._reader() as connection:
            connection.execute("BEGIN")
            yield connection
            connection.execute("ROLLBACK")

    def has_vault(self) -> bool:
        """Tell whether a vault was set up in this file, so that only its own master key will do."""
        return bool(self.read("SELECT 1 FROM wrapped_keys LIMIT 1"))

    def check(self) -> list[str]:
        """Return what SQLite's full integrity check finds wrong; an empty list when all is well."""
        return [str(line) for (line,) in self.read("PRAGMA integrity_check") if line != "ok"]

    @contextmanager
    def lock(self, wait_s: float = _LOCK_WAIT_S) -> Iterator[None]:
        """Keep other processes from work that spans transactions: tables, rotation, destruction.

        Raises:
            VaultError: another process has been at it for ``wait_s`` seconds.
        """
        lock = _lock(self.path)
        with explained(self.path):
            lock.acquire(timeout=wait_s)
        try:
            yield
        finally:
            lock.release()

    def forget_deleted(self, *, compact: bool = False) -> None:
        """Clear what deleted rows left in the log; ``compact`` also rewrites the file at its new size."""
        with self._writing, explained(self.path):
            self._usable()
            self._writer.execute("VACUUM" if compact else "PRAGMA incremental_vacuum")
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close all connections; a second call does nothing."""
        with self._writing:
            self._closed = True
            while self._idle:
                self._idle.pop().close()
            self._writer.close()

    def _usable(self) -> None:
        if self._closed:
            raise VaultError("the database is closed")

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection of its own to each concurrent reader, so that none waits for another."""
        with explained(self.path):
            self._usable()
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = _connect(self.path, _READ_WAIT_S)
            try:
                yield connection
            except BaseException:
                connection.close()
                raise
            if self._closed:
                connection.close()
            else:
                self._idle.append(connection)


def _lock(path: Path) -> FileLock:
    return FileLock(path.with_name(path.name + ".lock"), timeout=_LOCK_WAIT_S, mode=0o600)


def _create(path: Path) -> None:
    """Create an empty file that only its owner can read.

    An existing file is never opened here: closing it again would drop the locks that SQLite holds on it
    elsewhere in this process.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if path.stat().st_mode & 0o077 and os.name == "posix":
            path.chmod(0o600)


def _connect(path: Path, wait_s: float) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=wait_s, isolation_level=None, check_same_thread=False)
    try:
        for code in (sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, sqlite3.SQLITE_DBCONFIG_ENABLE_VIEW):
            connection.setconfig(code, False)  # noqa: FBT003 - whoever changed the file must not run code in it
        for setting in _SETTINGS:
            connection.execute(f"PRAGMA {setting}").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(path: Path, writer: sqlite3.Connection) -> None:
    if not _up_to_date(path, writer):
        with _lock(path):
            if not _up_to_date(path, writer):
                _migrate(writer)
    small = path.stat().st_size <= QUICK_CHECK_BYTES
    if small and writer.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise VaultCorrupt(damaged(path))


def _up_to_date(path: Path, writer: sqlite3.Connection) -> bool:
    """Tell whether all tables exist; refuse a file that another program or a newer maskwire wrote."""
    writer.execute("BEGIN")  # one moment for all three: another process may be making the tables
    try:
        (identity,) = writer.execute("PRAGMA application_id").fetchone()
        (steps,) = writer.execute("PRAGMA user_version").fetchone()
        (tables,) = writer.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    finally:
        writer.rollback()
    if identity != APPLICATION_ID and (identity or steps or tables):
        raise VaultCorrupt(f"{path} is not a database of maskwire. Move it away, then start again.")
    if steps > STEPS:
        raise VaultError(f"{path} was written by a newer maskwire. Install that version, or a newer one.")
    return bool(steps == STEPS)


def _migrate(writer: sqlite3.Connection) -> None:
    from maskwire_daemon.store import migrations

    writer.execute("PRAGMA auto_vacuum=INCREMENTAL")  # counts only before anything is written
    writer.execute(f"PRAGMA application_id={APPLICATION_ID}")
    writer.execute("PRAGMA journal_mode=WAL").fetchall()
    migrations.apply(writer)
    writer.execute(f"PRAGMA user_version={STEPS}")
