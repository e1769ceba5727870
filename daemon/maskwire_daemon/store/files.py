"""Small private files, written whole or not at all, and the lock under which keys are made.

IO.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from maskwire.errors import VaultError, VaultLocked

_KEY_WAIT_S: Final = 10.0
"""Longest wait for another process that makes a key: Argon2 takes 0.5 s on a slow machine."""


def private_folder(path: Path) -> None:
    """Create ``path`` and its parents where they are missing, readable by their owner alone."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_private(path: Path, content: bytes) -> None:
    """Replace ``path`` by ``content``, mode 0600; after a crash either the old or the new content stands.

    Raises:
        OSError: nothing was changed.
    """
    private_folder(path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(draft, "xb", opener=_private) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _keep_name(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _keep_name(folder: Path) -> None:
    """Write the folder's list of names to the disk, so that a power cut does not bring the old file back."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def setting_up_key(home: Path) -> Iterator[None]:
    """Let one process at a time make or replace the master key of ``home``.

    Raises:
        VaultLocked: another process is at it for long, perhaps before a dialog.
    """
    try:
        private_folder(home)
        with FileLock(home / "key.lock", timeout=_KEY_WAIT_S, mode=0o600):
            yield
    except Timeout:
        raise VaultLocked("Another maskwire is setting up its key. Finish that, then try again.") from None
    except OSError as error:
        raise VaultError(f"{home} cannot be written ({error.strerror}).") from error
