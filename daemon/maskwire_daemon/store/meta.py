"""Small facts about the database, by name: the vault's identity, its epoch, the ends of the journal's chain.

The *epoch* counts what makes other processes' memory of the vault stale: a purge, a new data key, destruction.
"""

import sqlite3
from typing import Final

from maskwire_daemon.store.database import Database

VAULT: Final = "vault"
"""16 random bytes that name the vault; bound into everything that is encrypted."""

DESTROYED: Final = "destroyed"
"""Stands from the moment a vault's keys are removed until its rows are: what is left of it may be cleared."""

EPOCH: Final = "epoch"
"""A counter of 8 bytes that only grows."""

REVEAL: Final = "reveal"
"""What a reveal passphrase opens: a key of no other use, sealed under it."""

TEAM: Final = "team"
"""The team's key and the password of its Redis, sealed: this machine's membership."""

REVEAL_TRIES: Final = "reveal_tries"
"""How many wrong passphrases came in a row before a value was shown, and when."""

_ONE = "SELECT value FROM meta WHERE name = ?"


def value(source: Database | sqlite3.Connection, name: str) -> bytes | None:
    """Return the fact ``name``, seen from inside a transaction when ``source`` is its connection."""
    rows = source.read(_ONE, (name,)) if isinstance(source, Database) else source.execute(_ONE, (name,)).fetchall()
    return bytes(rows[0][0]) if rows else None


def put(connection: sqlite3.Connection, name: str, content: bytes) -> None:
    """Set the fact ``name`` inside the caller's transaction."""
    connection.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, content))


def epoch(source: Database | sqlite3.Connection) -> int:
    """Return how often the vault was changed in a way that caches must notice."""
    return int.from_bytes(value(source, EPOCH) or b"")


def advance(connection: sqlite3.Connection) -> None:
    """Count one such change inside the caller's transaction."""
    put(connection, EPOCH, (epoch(connection) + 1).to_bytes(8))
