"""What the team's Redis keeps of a value: names that are keyed hashes, and a row that only the team can read. Sans-IO.

A row is bound to the vault, its blind index and its kind, and holds its own token, so that no two can be exchanged.
What is encrypted is padded, since the length of a value says something about it.
"""

import hmac
from typing import Final, NamedTuple

from maskwire.errors import VaultCorrupt
from maskwire.vault import Finding, Token
from maskwire_daemon.store.entries import to_bytes
from maskwire_daemon.store.keys import derive
from maskwire_daemon.store.sealing import Sealer, framed

NAME_BYTES: Final = 16
"""Size of a blind index and of a token's tag: two of a billion values meet with a chance below one in 10**20."""

KIND_BYTES: Final = 8
"""Size of a kind's name: there are dozens."""

_PAD: Final = 32
"""Bytes to whose multiple a row is padded before it is encrypted."""

_BETWEEN: Final = b"\xff"
"""Stands between what is encrypted together; no text in UTF-8 holds it."""


class Item(NamedTuple):
    """A value on its way to Redis: everything but ``token`` as it is kept there."""

    lookup: bytes
    tag: bytes
    kind: bytes
    row: bytes
    token: Token


class TeamCodec:
    """Turns findings into rows and back under the team's key. ``scope`` separates tokens, as in ``VaultOptions``."""

    __slots__ = ("_index", "_scope", "_sealer", "_vault", "check", "minting", "prefix")

    def __init__(self, key: bytes, vault: bytes, scope: bytes = b"") -> None:
        """Derive what is needed of the team's ``key`` (32 bytes) for the vault of this id."""
        self._index = derive(key, "team/index")
        self._sealer = Sealer(derive(key, "team/values"))
        self._vault = vault
        self._scope = scope
        self.minting = derive(key, "team/token")
        """Keys the tokens: ``maskwire.tokens.Minter``."""
        self.prefix = b"maskwire:{%s}:" % vault.hex().encode()
        """Begins every key in Redis; the braces keep a vault together in a cluster."""
        self.check = hmac.digest(derive(key, "team/check"), vault, "sha256")[:NAME_BYTES].hex()
        """Tells the team's key from another one, and says nothing about it."""

    def lookup(self, finding: Finding) -> bytes:
        """Return the blind index: equal for equal findings, and telling nothing without the key."""
        named = (self._scope, finding.entity.encode(), to_bytes(finding.value), to_bytes(finding.scope))
        return self._name(b"lookup", *named)

    def tag(self, token: Token) -> bytes:
        """Return what Redis knows of a token: the operator of Redis cannot join it with what a provider saw."""
        return self._name(b"token", token.encode())

    def kind(self, entity: str) -> bytes:
        """Return what Redis calls a kind of value."""
        return self._name(b"kind", entity.encode())[:KIND_BYTES]

    def seal_kind(self, entity: str) -> bytes:
        """Return the encrypted name of a kind."""
        return self._sealer.seal(entity.encode().ljust(_PAD, _BETWEEN), self._bound(b"kind", self.kind(entity)))

    def open_kind(self, kind: bytes, sealed: bytes) -> str:
        """Return the name of a kind.

        Raises:
            VaultCorrupt: it was changed.
        """
        return self._sealer.open(sealed, self._bound(b"kind", kind)).rstrip(_BETWEEN).decode()

    def item(self, finding: Finding, token: Token) -> Item:
        """Return what is sent to keep ``finding`` behind ``token``."""
        lookup, tag, kind = self.lookup(finding), self.tag(token), self.kind(finding.entity)
        parts = (finding.entity.encode(), token.encode(), to_bytes(finding.scope), to_bytes(finding.value), b"")
        plain = _BETWEEN.join(parts)
        padded = plain.ljust(-(-len(plain) // _PAD) * _PAD, b"\0")
        return Item(
            lookup, tag, kind, lookup + kind + self._sealer.seal(padded, self._bound(b"row", lookup, kind)), token
        )

    def open(self, row: bytes) -> tuple[Finding, Token]:
        """Return the value of a row and its token; whether the row was the one asked for is the caller's to see.

        Raises:
            VaultCorrupt: it was changed.
        """
        lookup, kind = row[:NAME_BYTES], row[NAME_BYTES:_HEAD_BYTES]
        plain = self._sealer.open(row[_HEAD_BYTES:], self._bound(b"row", lookup, kind))
        entity, token, scope, value, _ = plain.split(_BETWEEN, 4)
        finding = Finding(entity.decode(), _text(value), _text(scope))
        return finding, Token(token.decode())

    def open_as(self, row: bytes, tag: bytes) -> tuple[Finding, Token]:
        """Return the value of the row that Redis keeps under ``tag``, and its token.

        Raises:
            VaultCorrupt: it was changed, or it is another one's.
        """
        finding, token = self.open(row)
        if self.tag(token) != tag:
            raise VaultCorrupt(EXCHANGED)
        return finding, token

    def _name(self, *parts: bytes) -> bytes:
        return hmac.digest(self._index, framed(self._vault, *parts), "sha256")[:NAME_BYTES]

    def _bound(self, *parts: bytes) -> bytes:
        return framed(b"team", self._vault, *parts)


EXCHANGED: Final = "the team's Redis answered with a value that belongs elsewhere: somebody changed what it keeps"
"""Said when a row is intact and not the one that was asked for."""

_HEAD_BYTES: Final = NAME_BYTES + KIND_BYTES
"""Bytes before what is encrypted: blind index and kind, by which Redis removes a value from its indexes."""


def _text(plain: bytes) -> str:
    return plain.decode("utf-8", "surrogatepass")
