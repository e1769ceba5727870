"""The master key in a file that only its owner can read, for servers with a secrets store of their own.

IO. maskwire never makes such a file by itself: a plain key beside the vault protects nothing.
"""

import os
import stat
from pathlib import Path
from typing import Final

from maskwire.errors import VaultError, VaultLocked
from maskwire_daemon.store.files import write_private
from maskwire_daemon.store.keytext import from_text, to_text

_LONGEST: Final = 1_024
"""Bytes read of the file: a key has 44, and white space may follow."""


class FileKey:
    """The key in the file at ``path``."""

    name = "file"
    persistent = True

    def __init__(self, path: Path) -> None:
        self._path = path

    def master(self, *, create: bool = True) -> bytes:
        """Return the key in the file; it is never made up here.

        Raises:
            VaultLocked: there is no such file, or others than its owner may read it.
            ConfigError: it does not hold a key.
        """
        del create
        try:
            descriptor = os.open(self._path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        except OSError as error:
            raise VaultLocked(
                f"The key file {self._path} cannot be read ({error.strerror}). Make one with "
                f"`umask 077; head -c 32 /dev/urandom | base64 > {self._path}` and keep a copy of it."
            ) from error
        try:
            self._must_be_private(os.fstat(descriptor))
            text = os.read(descriptor, _LONGEST).decode("ascii", "replace")
        finally:
            os.close(descriptor)
        return from_text(text, f"the key file {self._path}")

    def replace(self, new: bytes) -> None:
        """Write ``new`` in place of the key in the file."""
        try:
            write_private(self._path, to_text(new).encode() + b"\n")
        except OSError as error:
            raise VaultError(f"The key file {self._path} cannot be written ({error.strerror}).") from error

    def forget(self) -> None:
        """Remove the file."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            raise VaultError(f"The key file {self._path} cannot be removed ({error.strerror}).") from error

    def _must_be_private(self, found: os.stat_result) -> None:
        if not stat.S_ISREG(found.st_mode):
            raise VaultLocked(f"The key file {self._path} is not a file.")
        if os.name != "posix":
            return
        if found.st_uid not in (os.geteuid(), 0):
            raise VaultLocked(f"The key file {self._path} belongs to another user. Make it your own with `chown`.")
        if found.st_mode & 0o077:
            raise VaultLocked(f"The key file {self._path} can be read by others. Run `chmod 600 {self._path}`.")
