"""What the vault on disk promises beyond the one in memory."""

import sqlite3
from pathlib import Path

import pytest

from maskwire.errors import VaultCorrupt, VaultError, VaultLocked
from maskwire.tokens import Minter
from maskwire.vault import Finding, Token
from maskwire_daemon.store.contract import DEFAULTS, VaultOptions
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.envelope import Envelope
from maskwire_daemon.store.vault import SqliteVault
from tests.fakes.store import Clock
from tests.unit.store.conftest import MASTER

ANN, BOB = Finding("PERSON", "Ann Example"), Finding("PERSON", "Bob Example")
DAY_S = 86_400


def again(database: Database, options: VaultOptions = DEFAULTS) -> SqliteVault:
    """Open the vault as another process would."""
    envelope = Envelope.open(database, MASTER)
    return SqliteVault(database, envelope.keys, Minter(envelope.keys.token), options)


def on_disk(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.iterdir())


def tamper(path: Path, sql: str, *parameters: str) -> None:
    with sqlite3.connect(path) as stranger:
        stranger.execute(sql, parameters)
    stranger.close()


def test_no_value_lies_plain_on_the_disk(vault: SqliteVault, path: Path) -> None:
    canaries = [Finding("PERSON", f"canary-{number}-plain") for number in range(50)]
    tokens = vault.tokenize(canaries)
    for token in tokens:
        vault.resolve(token)

    assert b"canary-" not in on_disk(path)
    assert "canary-".encode("utf-16-le") not in on_disk(path)


def test_a_token_is_on_the_disk_before_it_is_returned(vault: SqliteVault, path: Path, tmp_path: Path) -> None:
    (token,) = vault.tokenize([ANN])
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in path.parent.iterdir():  # what a power cut would leave
        (copy / file.name).write_bytes(file.read_bytes())
    database = Database.open(copy / path.name)
    restored = again(database).resolve(token)
    database.close()

    assert restored == ANN.value


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entries SET sealed = zeroblob(60) WHERE id = 1",
        "UPDATE entries SET sealed = x'00' WHERE id = 1",
        "UPDATE entries SET entity = 'LOCATION' WHERE id = 1",
        "UPDATE entries SET version = 9 WHERE id = 1",
        "UPDATE entries SET lookup = randomblob(32) WHERE id = 1",
        "UPDATE entries SET sealed = (SELECT sealed FROM entries WHERE id = 2) WHERE id = 1",
    ],
)
def test_a_changed_row_is_corruption_never_another_value(
    vault: SqliteVault, database: Database, path: Path, change: str
) -> None:
    token, _ = vault.tokenize([ANN, BOB])
    tamper(path, change)

    with pytest.raises(VaultCorrupt, match="damaged"):
        again(database).resolve(token)


def test_tokens_exchanged_between_rows_are_noticed_before_one_is_sent(
    vault: SqliteVault, database: Database, path: Path
) -> None:
    ann, bob = vault.tokenize([ANN, BOB])
    tamper(path, "UPDATE entries SET token = 'x' WHERE id = 1")
    tamper(path, "UPDATE entries SET token = ? WHERE id = 2", ann)
    tamper(path, "UPDATE entries SET token = ? WHERE id = 1", bob)

    with pytest.raises(VaultCorrupt):
        again(database).tokenize([ANN])
    with pytest.raises(VaultCorrupt):
        again(database).resolve(bob)


def test_a_purge_elsewhere_is_noticed_by_a_vault_in_use(vault: SqliteVault, database: Database, path: Path) -> None:
    (token,) = vault.tokenize([ANN])
    second = Database.open(path)
    again(second).purge(entity="PERSON")

    assert vault.resolve(token) is None
    assert vault.tokenize([ANN]) == [token]
    assert again(second).resolve(token) == ANN.value
    second.close()


def test_purged_values_leave_no_trace_in_the_file(vault: SqliteVault, database: Database, path: Path) -> None:
    vault.tokenize([ANN, BOB])
    sealed = [row[0] for row in database.read("SELECT sealed FROM entries")]
    vault.purge(entity="PERSON")
    remains = on_disk(path)

    assert all(each not in remains for each in sealed)


def test_destroying_leaves_neither_keys_nor_values(vault: SqliteVault, database: Database, path: Path) -> None:
    vault.tokenize([Finding("PERSON", f"Person {number}") for number in range(2_000)])
    traces = [row[0] for row in database.read("SELECT sealed FROM wrapped_keys UNION ALL SELECT sealed FROM entries")]
    database.forget_deleted()
    before = path.stat().st_size
    vault.destroy()
    remains = on_disk(path)

    assert all(trace not in remains for trace in traces)
    assert path.stat().st_size < before / 4
    assert not database.has_vault()


