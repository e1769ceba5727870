"""Where the master key comes from: the system's keyring, a passphrase, the environment, a file, or nowhere.

IO, blocking: a keyring may show a dialog and wait for the person. On an event loop use ``unlocking``.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from maskwire.errors import ConfigError, VaultError, VaultLocked
from maskwire_daemon.store.keyfile import FileKey
from maskwire_daemon.store.keys import fresh
from maskwire_daemon.store.keytext import from_text
from maskwire_daemon.store.passphrase import PassphraseKey
from maskwire_daemon.store.system_keyring import KeyringKey, NoKeyring

__all__ = [
    "EnvironmentKey",
    "EphemeralKey",
    "FileKey",
    "KeyProvider",
    "KeySettings",
    "KeyringKey",
    "NoKeyring",
    "PassphraseKey",
    "provider",
]

ENVIRONMENT_VARIABLE: Final = "MASKWIRE_MASTER_KEY"
"""Holds the master key for the provider ``env``."""

NAMES: Final = ("keyring", "passphrase", "env", "file", "ephemeral")
"""The providers a person may choose from."""


class KeyProvider(Protocol):
    """One source of the master key. ``persistent`` tells whether the same key comes back after a restart."""

    name: str
    persistent: bool

    def master(self, *, create: bool = True) -> bytes:
        """Return the 32-byte master key; ``create`` makes one where the source has none yet.

        Pass ``create=False`` when a vault exists, so that a lost key is reported and not replaced.

        Raises:
            VaultLocked: the key is not available now, or lost; the message names the remedy.
            ConfigError: what the person set up cannot be a key.
        """

    def replace(self, new: bytes) -> None:
        """Keep ``new`` instead, durably when this returns.

        Raises:
            VaultError: the source did not take it.
        """

    def forget(self) -> None:
        """Remove the key from its source; it is no error when there is none."""


@dataclass(frozen=True, slots=True)
class KeySettings:
    """What a provider needs to know. ``passphrase`` asks the person, or reads where they put it."""

    home: Path
    provider: str = "keyring"
    key_file: Path | None = None
    passphrase: Callable[[], str] | None = None
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)


def provider(settings: KeySettings) -> KeyProvider:
    """Return the provider that ``settings`` names.

    Raises:
        ConfigError: there is none of that name, or it lacks a setting.
    """
    match settings.provider:
        case "keyring":
            return KeyringKey(settings.home)
        case "passphrase":
            if settings.passphrase is None:
                raise ConfigError("there is no terminal to ask for the passphrase", key="keys.provider")
            return PassphraseKey(settings.home, settings.passphrase)
        case "env":
            return EnvironmentKey(settings.environ)
        case "file":
            if settings.key_file is None:
                raise ConfigError("say which file holds the key", key="keys.file")
            return FileKey(settings.key_file)
        case "ephemeral":
            return EphemeralKey()
    raise ConfigError(f"no such key provider; choose one of {', '.join(NAMES)}", key="keys.provider")


class EnvironmentKey:
    """The key in an environment variable, for containers and CI."""

    name = "env"
    persistent = True

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def master(self, *, create: bool = True) -> bytes:
        """Return the key in ``MASKWIRE_MASTER_KEY``; it is never made up here."""
        del create
        text = self._environ.get(ENVIRONMENT_VARIABLE, "")
        if not text:
            raise VaultLocked(
                f"{ENVIRONMENT_VARIABLE} is not set. Put 32 random bytes in base64 there, for example from "
                "`head -c 32 /dev/urandom | base64`, and keep them: without them the vault cannot be read."
            )
        return from_text(text, ENVIRONMENT_VARIABLE)

    def replace(self, new: bytes) -> None:
        """Refuse: a process cannot change its parent's environment."""
        del new
        raise VaultError(f"The key in {ENVIRONMENT_VARIABLE} can be changed only by whoever sets it.")

    def forget(self) -> None:
        """Do nothing: the variable is not ours to unset."""


class EphemeralKey:
    """A random key in memory: what it protects ends with the process."""

    name = "ephemeral"
    persistent = False

    def __init__(self) -> None:
        self._key = fresh()

    def master(self, *, create: bool = True) -> bytes:
        """Return the key of this process."""
        del create
        return self._key

    def replace(self, new: bytes) -> None:
        """Keep ``new`` for the rest of this process."""
        self._key = new

    def forget(self) -> None:
        """Forget the key: the next one asked for is another."""
        self._key = fresh()
