"""The master key in the keyring of the operating system, through backends that are known to encrypt.

IO, blocking: the system may show a dialog and wait. ``keyring`` would also load plugins that keep plain text
or keep nothing and say nothing; only the classes named here are used, whatever is installed or configured.

Source: https://keyring.readthedocs.io/en/latest/#configuring
"""

import configparser
import hashlib
import importlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol, cast

from maskwire.errors import ConfigError, VaultCorrupt, VaultError, VaultLocked
from maskwire_daemon.store.files import setting_up_key
from maskwire_daemon.store.keys import fresh
from maskwire_daemon.store.keytext import from_text, to_text

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

ALLOWED: Final = MappingProxyType(
    {
        "keyring.backends.macOS.Keyring": "the macOS Keychain",
        "keyring.backends.Windows.WinVaultKeyring": "the Windows Credential Locker",
        "keyring.backends.SecretService.Keyring": "the Secret Service",
        "keyring.backends.libsecret.Keyring": "the Secret Service (libsecret)",
        "keyring.backends.kwallet.DBusKeyring": "KWallet",
    }
)
"""Backends that encrypt under the person's login, with what to call them."""

SERVICE: Final = "maskwire"
"""The service under which the keyring lists our entry."""

_REMEDY: Final = (
    "Use the keyring of your desktop, or choose another key provider: "
    "`maskwire up` with MASKWIRE_KEY_PROVIDER=passphrase asks for a passphrase."
)


class NoKeyring(VaultLocked):
    """This machine has no keyring that may hold a key; waiting will not bring one."""


class Backend(Protocol):
    """What we use of a keyring backend."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return the entry, ``None`` when there is none."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store the entry."""

    def delete_password(self, service: str, username: str) -> None:
        """Remove the entry."""


def class_name(backend: object) -> str:
    """Return the name by which ``backend``'s class is allowed or refused."""
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def pinned(backend: object) -> Backend:
    """Return ``backend`` if its class may hold a key; of a chain, the first member that may.

    Raises:
        NoKeyring: it may not, and the message names it.
    """
    if class_name(backend) == "keyring.backends.chainer.ChainerBackend":
        for member in getattr(backend, "backends", ()):
            if class_name(member) in ALLOWED:
                return cast("Backend", member)
    if class_name(backend) not in ALLOWED:
        raise NoKeyring(
            f"The keyring backend {class_name(backend)} may keep keys in plain text or not at all, so maskwire does "
            f"not use it. Remove it from PYTHON_KEYRING_BACKEND or keyringrc.cfg. {_REMEDY}"
        )
    return cast("Backend", backend)


def system_backend() -> Backend:
    """Return the backend that the person configured for ``keyring``, else the best one that works here.

    Raises:
        NoKeyring: the configured one may not hold a key, or none works here.
    """
    from keyring import core

    try:
        configured = core.load_env() or core.load_config()
    except (ImportError, AttributeError, ValueError, RuntimeError, configparser.Error) as error:
        name = os.environ.get("PYTHON_KEYRING_BACKEND", "named in keyringrc.cfg")
        raise NoKeyring(f"The keyring backend {name} does not work here. {_REMEDY}") from error
    if configured is not None:
        return pinned(configured)
    working = [cls for cls in map(_load, ALLOWED) if cls.viable]
    if not working:
        raise NoKeyring(f"No keyring runs on this machine. {_REMEDY}")
    return cast("Backend", max(working, key=lambda cls: cls.priority)())


class KeyringKey:
    """The key as one entry of the system's keyring, named after ``home`` so that two homes never share it."""

    name = "keyring"
    persistent = True

    def __init__(self, home: Path, backend: Callable[[], Backend] = system_backend) -> None:
        self._home = home
        self._backend = backend
        place = os.path.normcase(home.resolve())
        self._entry = "vault key " + hashlib.sha256(place.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def master(self, *, create: bool = True) -> bytes:
        """Return the key in the keyring; with ``create``, make one where there is none.

        Raises:
            NoKeyring: this machine has no keyring that may hold a key.
            VaultLocked: the keyring is locked, or the key was removed from it.
        """
        with _explained():
            backend = self._backend()
            if (key := self._read(backend)) is not None:
                return key
            if not create:
                raise VaultLocked(
                    "The keyring no longer holds the key of this vault. Restore the keyring from a backup, or run "
                    "`maskwire purge --all` to start with an empty vault."
                )
            with setting_up_key(self._home):
                return self._read(backend) or self._write(backend, fresh())

    def replace(self, new: bytes) -> None:
        """Keep ``new`` instead of the present key."""
        with _explained(), setting_up_key(self._home):
            self._write(self._backend(), new)

    def forget(self) -> None:
        """Remove the entry; it is no error when there is none."""
        with _explained():
            backend = self._backend()
            if backend.get_password(SERVICE, self._entry) is not None:
                backend.delete_password(SERVICE, self._entry)

    def _read(self, backend: Backend) -> bytes | None:
        text = backend.get_password(SERVICE, self._entry)
        if text is None:
            return None
        try:
            return from_text(text, "the keyring's entry")
        except ConfigError:
            raise VaultCorrupt(
                f"The keyring's entry {self._entry!r} of {SERVICE!r} is not a key: something else changed it. It was "
                "left as it is; restore the keyring from a backup."
            ) from None

    def _write(self, backend: Backend, key: bytes) -> bytes:
        """Store ``key`` and read it back: some backends take everything and keep nothing."""
        backend.set_password(SERVICE, self._entry, to_text(key))
        kept = self._read(backend)
        if kept is None or not secrets.compare_digest(kept, key):
            raise VaultError("The keyring did not keep the key it was given. " + _REMEDY)
        return key


def _load(path: str) -> "type[KeyringBackend]":
    module, _, name = path.rpartition(".")
    return cast("type[KeyringBackend]", getattr(importlib.import_module(module), name))


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the backends raise, each its own family, into a VaultLocked that names the remedy."""
    try:
        yield
    except (VaultError, ConfigError):
        raise
    except Exception as error:
        raise VaultLocked(
            f"The keyring is locked or does not answer ({type(error).__name__}). "
            "Unlock the keyring, then run `maskwire status`."
        ) from error
