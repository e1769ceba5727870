import sqlite3
from pathlib import Path

import pytest
from filelock import Timeout

from maskwire.errors import VaultCorrupt, VaultError
from maskwire_daemon.store.faults import explained

PATH = Path("home") / "maskwire.db"


def of_code(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("secret value in sqlite's words")
    error.sqlite_errorcode = code
    error.sqlite_errorname = "SQLITE_ODD"
    return error


@pytest.mark.parametrize(
    ("raised", "expected", "sentence"),
    [
        (of_code(sqlite3.SQLITE_FULL), VaultError, "disk is full"),
        (of_code(sqlite3.SQLITE_IOERR_WRITE), VaultError, "disk could not be read or written"),
        (of_code(sqlite3.SQLITE_READONLY_DBMOVED), VaultError, "read-only"),
        (of_code(sqlite3.SQLITE_CANTOPEN), VaultError, "cannot be opened"),
        (of_code(sqlite3.SQLITE_BUSY_SNAPSHOT), VaultError, "another program"),
        (of_code(sqlite3.SQLITE_CORRUPT_INDEX), VaultCorrupt, "purge --all"),
        (of_code(sqlite3.SQLITE_NOTADB), VaultCorrupt, "left as it was|left as it is"),
        (of_code(sqlite3.SQLITE_TOOBIG), VaultError, "SQLITE_ODD"),
        (sqlite3.ProgrammingError("closed"), VaultError, "ProgrammingError|SQLITE"),
        (Timeout("lock"), VaultError, "another maskwire holds it"),
        (PermissionError(13, "Permission denied"), VaultError, "Permission denied"),
    ],
)
def test_each_fault_becomes_a_sentence(raised: Exception, expected: type[VaultError], sentence: str) -> None:
    with pytest.raises(VaultError, match=sentence) as caught, explained(PATH):
        raise raised

    assert type(caught.value) is expected
    assert str(PATH) in str(caught.value)
    assert "secret value" not in str(caught.value)


def test_errors_of_ours_pass_as_they_are() -> None:
    with pytest.raises(VaultCorrupt, match="as it was raised"), explained(PATH):
        raise VaultCorrupt("as it was raised")
