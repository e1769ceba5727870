"""What went wrong with the database file, as a sentence that names the remedy.

Source: https://www.sqlite.org/rescode.html
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import Timeout

from maskwire.errors import VaultCorrupt, VaultError

_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})

_SENTENCES = {
    sqlite3.SQLITE_FULL: "the disk is full. Free some space, then try again.",
    sqlite3.SQLITE_IOERR: "the disk could not be read or written. Check the disk and its free space, then try again.",
    sqlite3.SQLITE_READONLY: "the file is read-only. Give yourself the right to write it, then try again.",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened. Check that its folder exists and is yours, then try again.",
    sqlite3.SQLITE_PERM: "access is denied. Check that the file is yours, then try again.",
    sqlite3.SQLITE_BUSY: "another program is using the file. Close it, or try again in a moment.",
    sqlite3.SQLITE_LOCKED: "another program is using the file. Close it, or try again in a moment.",
}


def damaged(path: Path) -> str:
    """Return the sentence for a file whose bytes do not verify."""
    return (
        f"{path} is damaged or was changed by something else; it was left as it is. "
        "Restore it from a backup, or run `maskwire purge --all` to start with an empty vault."
    )


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the operating system raise about ``path`` into a VaultError with its remedy."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in _CORRUPT:
            raise VaultCorrupt(damaged(path)) from error
        reason = _SENTENCES.get(code, f"SQLite reports {getattr(error, 'sqlite_errorname', type(error).__name__)}.")
        raise VaultError(f"{path}: {reason}") from error
    except Timeout as error:
        raise VaultError(f"{path}: another maskwire holds it. Stop it, or try again in a moment.") from error
    except OSError as error:
        raise VaultError(f"{path}: {error.strerror or type(error).__name__}.") from error
