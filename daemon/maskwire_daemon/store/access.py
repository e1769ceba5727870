"""Tokens of access for other programs: only hashes are kept. IO, blocking.

A token is 32 random bytes, so that a plain hash is no easier to undo than the token is to guess.
"""

import contextlib
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from maskwire.errors import MaskwireError, VaultError
from maskwire_daemon.store.database import Database

PREFIX: Final = "mw_"
"""Begins every token, so that scanners for leaked secrets know it."""

_USE_GRAIN_S: Final = 3600.0
"""Uses are noted this coarsely: a call need not write."""


OURS: Final = frozenset({"browser", "command line", "maskwire", "nobody", "settings", "this computer"})
"""Who acts in the audit log without a token of access: no token goes by these names."""


class NameTaken(MaskwireError):
    """There is a token of that name, or it is one of ``OURS``."""


@dataclass(frozen=True, slots=True)
class Access:
    """One token's name and rights. Times are Unix seconds; ``used`` is 0 until the first use, and an hour coarse."""

    name: str
    role: str
    restores: bool
    created: float
    used: float


class AccessStore:
    """The tokens of one home."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def add(self, name: str, role: str, *, restores: bool) -> str:
        """Make a token and return it: it is never shown again.

        Raises:
            NameTaken: choose another name, or remove that token first.
            VaultError: it could not be kept.
        """
        if name.lower() in OURS:
            raise NameTaken(f"{name} is a name of maskwire's own in the audit log: choose another name")
        token = PREFIX + secrets.token_urlsafe(32)
        row = (name, _hash(token), role, int(restores), self._clock(), 0.0)
        with self._database.write() as connection:
            if connection.execute("SELECT 1 FROM access WHERE name = ?", (name,)).fetchone():
                raise NameTaken(f"there is a token named {name} already: choose another name, or remove it")
            connection.execute(
                "INSERT INTO access (name, hash, role, restores, created, used) VALUES (?, ?, ?, ?, ?, ?)", row
            )
        return token

    def tokens(self) -> list[Access]:
        """Return the tokens by name."""
        rows = self._database.read("SELECT name, role, restores, created, used FROM access ORDER BY name")
        return [Access(name, role, bool(restores), created, used) for name, role, restores, created, used in rows]

    def find(self, token: str) -> Access | None:
        """Return whose ``token`` this is, and note its use; the token holds though that cannot be written.

        Raises:
            VaultError: the database cannot be read.
        """
        rows = self._database.read(
            "SELECT name, role, restores, created, used FROM access WHERE hash = ?", (_hash(token),)
        )
        if not rows:
            return None
        name, role, restores, created, used = rows[0]
        now = self._clock()
        if now - used > _USE_GRAIN_S:
            with contextlib.suppress(VaultError), self._database.write() as connection:
                connection.execute("UPDATE access SET used = ? WHERE name = ?", (now, name))
        return Access(name, role, bool(restores), created, used)

    def remove(self, name: str) -> bool:
        """Take a token back; tell whether there was one."""
        with self._database.write() as connection:
            return connection.execute("DELETE FROM access WHERE name = ?", (name,)).rowcount > 0

    def clear(self) -> None:
        """Take every token back."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM access")


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
