"""Learns secrets and allows values, for the daemon and for a command that opened the vault itself. Blocks on both."""

import time
from collections.abc import Sequence
from pathlib import Path

from maskwire.detect.terms import value_hash
from maskwire.errors import VaultLocked
from maskwire.wire.hosts import known_hosts
from maskwire_client.models import KnownSecret, NewAllowance, NewSecret
from maskwire_daemon.config.edit import add_allowance, remove_allowances
from maskwire_daemon.storage import Storage
from maskwire_daemon.store.secrets import Found


def learn(storage: Storage, found: Sequence[NewSecret]) -> int:
    """Keep keyed fingerprints of ``found``, and return how many are new.

    Raises:
        VaultError: they could not be kept, or the key ends with this process.
    """
    _lasting(storage)
    return storage.secrets.learn([Found(s.name, s.source, s.value) for s in found], time.time())


def known(storage: Storage) -> list[KnownSecret]:
    """Return what was learned, by source and name."""
    return [KnownSecret(k.name, k.source, k.learned) for k in storage.secrets.known()]


def allow(storage: Storage, file: Path, allowance: NewAllowance) -> None:
    """Write the keyed hash of a value to the configuration in ``file``.

    Raises:
        ConfigError: no such host or day, or the file is wrong as it stands; nothing was written.
        VaultError: the key ends with this process.
    """
    _lasting(storage)
    hashed = value_hash(allowance.value, storage.keys.words).hex()
    add_allowance(file, {"hash": hashed, "host": allowance.host, "until": allowance.until}, known_hosts())


def disallow(storage: Storage, file: Path, value: str) -> int:
    """Take every allowance of a value out of the configuration in ``file``; return how many there were.

    Raises:
        ConfigError: the file is wrong as it stands; nothing was written.
    """
    return remove_allowances(file, value_hash(value, storage.keys.words).hex(), known_hosts())


def _lasting(storage: Storage) -> None:
    if not storage.persistent:
        raise VaultLocked(
            "the key is in memory alone, so that what is learned now could not be recognised after a restart: "
            "set key_provider, for example with `MASKWIRE_KEY_PROVIDER=passphrase maskwire up`"
        )
