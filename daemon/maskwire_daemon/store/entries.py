"""The vault's rows: what is encrypted, what it is bound to, and how a value is found without decrypting.

A value is bound to its entity, token, blind index and data key version, so that no two rows can be exchanged.
"""

import hmac
import sys
from typing import Final, NamedTuple

from maskwire.errors import VaultCorrupt
from maskwire.vault import Finding, Token
from maskwire_daemon.store.keys import Keys
from maskwire_daemon.store.sealing import framed

COLUMNS: Final = "id, entity, token, lookup, version, sealed, used"
"""The columns of ``entries`` in the order of ``Row``."""


class Row(NamedTuple):
    """One row of ``entries``. ``used`` is Unix time in whole seconds."""

    id: int
    entity: str
    token: Token
    lookup: bytes
    version: int
    sealed: bytes
    used: int


class Entry:
    """One value in memory, readable. ``used`` is when it was last needed; ``repr`` never shows the value."""

    __slots__ = ("finding", "id", "token", "used")

    def __init__(self, row_id: int, finding: Finding, token: Token, used: int) -> None:
        self.id = row_id
        self.finding = finding
        self.token = token
        self.used = used

    def __repr__(self) -> str:
        return f"<Entry {self.id}>"


_PER_ENTRY: Final = 600
"""Bytes that one entry costs besides its value: two dictionary slots, keys and objects, measured."""


def cost(finding: Finding) -> int:
    """Return about how many bytes of memory a finding with its token takes."""
    return _PER_ENTRY + sys.getsizeof(finding.value)


class Codec:
    """Turns findings into rows and back, under one vault's keys. ``scope`` separates tokens, say per host."""

    __slots__ = ("_index", "_scope", "_values")

    def __init__(self, keys: Keys, scope: bytes = b"") -> None:
        self._index = keys.index
        self._values = keys.values
        self._scope = scope

    def lookup(self, finding: Finding) -> bytes:
        """Return the blind index: equal for equal findings, and telling nothing without the key."""
        scoped = (to_bytes(finding.scope),) if finding.scope else ()
        named = framed(b"lookup", self._scope, finding.entity.encode(), to_bytes(finding.value), *scoped)
        return hmac.digest(self._index, named, "sha256")

    def tag(self, token: Token) -> bytes:
        """Return what is kept of a token after its value is gone, so that it never comes to mean another."""
        return hmac.digest(self._index, framed(b"retired", token.encode()), "sha256")[:16]

    def seal(self, finding: Finding, token: Token, lookup: bytes) -> tuple[int, bytes]:
        """Return the data key version and the encrypted value."""
        version = self._values.current
        sealer = self._values.sealer(version)
        assert sealer is not None
        return version, sealer.seal(_packed(finding), _bound(finding.entity, token, lookup, version))

    def open(self, row: Row) -> Finding:
        """Return what ``row`` holds.

        Raises:
            VaultCorrupt: the row was changed, or its data key is gone.
        """
        sealer = self._values.sealer(row.version)
        if sealer is None:
            raise VaultCorrupt("a stored value's key is gone. Restore the vault from a backup.")
        plain = sealer.open(row.sealed, _bound(row.entity, row.token, row.lookup, row.version))
        return _unpacked(row.entity, plain)


_SCOPED: Final = b"\xff"
"""Begins what holds a scope too; no text in UTF-8 does."""


def _packed(finding: Finding) -> bytes:
    """Return what is encrypted: the value, behind its scope if it has one."""
    if not finding.scope:
        return to_bytes(finding.value)
    return _SCOPED + to_bytes(finding.scope) + _SCOPED + to_bytes(finding.value)


def _unpacked(entity: str, plain: bytes) -> Finding:
    scope = b""
    if plain.startswith(_SCOPED):
        scope, _, plain = plain[1:].partition(_SCOPED)
    return Finding(entity, plain.decode("utf-8", "surrogatepass"), scope.decode("utf-8", "surrogatepass"))


def to_bytes(value: str) -> bytes:
    """Return ``value`` as bytes; JSON may hold lone surrogates, which plain UTF-8 refuses."""
    return value.encode("utf-8", "surrogatepass")


def _bound(entity: str, token: Token, lookup: bytes, version: int) -> bytes:
    return framed(b"entry", entity.encode(), token.encode(), lookup, version.to_bytes(8))
