import threading
from pathlib import Path

import pytest

from maskwire.errors import VaultError, VaultLocked
from maskwire.tokens import Minter
from maskwire.vault import Finding, Token
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.envelope import Envelope
from maskwire_daemon.store.rotation import rotate_master, rotate_values
from maskwire_daemon.store.vault import SqliteVault
from tests.unit.store.conftest import MASTER

NEW = bytes(range(100, 132))
FINDINGS = [Finding("PERSON", f"Person {number}") for number in range(1_200)]


def nothing(*_: object) -> None:
    pass


def fail(_: bytes) -> None:
    raise VaultError("the keyring refused")


def open_vault(database: Database, master: bytes) -> SqliteVault:
    envelope = Envelope.open(database, master)
    return SqliteVault(database, envelope.keys, Minter(envelope.keys.token))


def versions(database: Database) -> list[tuple[int]]:
    return database.read("SELECT DISTINCT version FROM entries ORDER BY version")


def test_tokens_and_values_outlive_a_new_master_key(database: Database, envelope: Envelope, vault: SqliteVault) -> None:
    tokens = vault.tokenize(FINDINGS[:20])
    adopted: list[bytes] = []
    rotate_master(envelope, NEW, adopted.append)
    slots = database.read("SELECT DISTINCT slot FROM wrapped_keys")
    reopened = open_vault(database, NEW)

    assert adopted == [NEW]
    assert slots == [(envelope.slot.id,)]
    assert reopened.tokenize(FINDINGS[:20]) == tokens
    assert [reopened.resolve(token) for token in tokens] == [finding.value for finding in FINDINGS[:20]]
    with pytest.raises(VaultLocked):
        Envelope.open(database, MASTER)


def test_the_new_key_opens_the_vault_before_the_provider_is_told(database: Database, envelope: Envelope) -> None:
    def adopt(new: bytes) -> None:
        for master in (MASTER, new):
            assert Envelope.open(database, master).keys.token == envelope.keys.token

    rotate_master(envelope, NEW, adopt)


@pytest.mark.parametrize("held", [MASTER, NEW])
def test_whichever_key_the_provider_ended_up_with_opens_the_vault(
    database: Database, envelope: Envelope, vault: SqliteVault, held: bytes
) -> None:
    (token,) = vault.tokenize(FINDINGS[:1])
    with pytest.raises(VaultError, match="refused"):
        rotate_master(envelope, NEW, fail)

    assert open_vault(database, held).resolve(token) == FINDINGS[0].value
    assert len(database.read("SELECT DISTINCT slot FROM wrapped_keys")) == 1


def test_a_new_master_key_changes_nothing_for_a_vault_in_use(
    envelope: Envelope, vault: SqliteVault, database: Database
) -> None:
    tokens = vault.tokenize(FINDINGS[:5])
    rotate_master(envelope, NEW, nothing)

    assert vault.tokenize(FINDINGS[:5]) == tokens
    vault.tokenize(FINDINGS[5:10])
    assert open_vault(database, NEW).resolve(tokens[0]) == FINDINGS[0].value


def test_the_same_master_key_again_is_no_change(envelope: Envelope) -> None:
    rotate_master(envelope, MASTER, fail)


def test_every_value_is_encrypted_anew_and_tokens_stay(
    database: Database, envelope: Envelope, vault: SqliteVault
) -> None:
    tokens = vault.tokenize(FINDINGS)
    before = dict(database.read("SELECT token, sealed FROM entries"))
    steps: list[tuple[int, int]] = []
    done = rotate_values(envelope, lambda some, total: steps.append((some, total)))
    after = dict(database.read("SELECT token, sealed FROM entries"))

    assert done == len(FINDINGS)
    assert steps == [(500, 1_200), (1_000, 1_200), (1_200, 1_200)]
    assert not set(before.values()) & set(after.values())
    assert versions(database) == [(2,)]
    assert set(envelope.versions(database)) == {2}
    assert vault.tokenize(FINDINGS) == tokens
    assert open_vault(database, MASTER).resolve(tokens[7]) == FINDINGS[7].value


def test_the_old_data_key_is_gone_from_the_file(
    envelope: Envelope, database: Database, vault: SqliteVault, path: Path
) -> None:
    vault.tokenize(FINDINGS[:3])
    ((old,),) = database.read("SELECT sealed FROM wrapped_keys WHERE name = 'values:1'")
    rotate_values(envelope, nothing)

    remains = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert old not in remains


def test_a_rotation_that_was_cut_off_is_finished_by_the_next(
    database: Database, envelope: Envelope, vault: SqliteVault
) -> None:
    def cut_off(done: int, _: int) -> None:
        raise InterruptedError(done)

    tokens = vault.tokenize(FINDINGS)
    with pytest.raises(InterruptedError):
        rotate_values(envelope, cut_off)
    assert versions(database) == [(1,), (2,)]
    assert vault.resolve(tokens[0]) == FINDINGS[0].value
    assert vault.resolve(tokens[-1]) == FINDINGS[-1].value
    done = rotate_values(envelope, nothing)

    assert done == len(FINDINGS) - 500
    assert versions(database) == [(2,)]


def test_another_process_writes_with_the_new_key_at_once(database: Database, envelope: Envelope, path: Path) -> None:
    second = Database.open(path)
    elsewhere = open_vault(second, MASTER)
    elsewhere.tokenize(FINDINGS[:600])
    written: list[Token] = []

    def meanwhile(*_: int) -> None:
        written.extend(elsewhere.tokenize([Finding("PERSON", f"Meanwhile {len(written)}")]))

    rotate_values(envelope, meanwhile)
    restored = [open_vault(database, MASTER).resolve(token) for token in written]
    second.close()

    assert restored == ["Meanwhile 0", "Meanwhile 1"]
    assert versions(database) == [(2,)]


def test_requests_go_on_while_values_are_encrypted_anew(envelope: Envelope, vault: SqliteVault) -> None:
    vault.tokenize(FINDINGS)
    problems: list[BaseException] = []
    stop = threading.Event()

    def work() -> None:
        number = 0
        try:
            while not stop.is_set():
                number += 1
                (token,) = vault.tokenize([Finding("PERSON", f"During {number}")])
                assert vault.resolve(token) == f"During {number}"
        except BaseException as error:  # noqa: BLE001 - reported below
            problems.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    for _ in range(3):
        rotate_values(envelope, nothing)
    stop.set()
    thread.join()

    assert problems == []
