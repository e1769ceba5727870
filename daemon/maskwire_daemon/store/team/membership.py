"""What makes a machine a member of a team: the team's key, sealed in its own database. IO: that database.

It is sealed under a key of the machine's vault, which the operating system's keyring (or another key provider) opens:
who finds the disk finds no key of the team, and destroying the machine's own vault ends its membership.
"""

import base64
import json
import secrets
from dataclasses import dataclass, field
from typing import Final, Self

from maskwire.errors import VaultCorrupt
from maskwire_daemon.store import meta
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.keys import Keys, fresh
from maskwire_daemon.store.sealing import KEY_BYTES, Sealer

VAULT_BYTES: Final = 16
"""Size of a vault's id, which names its keys in Redis."""

_BOUND: Final = b"maskwire/team/membership"


@dataclass(frozen=True, slots=True)
class Membership:
    """The team's vault by its id, the team's key, and the password of Redis; ``repr`` shows the id alone."""

    vault: bytes
    key: bytes = field(repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def new(cls, password: str = "") -> Self:
        """Return the membership of a new team's first machine."""
        return cls(secrets.token_bytes(VAULT_BYTES), fresh(), password)

    def to_json(self) -> dict[str, str]:
        """Return it as text, to be sealed."""
        vault, key = (base64.b64encode(part).decode() for part in (self.vault, self.key))
        return {"vault": vault, "key": key, "password": self.password}

    @classmethod
    def from_json(cls, named: dict[str, object]) -> Self:
        """Read what ``to_json`` returns.

        Raises:
            ValueError: it is something else.
        """
        vault, key = (base64.b64decode(str(named.get(part)), validate=True) for part in ("vault", "key"))
        if len(vault) != VAULT_BYTES or len(key) != KEY_BYTES:
            raise ValueError("no membership")
        return cls(vault, key, str(named.get("password", "")))


def kept(database: Database, keys: Keys) -> Membership | None:
    """Return this machine's membership, if it has one.

    Raises:
        VaultCorrupt: what is kept was changed, or belongs to another key.
    """
    sealed = meta.value(database, meta.TEAM)
    if sealed is None:
        return None
    try:
        return Membership.from_json(json.loads(Sealer(keys.team).open(sealed, _BOUND)))
    except (VaultCorrupt, ValueError):
        raise VaultCorrupt(
            f"{database.path} holds a membership of a team that cannot be read. "
            "Run `maskwire team leave`, then join again."
        ) from None


def keep(database: Database, keys: Keys, membership: Membership) -> None:
    """Keep ``membership`` in place of an earlier one.

    Raises:
        VaultError: nothing was changed.
    """
    sealed = Sealer(keys.team).seal(json.dumps(membership.to_json()).encode(), _BOUND)
    with database.write() as connection:
        meta.put(connection, meta.TEAM, sealed)


def forget(database: Database) -> bool:
    """Destroy this machine's copy of the team's key; tell whether there was one.

    Raises:
        VaultError: it is still there.
    """
    with database.write() as connection:
        gone = connection.execute("DELETE FROM meta WHERE name = ?", (meta.TEAM,)).rowcount
    database.forget_deleted()
    return bool(gone)
