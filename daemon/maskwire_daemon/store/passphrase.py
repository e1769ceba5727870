"""The master key behind a passphrase, for machines without a keyring.

IO, and slow on purpose: one try costs 0.1 to 0.5 s and 64 MiB. The file holds a salt and the random master
key sealed under what Argon2id makes of the passphrase, so that the passphrase can change and the key stay.

Source: https://www.rfc-editor.org/rfc/rfc9106 (4: second recommended option, 64 MiB, t=3, p=4)
"""

import base64
import json
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from maskwire.errors import ConfigError, VaultCorrupt, VaultError, VaultLocked
from maskwire_daemon.store.files import setting_up_key, write_private
from maskwire_daemon.store.keys import fresh
from maskwire_daemon.store.sealing import KEY_BYTES, Sealer, framed

MEMORY_KIB: Final = 64 * 1024
"""Memory that one try takes, in kibibytes."""

PASSES: Final = 3
"""How often that memory is gone over."""

LANES: Final = 4
"""How many threads fill it."""

SHORTEST: Final = 8
"""Characters that a new passphrase has at least (NIST SP 800-63B, 5.1.1.1)."""

_SALT_BYTES: Final = 16
_COSTLIEST: Final = (1024 * 1024, 64, 64)
"""What a file may ask for at most, so that a changed one cannot use up the machine."""


@dataclass(frozen=True, slots=True)
class SealedKey:
    """What the file holds: the master key sealed, and what makes a key of the passphrase again."""

    salt: bytes
    sealed: bytes
    memory_kib: int = MEMORY_KIB
    passes: int = PASSES
    lanes: int = LANES

    @classmethod
    def seal(cls, master: bytes, passphrase: str) -> Self:
        """Seal ``master`` under ``passphrase`` with a new salt."""
        draft = cls(secrets.token_bytes(_SALT_BYTES), b"")
        return cls(draft.salt, draft._sealer(passphrase).seal(master, draft._bound()))

    def open(self, passphrase: str) -> bytes:
        """Return the master key.

        Raises:
            VaultCorrupt: the passphrase is wrong or the file was changed; there is no way to tell which.
        """
        return self._sealer(passphrase).open(self.sealed, self._bound())

    def to_json(self) -> bytes:
        """Return the file's content."""
        named = {
            "version": 1,
            "kdf": "argon2id",
            "memory_kib": self.memory_kib,
            "passes": self.passes,
            "lanes": self.lanes,
            "salt": base64.b64encode(self.salt).decode(),
            "sealed": base64.b64encode(self.sealed).decode(),
        }
        return json.dumps(named, indent=2).encode() + b"\n"

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Read the file's content.

        Raises:
            ValueError: it is not what ``to_json`` writes.
        """
        named = json.loads(content)
        if not isinstance(named, dict) or (named.get("version"), named.get("kdf")) != (1, "argon2id"):
            raise ValueError("not a sealed key")
        costs = [int(str(named.get(cost))) for cost in ("memory_kib", "passes", "lanes")]
        if not all(0 < cost <= most for cost, most in zip(costs, _COSTLIEST, strict=True)):
            raise ValueError("costs out of range")
        salt, sealed = (base64.b64decode(str(named.get(part)), validate=True) for part in ("salt", "sealed"))
        return cls(salt, sealed, *costs)

    def _sealer(self, passphrase: str) -> Sealer:
        derived = Argon2id(
            salt=self.salt, length=KEY_BYTES, iterations=self.passes, lanes=self.lanes, memory_cost=self.memory_kib
        ).derive(unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass"))
        return Sealer(derived)

    def _bound(self) -> bytes:
        return framed(b"passphrase", self.salt, f"{self.memory_kib} {self.passes} {self.lanes}".encode())


class PassphraseKey:
    """The key in ``passphrase.json`` under ``home``; ``ask`` returns what the person types."""

    name = "passphrase"
    persistent = True

    def __init__(self, home: Path, ask: Callable[[], str]) -> None:
        self._home = home
        self._path = home / "passphrase.json"
        self._ask = ask

    def master(self, *, create: bool = True) -> bytes:
        """Return the key; with ``create``, the first passphrase given seals a new one.

        Raises:
            VaultLocked: the passphrase is wrong, or there is no key to unlock.
            VaultCorrupt: the file is not what was written.
            ConfigError: a new passphrase is too short.
        """
        if (stored := self._read()) is None and not create:
            raise VaultLocked(f"{self._path} is missing, and the vault cannot be read without it. Restore it.")
        passphrase = self._ask()
        if stored is not None:
            return self._open(stored, passphrase)
        with setting_up_key(self._home):
            if (stored := self._read()) is not None:  # another process was first
                return self._open(stored, passphrase)
            master = fresh()
            self._write(master, _long_enough(passphrase))
        return master

    def replace(self, new: bytes) -> None:
        """Seal ``new`` under the same passphrase, which is asked for again.

        Raises:
            VaultLocked: it is not the passphrase of the present key.
        """
        passphrase = self._ask()
        with setting_up_key(self._home):
            if (stored := self._read()) is not None:
                self._open(stored, passphrase)
            self._write(new, passphrase)

    def change(self, old: str, new: str) -> None:
        """Seal the same key under the passphrase ``new``.

        Raises:
            VaultLocked: ``old`` is not the present passphrase.
            ConfigError: ``new`` is too short.
        """
        with setting_up_key(self._home):
            if (stored := self._read()) is None:
                raise VaultLocked("There is no passphrase yet. Run `maskwire up` to choose one.")
            self._write(self._open(stored, old), _long_enough(new))

    def opens(self, passphrase: str) -> bool:
        """Tell whether ``passphrase`` is the present one.

        Raises:
            VaultError: the file cannot be read.
        """
        if (stored := self._read()) is None:
            return False
        try:
            self._open(stored, passphrase)
        except VaultLocked:
            return False
        return True

    def forget(self) -> None:
        """Remove the file: its key is gone for good."""
        self._path.unlink(missing_ok=True)

    def _open(self, stored: SealedKey, passphrase: str) -> bytes:
        try:
            return stored.open(passphrase)
        except VaultCorrupt:
            raise VaultLocked("The passphrase is wrong. Try again; nothing was changed.") from None

    def _read(self) -> SealedKey | None:
        try:
            return SealedKey.from_json(self._path.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError:
            raise VaultCorrupt(f"{self._path} is damaged; it was left as it is. Restore it from a backup.") from None
        except OSError as error:
            raise VaultError(f"{self._path} cannot be read ({error.strerror}).") from error

    def _write(self, master: bytes, passphrase: str) -> None:
        try:
            write_private(self._path, SealedKey.seal(master, passphrase).to_json())
        except OSError as error:
            raise VaultError(f"{self._path} cannot be written ({error.strerror}).") from error


def _long_enough(passphrase: str) -> str:
    if len(passphrase) < SHORTEST:
        raise ConfigError(f"a passphrase has at least {SHORTEST} characters", key="keys.passphrase")
    return passphrase
