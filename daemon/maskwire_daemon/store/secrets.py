"""Known secrets, kept as keyed fingerprints: enough to find them again, nothing to read them from.

IO: the vault's database. Name and source are what the person called a secret and where it was found.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from maskwire.detect.fingerprints import Fingerprint, learn
from maskwire.detect.patterns import encode
from maskwire_daemon.store.database import Database


@dataclass(frozen=True, slots=True)
class Found:
    """A secret on its way in: what it is called, where it stood, and the value, which ``repr`` never shows."""

    name: str
    source: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Known:
    """A secret that was learned. ``learned`` is Unix time in seconds."""

    name: str
    source: str
    learned: float


class SecretStore:
    """The known secrets of one vault. Blocks."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self._key = key

    def learn(self, found: Iterable[Found], now: float) -> int:
        """Keep the fingerprints of ``found``, and return how many of them are new.

        One that is known already stays one; its name, source and time become the new ones.

        Raises:
            VaultError: nothing was kept.
        """
        rows = {}
        for each in found:
            if prints := learn(each.value, self._key):
                shapes = [[p.length, p.head.hex(), p.whole.hex(), p.inside] for p in prints]
                rows[self._identity(each.value)] = (each.name, each.source, now, json.dumps(shapes))
        with self._database.write() as connection:
            before = _count(connection.execute("SELECT count(*) FROM secrets").fetchall())
            connection.executemany(
                "INSERT OR REPLACE INTO secrets (id, name, source, learned, prints) VALUES (?, ?, ?, ?, ?)",
                [(identity, *row) for identity, row in rows.items()],
            )
            return _count(connection.execute("SELECT count(*) FROM secrets").fetchall()) - before

    def _identity(self, value: str) -> bytes:
        return blake2b(encode(value), key=self._key, digest_size=16, person=b"known").digest()

    def known(self) -> list[Known]:
        """Return what was learned, by source and name."""
        rows = self._database.read("SELECT name, source, learned FROM secrets ORDER BY source, name")
        return [Known(str(name), str(source), float(learned)) for name, source, learned in rows]

    def prints(self) -> list[Fingerprint]:
        """Return the fingerprints of all known secrets."""
        return [
            Fingerprint(int(length), bytes.fromhex(head), bytes.fromhex(whole), bool(inside))
            for (prints,) in self._database.read("SELECT prints FROM secrets ORDER BY id")
            for length, head, whole, inside in json.loads(prints)
        ]

    def forget(self, names: Sequence[str]) -> int:
        """Forget the secrets of these names or sources, or all when none is given; return how many went.

        Raises:
            VaultError: nothing was forgotten.
        """
        with self._database.write() as connection:
            if not names:
                return connection.execute("DELETE FROM secrets").rowcount
            return sum(
                connection.execute("DELETE FROM secrets WHERE ? IN (name, source)", (name,)).rowcount for name in names
            )


def _count(rows: Sequence[tuple[int]]) -> int:
    ((number,),) = rows
    return number
