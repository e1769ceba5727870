import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from maskwire.errors import VaultCorrupt, VaultError
from maskwire_daemon.store import database as module
from maskwire_daemon.store import meta
from maskwire_daemon.store.database import Database


def tables(path: Path) -> set[str]:
    with sqlite3.connect(path) as connection:
        found = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    connection.close()
    return found


def test_a_new_file_is_private_and_holds_the_tables(path: Path) -> None:
    Database.open(path).close()

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert tables(path) >= {"meta", "wrapped_keys", "entries", "retired", "exchanges"}


def test_the_log_beside_the_file_is_private_too(path: Path, database: Database) -> None:
    with database.write() as connection:
        meta.put(connection, "fact", b"1")
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}

    assert modes == dict.fromkeys(modes, 0o600)
    assert f"{path.name}-wal" in modes


def test_all_that_start_at_once_open_a_new_file(path: Path) -> None:
    opened: list[Path] = []

    def start(file: Path, ready: threading.Barrier) -> None:
        ready.wait()
        Database.open(file).close()
        opened.append(file)

    for number in range(20):
        ready = threading.Barrier(6, timeout=60)
        file = path.with_name(f"{number}.db")
        threads = [threading.Thread(target=start, args=(file, ready)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(opened) == 120


def test_an_existing_file_that_others_may_read_is_made_private(path: Path) -> None:
    Database.open(path).close()
    path.chmod(0o644)
    Database.open(path).close()

    assert path.stat().st_mode & 0o777 == 0o600


def test_writes_are_durable_and_deleted_bytes_are_overwritten(database: Database) -> None:
    expected = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "temp_store": 2, "auto_vacuum": 2}
    with database.write() as connection:
        found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in expected}

    assert expected == found


def test_a_failed_block_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.write() as connection:
            meta.put(connection, "fact", b"1")
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    assert meta.value(database, "fact") is None
    with database.write() as connection:
        meta.put(connection, "fact", b"2")
    assert meta.value(database, "fact") == b"2"


def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    with database.write() as connection:
        meta.put(connection, "fact", b"1")
        seen: list[bytes | None] = []
        thread = threading.Thread(target=lambda: seen.append(meta.value(database, "fact")))
        thread.start()
        thread.join(20)

        assert seen == [None]


def test_a_snapshot_does_not_see_later_writes(database: Database) -> None:
    with database.snapshot() as connection:
        before = meta.epoch(connection)
        with database.write() as writer:
            meta.advance(writer)

        assert meta.epoch(connection) == before
    assert meta.epoch(database) == before + 1


def test_many_threads_write_without_losing_a_count(database: Database) -> None:
    def count() -> None:
        for _ in range(20):
            with database.write() as connection:
                meta.advance(connection)
            meta.epoch(database)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert meta.epoch(database) == 160


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough to be one" * 40, b"SQLite format 3\0" + bytes(200)]
)
def test_a_file_that_is_no_database_is_refused_and_kept(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)

    with pytest.raises(VaultCorrupt, match=r"left as it is.*purge --all"):
        Database.open(path)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_refused_and_kept(path: Path) -> None:
    path.parent.mkdir()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE bookmarks (url TEXT)")
    other.close()
    before = path.read_bytes()

    with pytest.raises(VaultCorrupt, match="not a database of maskwire"):
        Database.open(path)
    assert path.read_bytes() == before


def test_a_damaged_page_is_found_when_the_file_is_opened(path: Path) -> None:
    opened = Database.open(path)
    with opened.write() as connection:
        for number in range(200):
            meta.put(connection, f"fact {number}", bytes(200))
    opened.close()
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 4096] = b"\xff" * 4096
    path.write_bytes(content)

    with pytest.raises(VaultCorrupt, match="damaged"):
        Database.open(path)
    assert path.read_bytes() == bytes(content)


def test_a_file_of_a_newer_version_is_refused(path: Path) -> None:
    opened = Database.open(path)
    with opened.write() as connection:
        connection.execute(f"PRAGMA user_version={module.STEPS + 1}")
    opened.close()

    with pytest.raises(VaultError, match="newer maskwire"):
        Database.open(path)


def test_tables_cut_off_while_being_made_are_made_again(path: Path) -> None:
    Database.open(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version=0")
    connection.close()
    opened = Database.open(path)
    steps = opened.read("PRAGMA user_version")
    opened.close()

    assert steps == [(module.STEPS,)]


def test_a_trigger_slipped_into_the_file_does_not_run(database: Database, path: Path) -> None:
    with sqlite3.connect(path) as stranger:
        stranger.execute("CREATE TRIGGER spy AFTER INSERT ON meta BEGIN DELETE FROM meta; END")
    stranger.close()
    with database.write() as connection:
        meta.put(connection, "fact", b"1")

    assert meta.value(database, "fact") == b"1"


def test_a_file_in_use_is_reported_with_what_to_do(
    path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_WRITE_WAIT_S", 0.05)
    second = Database.open(path)
    with database.write(), pytest.raises(VaultError, match="another program is using"), second.write():
        pass
    second.close()


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(VaultError, match=r"maskwire\.db"):
        Database.open(tmp_path / "file" / "maskwire.db")


def test_a_closed_database_says_so(database: Database) -> None:
    database.close()
    database.close()

    with pytest.raises(VaultError, match="closed"):
        database.read("SELECT 1")
    with pytest.raises(VaultError, match="closed"), database.write():
        pass


def test_a_sound_file_passes_the_full_check(database: Database) -> None:
    assert database.check() == []


def test_the_number_of_steps_is_that_of_the_migrations() -> None:
    from maskwire_daemon.store.migrations import migrations

    assert len(migrations._migrations) == module.STEPS


MEMORY_PROBE = """
import sys
from pathlib import Path
from maskwire_daemon.store.database import Database
before = set(sys.modules)
Database.open(Path(sys.argv[1])).close()
print(*sorted({"numpy", "pandas", "sqlite_utils"} & set(sys.modules)))
import numpy
"""


def test_opening_imports_sqlite_utils_once_and_never_numpy(path: Path) -> None:
    imported = [
        subprocess.run(
            [sys.executable, "-c", MEMORY_PROBE, str(path)], check=True, capture_output=True, text=True
        ).stdout
        for _ in range(2)
    ]

    assert imported == ["sqlite_utils\n", "\n"]
