import sqlite3
import threading
from pathlib import Path

import pytest

from maskwire.errors import VaultCorrupt, VaultLocked
from maskwire.tokens import Minter
from maskwire.vault import Finding
from maskwire_daemon.store import meta
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.envelope import Envelope, Slot
from maskwire_daemon.store.vault import SqliteVault
from tests.unit.store.conftest import MASTER

OTHER = bytes(range(1, 33))


def test_the_same_master_gives_the_same_keys(database: Database) -> None:
    first, second = Envelope.open(database, MASTER).keys, Envelope.open(database, MASTER).keys

    assert (first.token, first.index, first.ca) == (second.token, second.index, second.ca)


def test_two_vaults_of_one_master_have_other_keys(database: Database, tmp_path: Path) -> None:
    second = Database.open(tmp_path / "second.db")
    tokens = {Envelope.open(each, MASTER).keys.token for each in (database, second)}
    second.close()

    assert len(tokens) == 2


def test_another_master_is_told_from_damage(database: Database, envelope: Envelope) -> None:
    with pytest.raises(VaultLocked, match=r"does not open .*purge --all"):
        Envelope.open(database, OTHER)


def test_no_key_lies_plain_in_the_file(database: Database, envelope: Envelope, path: Path) -> None:
    database.forget_deleted()
    content = path.read_bytes()

    for key in (MASTER, envelope.keys.token, envelope.keys.index, *envelope.versions(database).values()):
        assert key not in content


def test_a_vault_is_set_up_only_when_asked_to(database: Database) -> None:
    assert not database.has_vault()
    with pytest.raises(VaultLocked, match="holds no vault yet"):
        Envelope.open(database, MASTER, create=False)
    assert not database.has_vault()
    Envelope.open(database, MASTER)
    assert database.has_vault()


@pytest.mark.parametrize("name", ["root", "values:1"])
def test_a_changed_key_is_corruption_not_a_wrong_master(
    database: Database, envelope: Envelope, path: Path, name: str
) -> None:
    with sqlite3.connect(path) as stranger:
        stranger.execute("UPDATE wrapped_keys SET sealed = zeroblob(60) WHERE name = ?", (name,))
    stranger.close()

    with pytest.raises(VaultCorrupt):
        Envelope.open(database, MASTER)


def test_keys_exchanged_with_each_other_do_not_verify(database: Database, envelope: Envelope, path: Path) -> None:
    with sqlite3.connect(path) as stranger:
        stranger.execute("UPDATE wrapped_keys SET sealed = (SELECT sealed FROM wrapped_keys WHERE name = 'root')")
    stranger.close()

    with pytest.raises(VaultCorrupt):
        Envelope.open(database, MASTER)


def test_a_missing_root_is_corruption(database: Database, envelope: Envelope, path: Path) -> None:
    with database.write() as connection:
        connection.execute("DELETE FROM wrapped_keys WHERE name = 'root'")

    with pytest.raises(VaultCorrupt, match="damaged"):
        Envelope.open(database, MASTER)


def test_two_that_start_at_once_agree_on_the_keys(path: Path) -> None:
    tokens: list[bytes] = []
    ready = threading.Barrier(4, timeout=60)

    def start() -> None:
        opened = Database.open(path)
        ready.wait()
        tokens.append(Envelope.open(opened, MASTER).keys.token)
        opened.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(tokens) == 4
    assert len(set(tokens)) == 1


def test_a_slot_left_behind_is_removed_by_whoever_opens_the_vault(database: Database, envelope: Envelope) -> None:
    vault = meta.value(database, meta.VAULT)
    assert vault is not None
    with database.write() as connection:
        Slot(OTHER, vault).write(connection, "root", bytes(32))
    Envelope.open(database, MASTER)

    assert database.read("SELECT DISTINCT slot FROM wrapped_keys") == [(envelope.slot.id,)]


def test_a_slot_stays_while_the_master_key_is_being_changed(database: Database, envelope: Envelope) -> None:
    vault = meta.value(database, meta.VAULT)
    assert vault is not None
    with database.lock(), database.write() as connection:
        Slot(OTHER, vault).write(connection, "root", bytes(32))
    with database.lock():
        Envelope.open(database, MASTER)

        assert len(database.read("SELECT DISTINCT slot FROM wrapped_keys")) == 2


def test_repr_shows_no_key(envelope: Envelope) -> None:
    assert repr(envelope) + repr(envelope.slot) == "<Envelope><Slot>"


@pytest.mark.parametrize("rows", ["wrapped_keys", "entries"])
def test_a_vault_that_lost_its_name_is_not_set_up_over(database: Database, vault: SqliteVault, rows: str) -> None:
    vault.tokenize([Finding("PERSON", "Ann")])
    with database.write() as connection:
        connection.execute("DELETE FROM meta WHERE name = 'vault'")
        connection.execute("DELETE FROM wrapped_keys WHERE ? = 'entries'", (rows,))
    before = database.read("SELECT * FROM wrapped_keys UNION ALL SELECT id, entity, sealed FROM entries")

    with pytest.raises(VaultCorrupt, match="damaged"):
        Envelope.open(database, MASTER)
    assert database.read("SELECT * FROM wrapped_keys UNION ALL SELECT id, entity, sealed FROM entries") == before


def test_a_destruction_that_was_cut_off_is_finished_by_the_next_vault(database: Database, vault: SqliteVault) -> None:
    tokens = vault.tokenize([Finding("PERSON", "Ann")])
    with database.write() as connection:  # what the first step of destroying leaves
        connection.execute("DELETE FROM wrapped_keys")
        connection.execute("DELETE FROM meta WHERE name = 'vault'")
        meta.put(connection, meta.DESTROYED, b"1")
    keys = Envelope.open(database, MASTER).keys
    new = SqliteVault(database, keys, Minter(keys.token))

    assert new.count() == {}
    assert new.resolve(tokens[0]) is None
    assert meta.value(database, meta.DESTROYED) is None
