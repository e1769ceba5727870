"""How a vault's keys lie in its database: wrapped by the master key, never plain.

A *slot* holds every key of the vault (the root and each data key) wrapped under one master key, and is named
by a keyed check of that master key, so that a wrong key is told from changed bytes. There is one slot, except
while the master key is being changed: then the old and the new one stand side by side, and whichever key the
provider really holds afterwards opens the vault.
"""

import contextlib
import hmac
import secrets
import sqlite3
from typing import Final, Self

from maskwire.errors import VaultCorrupt, VaultError, VaultLocked
from maskwire_daemon.store import meta
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.faults import damaged
from maskwire_daemon.store.keys import Keys, ValueKeys, derive, fresh
from maskwire_daemon.store.sealing import Sealer, framed

_ROOT: Final = "root"
_VALUES: Final = "values:"

_ROWS = "SELECT name, sealed FROM wrapped_keys WHERE slot = ?"


class Slot:
    """One master key's hold on a vault's keys."""

    __slots__ = ("_sealer", "_vault", "id")

    def __init__(self, master: bytes, vault: bytes) -> None:
        self._vault = vault
        self._sealer = Sealer(derive(master, "wrap"))
        self.id = hmac.digest(derive(master, "check"), vault, "sha256")[:16]

    def write(self, connection: sqlite3.Connection, name: str, key: bytes) -> None:
        """Store ``key``, wrapped, inside the caller's transaction."""
        sealed = self._sealer.seal(key, self._bound(name))
        connection.execute("INSERT INTO wrapped_keys (slot, name, sealed) VALUES (?, ?, ?)", (self.id, name, sealed))

    def read(self, source: Database | sqlite3.Connection) -> dict[str, bytes]:
        """Return the keys of this slot by name; empty when the master key does not open the vault.

        Raises:
            VaultCorrupt: a wrapped key was changed.
        """
        rows = source.read(_ROWS, (self.id,)) if isinstance(source, Database) else source.execute(_ROWS, (self.id,))
        return {name: self._sealer.open(sealed, self._bound(name)) for name, sealed in rows}

    def drop_others(self, connection: sqlite3.Connection) -> None:
        """Take the vault from every other master key, inside the caller's transaction."""
        connection.execute("DELETE FROM wrapped_keys WHERE slot != ?", (self.id,))

    def _bound(self, name: str) -> bytes:
        return framed(b"key", self._vault, self.id, name.encode())

    def __repr__(self) -> str:
        return "<Slot>"


class Envelope:
    """A vault's keys, unlocked. ``keys`` stays as it is when the master key changes."""

    __slots__ = ("database", "keys", "slot")

    def __init__(self, database: Database, slot: Slot) -> None:
        self.database = database
        self.slot = slot
        held = slot.read(database)
        if not held:
            raise VaultLocked(
                f"The key does not open {database.path}: it belongs to another vault. Use the key provider and the key "
                "that this vault was made with, or run `maskwire purge --all` to start with an empty one."
            )
        if _ROOT not in held:
            raise VaultCorrupt(damaged(database.path))
        self.keys = Keys.of(held[_ROOT], ValueKeys(lambda: self.versions(database)))

    @classmethod
    def open(cls, database: Database, master: bytes, *, create: bool = True) -> Self:
        """Unlock the vault in ``database`` with ``master``; ``create`` sets one up where there is none.

        Raises:
            VaultLocked: ``master`` is not the key of this vault, or there is no vault.
            VaultCorrupt: the wrapped keys were changed.
        """
        vault = meta.value(database, meta.VAULT)
        if vault is None:
            if not create:
                raise VaultLocked(f"{database.path} holds no vault yet. Run `maskwire up` once.")
            vault = _set_up(database, master)
        envelope = cls(database, Slot(master, vault))
        envelope._finish_change()
        return envelope

    def add_version(self, connection: sqlite3.Connection) -> None:
        """Write a new data key, which encrypts from now on, inside the caller's transaction."""
        newest = max(self.versions(connection))
        self.slot.write(connection, f"{_VALUES}{newest + 1}", fresh())
        meta.advance(connection)

    def drop_versions(self, connection: sqlite3.Connection, *, keep: int) -> None:
        """Destroy all data keys but ``keep``, in every slot, inside the caller's transaction."""
        connection.execute(
            "DELETE FROM wrapped_keys WHERE name LIKE ? AND name != ?", (f"{_VALUES}%", f"{_VALUES}{keep}")
        )
        meta.advance(connection)

    def versions(self, source: Database | sqlite3.Connection) -> dict[int, bytes]:
        """Return the data keys by version.

        Raises:
            VaultLocked: this envelope's slot is gone.
        """
        held = self.slot.read(source)
        found = {int(name.removeprefix(_VALUES)): key for name, key in held.items() if name.startswith(_VALUES)}
        if not found:
            raise VaultLocked(
                "The vault was destroyed or its master key was changed while it was open. Restart maskwire."
            )
        return found

    def _finish_change(self) -> None:
        """Remove the slot that a change of the master key left behind when it was cut off."""
        others = "SELECT 1 FROM wrapped_keys WHERE slot != ? LIMIT 1"
        if not self.database.read(others, (self.slot.id,)):
            return
        with (
            contextlib.suppress(VaultError),
            self.database.lock(wait_s=0),
        ):  # the change still runs, or the disk is full
            with self.database.write() as connection:
                self.slot.drop_others(connection)
            self.database.forget_deleted()

    def __repr__(self) -> str:
        return "<Envelope>"


def clear(connection: sqlite3.Connection) -> None:
    """Remove every row of a vault whose keys are gone, inside the caller's transaction."""
    for table in ("wrapped_keys", "entries", "retired"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    connection.execute("DELETE FROM meta WHERE name IN (?, ?)", (meta.VAULT, meta.DESTROYED))


def _set_up(database: Database, master: bytes) -> bytes:
    """Create a vault's identity, root and first data key; return the identity, another process's if it was first."""
    with database.write() as connection:
        if (vault := meta.value(connection, meta.VAULT)) is not None:
            return vault
        left = connection.execute("SELECT 1 FROM wrapped_keys UNION ALL SELECT 1 FROM entries LIMIT 1").fetchone()
        if left and meta.value(connection, meta.DESTROYED) is None:
            raise VaultCorrupt(damaged(database.path))
        clear(connection)
        vault = secrets.token_bytes(16)
        slot = Slot(master, vault)
        meta.put(connection, meta.VAULT, vault)
        meta.advance(connection)
        slot.write(connection, _ROOT, fresh())
        slot.write(connection, f"{_VALUES}1", fresh())
    return vault
