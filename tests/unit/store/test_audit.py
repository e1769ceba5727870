import json
import sqlite3
from collections.abc import Iterator
from dataclasses import astuple, replace
from pathlib import Path

import pytest

from maskwire.errors import VaultError
from maskwire_daemon.store import batches
from maskwire_daemon.store.act import Act
from maskwire_daemon.store.audit import LOST, AuditLog
from maskwire_daemon.store.chain import Chain
from maskwire_daemon.store.database import Database

KEY = bytes(range(32))


@pytest.fixture
def log(database: Database) -> Iterator[AuditLog]:
    made = AuditLog(database, KEY)
    yield made
    made.close()


def act(number: int) -> Act:
    return Act(at=1_000.0 + number, actor="owner", deed="reveal", subject="PERSON", status=number)


def test_what_was_queued_is_read_newest_first(log: AuditLog) -> None:
    for number in range(3):
        log.record(act(number))

    assert [entry.act for entry in log.entries()] == [act(2), act(1), act(0)]


def test_pages_follow_each_other(log: AuditLog) -> None:
    for number in range(5):
        log.record(act(number))
    first = log.entries(2)

    assert [entry.id for entry in log.entries(2, before_id=first[-1].id)] == [3, 2]


def test_an_act_that_must_be_kept_first_keeps_the_order(log: AuditLog) -> None:
    log.record(act(0))
    log.record_now(act(1))

    assert [entry.act.status for entry in log.entries()] == [1, 0]


def test_an_act_that_cannot_be_kept_says_so(log: AuditLog, database: Database) -> None:
    database.close()

    with pytest.raises(VaultError):
        log.record_now(act(0))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE acts SET actor = 'somebody' WHERE id = 2",
        "DELETE FROM acts WHERE id = 2",
        "UPDATE acts SET id = CASE id WHEN 1 THEN 9 WHEN 2 THEN 1 END WHERE id IN (1, 2)",
        "DELETE FROM acts WHERE id = 4",
    ],
    ids=["changed", "removed", "reordered", "cut off"],
)
def test_tampering_shows(log: AuditLog, path: Path, change: str) -> None:
    for number in range(4):
        log.record_now(act(number))
    assert log.verify().ok

    with sqlite3.connect(path) as stranger:
        stranger.execute(change)
    stranger.close()

    assert not log.verify().ok


def test_a_row_chained_as_the_journal_chains_is_foreign(log: AuditLog, path: Path) -> None:
    log.record_now(act(0))
    journals = Chain(KEY).key_id

    with sqlite3.connect(path) as stranger:
        assert stranger.execute("SELECT key FROM acts").fetchone()[0] != journals
    stranger.close()


def test_old_entries_go_and_the_rest_verifies(log: AuditLog) -> None:
    for number in range(3):
        log.record(act(number))
    log.record(Act(at=4e9, actor="owner", deed="pause"))
    assert len(log.entries()) == 4

    assert log.prune(60, 10**9) == 3
    assert [entry.act.deed for entry in log.entries()] == ["pause"]
    assert log.verify().ok


def test_who_is_refused_without_end_hides_nobodys_acts(log: AuditLog) -> None:
    log.record(Act(1_000.0, "this computer", "PUT", "/v1/hosts/api.openai.com"))
    for number in range(20_000):
        log.record(Act(1_001.0 + number / 100, "reports", "PUT", "/v1/hosts/{host}", 403))
    log.flush()
    log.prune(4e9, 1_000)

    assert [(e.act.actor, e.act.times) for e in log.entries()] == [
        ("reports", 19_999),
        ("reports", 1),
        ("this computer", 1),
    ]
    assert log.verify().ok


def test_what_is_counted_is_kept_when_the_log_is_closed(database: Database) -> None:
    log = AuditLog(database, KEY)
    for _ in range(5):
        log.record(Act(1_000.0, "reports", "PUT", "/v1/pause", 403))
    log.close()
    after = AuditLog(database, KEY)

    assert [entry.act.times for entry in after.entries()] == [4, 1]
    assert after.verify().ok


def test_a_count_cannot_be_changed(log: AuditLog, path: Path) -> None:
    log.record_now(replace(act(0), times=7))
    log.record_now(act(1))
    with sqlite3.connect(path) as stranger:
        stranger.execute("UPDATE acts SET times = 1 WHERE times = 7")
    stranger.close()

    assert log.verify().first_bad == 1


def test_entries_of_a_version_before_the_counts_verify(log: AuditLog, database: Database) -> None:
    log.record_now(act(0))
    ((size,),) = database.read("SELECT size FROM acts")

    assert size == len(json.dumps([1, *astuple(act(0))[:5]], separators=(",", ":")))


def test_entries_that_were_lost_are_told_in_the_log(
    log: AuditLog, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "QUEUE", 3)
    with database.write():
        for number in range(8):
            log.record(act(number))
        lost = log.dropped
    log.flush()
    told = [entry.act for entry in log.entries() if entry.act.deed == LOST]

    assert lost >= 4
    assert [act.times for act in told] == [lost]
    assert log.verify().ok
    assert log.verify().note == f"{lost} since the start were lost: the disk refused them for too long"


def test_what_is_being_counted_comes_first_and_has_no_number_yet(log: AuditLog) -> None:
    for number in range(5):
        log.record(Act(1_000.0 + number, "reports", "POST", "/v1/pause", 403))
    log.record(Act(1_005.0, "this computer", "POST", "/v1/resume"))
    shown = [(e.id, e.act.actor, e.act.at, e.act.times) for e in log.entries()]

    assert shown == [(0, "reports", 1_004.0, 4), (2, "this computer", 1_005.0, 1), (1, "reports", 1_000.0, 1)]
    assert [entry.id for entry in log.entries(2)] == [0, 2]
    assert [entry.id for entry in log.entries(before_id=2)] == [1]
