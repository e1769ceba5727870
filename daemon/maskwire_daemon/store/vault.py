"""The vault on disk: values encrypted, found by a keyed index, one token each however many processes ask.

IO. ``resolve`` is one indexed read and may be called on the event loop; everything else belongs in a thread.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from itertools import batched
from typing import Final

from maskwire.errors import VaultCorrupt, VaultError
from maskwire.tokens import Minter
from maskwire.vault import Finding, Token
from maskwire_daemon.store import meta
from maskwire_daemon.store.contract import ATTEMPTS, DEFAULTS, Holding, KeptVault, VaultOptions, exhausted
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.entries import COLUMNS, Codec, Entry, Row
from maskwire_daemon.store.envelope import clear
from maskwire_daemon.store.faults import damaged
from maskwire_daemon.store.keys import Keys
from maskwire_daemon.store.memory import MemoryVault
from maskwire_daemon.store.recent import Recent

__all__ = ["KeptVault", "MemoryVault", "SqliteVault", "VaultOptions"]

_LOOKUPS: Final = 500
"""Values looked up by one query; SQLite allows 32,766 parameters."""

_REMOVED: Final = 10_000
"""Rows removed by one transaction of a purge, so that other writers get their turn."""


class SqliteVault:
    """A vault in a ``Database``. Several threads and processes may use the same file at once."""

    def __init__(self, database: Database, keys: Keys, minter: Minter, options: VaultOptions = DEFAULTS) -> None:
        self._database = database
        self._keys = keys
        self._codec = Codec(keys, options.scope)
        self._minter = minter
        self._options = options
        self._recent = Recent(options.cache_entries, options.cache_bytes)
        self._touching = threading.Lock()
        self._touched: dict[int, int] = {}
        self._recent.enter(meta.epoch(database))

    def tokenize(self, findings: Sequence[Finding]) -> list[Token]:
        """Return the token of each finding, in order; new ones are on the disk when this returns.

        Raises:
            VaultError: nothing was stored; a later call may succeed.
        """
        epoch = self._epoch()
        entries: dict[Finding, Entry] = {}
        for finding in findings:
            if (entry := self._recent.by_finding(finding)) is not None and self._lasts(entry):
                entries[finding] = entry
        if unknown := [finding for finding in dict.fromkeys(findings) if finding not in entries]:
            stored = {entry.finding: entry for entry in self._stored(unknown) if self._lasts(entry)}
            self._recent.add(stored.values(), epoch)
            entries |= stored
        if new := [finding for finding in unknown if finding not in entries]:
            entries |= self._settle(new)
        for entry in entries.values():
            self._touch(entry)
        return [entries[finding].token for finding in findings]

    def resolve(self, token: Token) -> str | None:
        """Return the value behind ``token``, ``None`` when there is none (any more).

        Raises:
            VaultCorrupt: the stored value was changed.
            VaultError: the file cannot be read.
        """
        epoch = self._epoch()
        entry = self._recent.by_token(token)
        if entry is None:
            rows = self._database.read(f"SELECT {COLUMNS} FROM entries WHERE token = ?", (token,))  # noqa: S608
            if not rows:
                return None
            entry = self._entry(Row(*rows[0]))
            self._recent.add([entry], epoch)
        if self._options.expired(entry.used):
            return None
        self._touch(entry)
        return entry.finding.value

    def purge(self, *, before: float | None = None, entity: str | None = None, token: Token | None = None) -> int:
        """Remove the values that meet every given condition; see ``KeptVault.purge``."""
        conditions = {"used < ?": before, "entity = ?": entity, "token = ?": token}
        given = {condition: wanted for condition, wanted in conditions.items() if wanted is not None}
        if not given:
            raise ValueError("say which values to remove")
        self._note_uses()
        return self._remove(" AND ".join(given), list(given.values()))

    def expire(self) -> int:
        """Remove what has expired and note recent uses; return how many were removed."""
        self._note_uses()
        return 0 if self._options.ttl_s is None else self._remove("used < ?", [self._options.horizon()])

    def count(self) -> dict[str, int]:
        """Return the number of values per entity."""
        return dict(self._database.read("SELECT entity, count(*) FROM entries GROUP BY entity ORDER BY entity"))

    def holdings(self) -> list[Holding]:
        """Return how many values of each entity there are and how old, by entity."""
        self._note_uses()
        rows = self._database.read(
            "SELECT entity, count(*), min(created), max(created), max(used) FROM entries GROUP BY 1 ORDER BY 1"
        )
        return [Holding(*row) for row in rows]

    def destroy(self) -> None:
        """Make every value unreadable for good: first the keys, then the rows, then the space they took."""
        with self._database.lock():
            with self._database.write() as connection:
                connection.execute("DELETE FROM wrapped_keys")
                connection.execute("DELETE FROM meta WHERE name IN (?, ?, ?)", (meta.VAULT, meta.REVEAL, meta.TEAM))
                meta.put(connection, meta.DESTROYED, b"1")
                meta.advance(connection)
            self._recent.enter(meta.epoch(self._database))
            self._database.forget_deleted()
            with self._database.write() as connection:
                clear(connection)
            self._database.forget_deleted(compact=True)

    def close(self) -> None:
        """Note recent uses, if the disk takes them, and forget readable values. Does not close the database."""
        with contextlib.suppress(VaultError):
            self._note_uses()
        self._recent.enter(-1)

    def _epoch(self) -> int:
        """Return the epoch, after forgetting what belongs to an earlier one.

        Raises:
            VaultLocked: the vault was destroyed, or its master key changed and its data keys since.
        """
        epoch = meta.epoch(self._database)
        self._follow(epoch)
        return epoch

    def _follow(self, epoch: int) -> None:
        self._keys.values.follow(epoch)
        self._recent.enter(epoch)

    def _lasts(self, entry: Entry) -> bool:
        return not self._options.due(entry.used)

    def _stored(self, findings: Sequence[Finding]) -> Iterator[Entry]:
        """Yield the entries of those ``findings`` that the file knows."""
        for some in batched(map(self._codec.lookup, findings), _LOOKUPS):
            marks = ",".join("?" * len(some))
            for row in self._database.read(f"SELECT {COLUMNS} FROM entries WHERE lookup IN ({marks})", some):  # noqa: S608
                yield self._entry(Row(*row))

    def _entry(self, row: Row) -> Entry:
        try:
            return Entry(row.id, self._codec.open(row), row.token, row.used)
        except VaultCorrupt as error:
            raise VaultCorrupt(damaged(self._database.path)) from error

    def _settle(self, findings: Sequence[Finding]) -> dict[Finding, Entry]:
        """Give each finding its row in one transaction; another process may have been first."""
        with self._database.write() as connection:
            epoch = meta.epoch(connection)
            self._follow(epoch)
            uses = self._write_uses(connection)
            entries = {finding: self._settle_one(connection, finding) for finding in findings}
        self._forget_uses(uses)
        self._recent.add(entries.values(), epoch)
        return entries

    def _settle_one(self, connection: sqlite3.Connection, finding: Finding) -> Entry:
        lookup, now = self._codec.lookup(finding), self._options.now()
        for row in connection.execute(f"SELECT {COLUMNS} FROM entries WHERE lookup = ?", (lookup,)).fetchall():  # noqa: S608
            entry = self._entry(Row(*row))
            entry.used = now
            connection.execute("UPDATE entries SET used = ? WHERE id = ?", (now, entry.id))
            return entry
        token = self._free_token(connection, finding, lookup)
        version, sealed = self._codec.seal(finding, token, lookup)
        cursor = connection.execute(
            "INSERT INTO entries (entity, token, lookup, version, sealed, created, used) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (finding.entity, token, lookup, version, sealed, now, now),
        )
        assert cursor.lastrowid is not None  # an INSERT that returns has a row
        return Entry(cursor.lastrowid, finding, token, now)

    def _free_token(self, connection: sqlite3.Connection, finding: Finding, lookup: bytes) -> Token:
        """Return the first token that stands for no other value and never did."""
        for attempt in range(ATTEMPTS):
            token = self._minter.mint(finding.entity, finding.value, attempt, finding.scope)
            if connection.execute("SELECT 1 FROM entries WHERE token = ?", (token,)).fetchone():
                continue
            tag = self._codec.tag(token)
            if connection.execute("SELECT 1 FROM retired WHERE tag = ? AND owner != ?", (tag, lookup)).fetchone():
                continue
            return token
        raise VaultError(exhausted(finding.entity))

    def _touch(self, entry: Entry) -> None:
        """Remember that ``entry`` was used; written later, in a batch."""
        now = self._options.now()
        if now - entry.used > self._options.grain_s:
            with self._touching:
                entry.used = self._touched[entry.id] = now

    def _note_uses(self) -> None:
        if self._touched:
            with self._database.write() as connection:
                uses = self._write_uses(connection)
            self._forget_uses(uses)

    def _write_uses(self, connection: sqlite3.Connection) -> set[tuple[int, int]]:
        """Note recent uses inside the caller's transaction; return them, to be forgotten once it is durable."""
        with self._touching:
            uses = set(self._touched.items())
        rows = [(now, id_) for id_, now in uses]
        connection.executemany("UPDATE entries SET used = max(used, ?) WHERE id = ?", rows)
        return uses

    def _forget_uses(self, uses: set[tuple[int, int]]) -> None:
        with self._touching:
            self._touched = dict(self._touched.items() - uses)

    def _remove(self, condition: str, parameters: Sequence[object]) -> int:
        """Remove the rows that meet ``condition``, remembering whose their tokens were."""
        some = f"SELECT id FROM entries WHERE {condition} LIMIT {_REMOVED}"  # noqa: S608 - our own conditions
        removed = 0
        while True:
            with self._database.write() as connection:
                gone = connection.execute(
                    f"DELETE FROM entries WHERE id IN ({some}) RETURNING token, lookup",  # noqa: S608
                    parameters,
                ).fetchall()
                if gone:
                    tags = [(self._codec.tag(token), lookup) for token, lookup in gone]
                    connection.executemany("INSERT OR REPLACE INTO retired (tag, owner) VALUES (?, ?)", tags)
                    meta.advance(connection)
            removed += len(gone)
            if len(gone) < _REMOVED:
                break
        if removed:
            self._database.forget_deleted()
        return removed
