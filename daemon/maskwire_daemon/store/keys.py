"""The keys of one vault: subkeys of a random root, and the data keys that encrypt values.

The root never changes, so tokens stay the same for good; what wraps it may (see ``envelope``).

Source: https://www.rfc-editor.org/rfc/rfc5869 (HKDF)
"""

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn, Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from maskwire_daemon.store.sealing import KEY_BYTES, Sealer

_LABEL = b"maskwire/v1/"


def derive(secret: bytes, purpose: str) -> bytes:
    """Return the 32-byte subkey of ``secret`` for ``purpose``; purposes never share a key."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=_LABEL + purpose.encode()).derive(secret)


def fresh() -> bytes:
    """Return a new random 32-byte key."""
    return secrets.token_bytes(KEY_BYTES)


class ValueKeys:
    """The data keys by version. The newest encrypts; older ones still read what they wrote.

    ``load`` returns every version that exists now. It is asked again when a version turns up that is not
    known here, since another process may have rotated.
    """

    __slots__ = ("_epoch", "_load", "_lock", "_sealers", "current")

    def __init__(self, load: Callable[[], Mapping[int, bytes]]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._sealers: Mapping[int, Sealer] = {}
        self._epoch = -1
        self.current = 0
        self.reload()

    def reload(self) -> None:
        """Read the versions again.

        Raises:
            VaultError: the keys are gone (vault destroyed) or wrapped by another master key.
        """
        with self._lock:
            self._read()

    def follow(self, epoch: int) -> None:
        """Read the versions again unless that was done in this epoch of the vault. Raises as ``reload``."""
        with self._lock:
            if epoch != self._epoch:
                self._read()
                self._epoch = epoch

    def sealer(self, version: int) -> Sealer | None:
        """Return what reads and writes values of ``version``, ``None`` when no such key exists."""
        if version not in self._sealers:
            self.reload()
        return self._sealers.get(version)

    def _read(self) -> None:
        found = {version: Sealer(key) for version, key in self._load().items()}
        self._sealers, self.current = found, max(found)

    def __repr__(self) -> str:
        return f"<ValueKeys current={self.current}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("keys do not leave their process")


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """Everything secret that a running maskwire works with. ``repr`` shows nothing."""

    token: bytes
    """Keys the tokens themselves: ``maskwire.tokens.Minter``."""
    index: bytes
    """Keys the blind index, by which a value is found without decrypting."""
    journal: bytes
    """Keys the chain over the journal's rows."""
    ca: bytes
    """Encrypts the private key of the certificate authority."""
    cache: bytes
    """Keys the detection cache, so that its entries say nothing about texts."""
    words: bytes
    """Keys the fingerprints of known secrets and the hashes of allowed values."""
    team: bytes
    """Encrypts the team's key, where the machine is a member of one."""
    values: ValueKeys
    """The data keys; only the SQLite vault uses them."""
    lasting: bool = True
    """Whether the same keys come back after a restart, so that what they seal is worth keeping."""

    @classmethod
    def of(cls, root: bytes, values: ValueKeys, *, lasting: bool = True) -> Self:
        """Derive all subkeys from ``root``, 32 bytes."""
        return cls(
            token=derive(root, "token"),
            index=derive(root, "index"),
            journal=derive(root, "journal"),
            ca=derive(root, "ca"),
            cache=derive(root, "cache"),
            words=derive(root, "words"),
            team=derive(root, "team"),
            values=values,
            lasting=lasting,
        )

    @classmethod
    def ephemeral(cls) -> Self:
        """Return random keys that no disk has seen: tokens end with the process."""
        only = {1: fresh()}
        return cls.of(fresh(), ValueKeys(lambda: only), lasting=False)

    def __repr__(self) -> str:
        return "<Keys>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("keys do not leave their process")
