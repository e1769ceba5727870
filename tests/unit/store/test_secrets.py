"""Known secrets are kept as fingerprints: found again, never read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from maskwire.detect.fingerprints import Fingerprints
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.secrets import Found, SecretStore

KEY = bytes(range(32))
VALUE = "hunter2-and-more"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "maskwire.db")
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> SecretStore:
    return SecretStore(database, KEY)


def test_a_learned_secret_is_found_again(store: SecretStore) -> None:
    assert store.learn([Found("TOKEN", ".env", VALUE)], 5.0) == 1
    spans = list(Fingerprints(KEY, store.prints()).find(f"it is {VALUE}"))

    assert [(s.start, s.end) for s in spans] == [(6, 6 + len(VALUE))]
    assert [(k.name, k.source, k.learned) for k in store.known()] == [("TOKEN", ".env", 5.0)]


def test_learning_again_changes_nothing_but_name_and_time(store: SecretStore) -> None:
    store.learn([Found("TOKEN", ".env", VALUE)], 5.0)
    prints = store.prints()

    assert store.learn([Found("OTHER", ".env", VALUE)], 6.0) == 0
    assert store.prints() == prints
    assert [(k.name, k.learned) for k in store.known()] == [("OTHER", 6.0)]


def test_secrets_that_differ_in_case_are_two(store: SecretStore) -> None:
    assert store.learn([Found("A", ".env", VALUE), Found("B", ".env", VALUE.upper())], 5.0) == 2


def test_secrets_are_forgotten_by_name_by_source_or_all(store: SecretStore) -> None:
    store.learn([Found(name, source, f"{VALUE}{name}{source}") for name in "abc" for source in ("x", "y")], 1.0)

    assert store.forget(["a", "nothing"]) == 2
    assert store.forget(["x"]) == 2
    assert store.forget([]) == 2
    assert store.prints() == []


def test_no_value_reaches_the_disk_or_a_repr(store: SecretStore, database: Database, tmp_path: Path) -> None:
    found = Found("TOKEN", ".env", VALUE)
    store.learn([found], 1.0)
    database.close()

    assert VALUE not in repr(found)
    assert not any(VALUE.encode() in file.read_bytes() for file in tmp_path.iterdir())


def test_what_is_too_short_is_not_learned(store: SecretStore) -> None:
    assert store.learn([Found("PIN", ".env", "1234")], 1.0) == 0