def test_a_vault_destroyed_elsewhere_is_of_no_use_here(vault: SqliteVault, path: Path) -> None:
    (token,) = vault.tokenize([ANN])
    second = Database.open(path)
    again(second).destroy()
    second.close()

    with pytest.raises(VaultLocked, match="destroyed"):
        vault.resolve(token)
    with pytest.raises(VaultLocked, match="destroyed"):
        vault.tokenize([BOB])


def test_a_new_vault_after_destruction_shares_no_token(vault: SqliteVault, database: Database) -> None:
    (before,) = vault.tokenize([ANN])
    vault.destroy()
    new = again(database)
    (after,) = new.tokenize([ANN])

    assert before != after
    assert new.resolve(before) is None


def test_a_use_is_written_later_and_counts(database: Database, clock: Clock) -> None:
    options = VaultOptions(ttl_s=10 * DAY_S, clock=clock)
    vault = again(database, options)
    (token,) = vault.tokenize([ANN])
    clock.pass_s(9 * DAY_S)
    vault.resolve(token)
    vault.close()
    clock.pass_s(9 * DAY_S)

    assert again(database, options).resolve(token) == ANN.value


def test_a_use_that_could_not_be_written_is_written_later(database: Database, clock: Clock) -> None:
    vault = again(database, VaultOptions(clock=clock))
    (token,) = vault.tokenize([ANN])
    clock.pass_s(DAY_S)
    vault.resolve(token)
    with database.write() as connection:
        writer = connection
    writer.execute("PRAGMA query_only=ON")
    with pytest.raises(VaultError):
        vault.expire()
    writer.execute("PRAGMA query_only=OFF")
    vault.close()

    assert database.read("SELECT used FROM entries") == [(int(clock.now),)]


def test_a_vault_closes_though_the_disk_refuses(database: Database, clock: Clock) -> None:
    vault = again(database, VaultOptions(clock=clock))
    (token,) = vault.tokenize([ANN])
    clock.pass_s(DAY_S)
    vault.resolve(token)
    with database.write() as connection:
        writer = connection
    writer.execute("PRAGMA query_only=ON")
    vault.close()

    assert database.read("SELECT used FROM entries") == [(int(clock.now) - DAY_S,)]


def test_reading_hardly_ever_writes(database: Database, clock: Clock) -> None:
    vault = again(database, VaultOptions(clock=clock))
    (token,) = vault.tokenize([ANN])
    clock.pass_s(60)
    vault.resolve(token)
    vault.close()

    assert database.read("SELECT used FROM entries") == [(int(clock.now) - 60,)]


def test_a_value_at_its_term_is_kept_durably_before_it_is_sent(database: Database, clock: Clock, path: Path) -> None:
    options = VaultOptions(ttl_s=10 * DAY_S, clock=clock)
    vault = again(database, options)
    (token,) = vault.tokenize([ANN])
    clock.pass_s(10 * DAY_S)
    vault.tokenize([ANN])
    second = Database.open(path)
    elsewhere = again(second, options)
    clock.pass_s(9 * DAY_S)
    elsewhere.expire()

    assert elsewhere.resolve(token) == ANN.value
    second.close()


def test_a_read_only_file_fails_and_the_next_attempt_works(
    vault: SqliteVault, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as connection:
        writer = connection
    writer.execute("PRAGMA query_only=ON")
    with pytest.raises(VaultError, match="read-only"):
        vault.tokenize([ANN])
    writer.execute("PRAGMA query_only=OFF")
    (token,) = vault.tokenize([ANN])

    assert vault.resolve(token) == ANN.value


def test_a_full_disk_leaves_nothing_half_written(vault: SqliteVault, database: Database) -> None:
    with database.write() as connection:
        writer = connection
    ((pages,),) = database.read("PRAGMA page_count")
    writer.execute(f"PRAGMA max_page_count={pages}")
    many = [Finding("PERSON", f"Person {number} {'x' * 500}") for number in range(500)]
    with pytest.raises(VaultError, match="disk is full"):
        vault.tokenize(many)
    assert vault.count() == {}
    writer.execute("PRAGMA max_page_count=1000000")

    assert len(set(vault.tokenize(many))) == 500


def test_a_value_is_looked_up_and_not_searched_for(vault: SqliteVault, database: Database) -> None:
    (token,) = vault.tokenize([ANN])
    plan = database.read("EXPLAIN QUERY PLAN SELECT * FROM entries WHERE token = ?", (token,))

    assert [str(row[3]).split(" ")[0] for row in plan] == ["SEARCH"]


def test_a_value_is_resolved_while_another_thread_writes(vault: SqliteVault, database: Database) -> None:
    (token,) = vault.tokenize([ANN])
    cold = again(database)
    with database.write() as connection:
        connection.execute("UPDATE entries SET used = used + 1")

        assert cold.resolve(token) == ANN.value


def test_an_unknown_token_is_not_ours_even_in_sql(vault: SqliteVault) -> None:
    vault.tokenize([ANN])

    assert vault.resolve(Token("' OR 1=1 --")) is None
