import json
import math
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire.errors import VaultError
from maskwire.exchange import Exchange, Outcome, Spot
from maskwire_daemon.store import batches
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.exchange_rows import LATER, MAX_PATHS, MAX_TEXT, canonical, from_cells, to_cells
from maskwire_daemon.store.history import Counts, Event, Journal
from tests.strategies.store import any_text

KEY = bytes(range(32))
NOW = time.time()

ONE = Exchange(
    started=NOW,
    host="api.openai.com",
    surface="openai.chat",
    method="POST",
    path="/v1/chat/completions",
    outcome=Outcome.MASKED,
    model="gpt-5",
    program="python3",
    status=200,
    entities={"PERSON": 2, "US_SSN": 1},
    actions={"mask": 3},
    paths=("messages[0].content",),
    request_bytes=1_000,
    response_bytes=2_000,
    added_ms=1.5,
    total_ms=900,
    restored=3,
    unresolved=1,
)


@pytest.fixture
def journal(database: Database) -> Iterator[Journal]:
    made = Journal(database, KEY)
    yield made
    made.close()


def fill(journal: Journal, count: int, started: float = NOW) -> None:
    for number in range(count):
        journal.record(replace(ONE, started=started, status=number))
    journal.flush()


def tamper(path: Path, sql: str) -> None:
    with sqlite3.connect(path) as stranger:
        stranger.execute(sql)
    stranger.close()


exchanges = st.builds(
    Exchange,
    started=st.floats(0, 4e9),
    host=any_text,
    surface=any_text,
    method=any_text,
    path=any_text,
    outcome=st.sampled_from(Outcome),
    entities=st.dictionaries(st.text("ABC_", max_size=5), st.integers(0, 10**6), max_size=3),
    actions=st.dictionaries(st.text("abc", max_size=5), st.integers(0, 10**6), max_size=3),
    paths=st.lists(any_text, max_size=4).map(tuple),
    status=st.integers(0, 999),
    added_ms=st.floats(0, 1e9) | st.integers(0, 10**9),
    total_ms=st.floats(0, 1e9),
    find_ms=st.just(0.0) | st.floats(0, 1e9),
    spots=st.lists(st.builds(Spot, any_text, any_text, st.integers(0, 10**6), st.integers(0, 10**6)), max_size=3).map(
        tuple
    ),
)


@given(exchanges)
def test_a_row_reads_back_as_it_was_covered_by_the_chain(exchange: Exchange) -> None:
    cells = to_cells(exchange)
    connection = sqlite3.connect(":memory:")
    back = [connection.execute("SELECT ?", (cell,)).fetchone()[0] for cell in cells]
    connection.close()

    assert canonical(7, back, LATER) == canonical(7, cells, LATER)
    assert to_cells(from_cells(back)) == cells


def test_a_row_of_a_version_before_the_stages_verifies_as_it_did() -> None:
    cells = to_cells(ONE)

    assert canonical(7, cells, LATER) == json.dumps([7, *cells[:19]], separators=(",", ":")).encode()
    assert canonical(7, to_cells(replace(ONE, wait_ms=1.5)), LATER) != canonical(7, cells, LATER)


def test_an_event_reads_back_as_it_was_recorded(journal: Journal) -> None:
    journal.record(ONE)

    assert journal.events() == [Event(1, ONE)]


def test_overlong_texts_and_lists_are_cut(journal: Journal) -> None:
    journal.record(replace(ONE, path="/" * 10_000, paths=("a" * 10_000,) * 1_000))
    (event,) = journal.events()

    assert len(event.exchange.path) == MAX_TEXT
    assert len(event.exchange.paths) == MAX_PATHS
    assert len(event.exchange.paths[0]) == MAX_TEXT


def test_odd_numbers_do_not_keep_later_rows_from_being_written(journal: Journal) -> None:
    journal.record(replace(ONE, started=math.nan, added_ms=math.inf, request_bytes=2**70, restored=-1))
    journal.record(ONE)
    journal.flush()
    odd = journal.events(after_id=0)[0].exchange

    assert (odd.started, odd.added_ms, odd.request_bytes, odd.restored) == (0.0, 0.0, 2**53, 0)
    assert journal.verify().rows == 2


def test_events_come_newest_first_or_after_an_id_in_order(journal: Journal) -> None:
    fill(journal, 5)

    assert [event.id for event in journal.events(2)] == [5, 4]
    assert [event.id for event in journal.events(after_id=3)] == [4, 5]
    assert [event.id for event in journal.events(1, after_id=0)] == [1]
    assert journal.events(after_id=5) == []


def test_events_since_a_time(journal: Journal) -> None:
    fill(journal, 2, started=NOW - 100)
    fill(journal, 1)

    assert [event.id for event in journal.events(since=NOW - 1)] == [3]


def test_counts_sum_what_happened(journal: Journal) -> None:
    fill(journal, 2)
    journal.record(replace(ONE, outcome=Outcome.BLOCKED, entities={"API_KEY": 1}, restored=0, unresolved=0))
    journal.record(replace(ONE, started=NOW - 1_000))

    assert journal.counts(since=NOW - 1) == Counts(
        exchanges=3,
        outcomes={"blocked": 1, "masked": 2},
        entities={"PERSON": 4, "US_SSN": 2, "API_KEY": 1},
        restored=6,
        unresolved=2,
    )
    assert list(journal.counts().entities) == ["PERSON", "US_SSN", "API_KEY"]


def test_an_empty_journal_counts_nothing(journal: Journal) -> None:
    assert journal.counts() == Counts(0, {}, {}, 0, 0)
    assert journal.verify().ok


def test_recording_does_not_wait_for_the_disk(journal: Journal, database: Database) -> None:
    with database.write():
        for _ in range(1_000):
            journal.record(ONE)  # would wait for ever: who writes is this thread
    assert journal.counts().exchanges == 1_000


def test_the_thread_writes_without_being_asked(journal: Journal, database: Database) -> None:
    journal.record(ONE)
    end = time.monotonic() + 5
    while not database.read("SELECT 1 FROM exchanges") and time.monotonic() < end:
        time.sleep(0.02)

    assert database.read("SELECT count(*) FROM exchanges") == [(1,)]


def test_closing_writes_what_is_queued(database: Database) -> None:
    journal = Journal(database, KEY)
    for _ in range(50):
        journal.record(ONE)
    journal.close()
    journal.record(ONE)

    assert database.read("SELECT count(*) FROM exchanges") == [(50,)]
    assert (journal.problem, journal.dropped) == ("", 1)


def test_a_failed_write_is_reported_and_made_up_for(journal: Journal, database: Database) -> None:
    with database.write() as connection:
        writer = connection
    writer.execute("PRAGMA query_only=ON")
    for status in range(3):
        journal.record(replace(ONE, status=status))
    with pytest.raises(VaultError):
        journal.flush()
    assert "read-only" in journal.problem
    assert journal.events() == []
    writer.execute("PRAGMA query_only=OFF")
    journal.flush()

    assert journal.problem == ""
    assert [event.exchange.status for event in journal.events(after_id=0)] == [0, 1, 2]


def test_the_queue_is_bounded_while_the_disk_refuses(
    journal: Journal, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "QUEUE", 10)
    with database.write():
        for _ in range(15):
            journal.record(ONE)

        assert journal.dropped >= 5


def test_rows_past_their_age_go_and_the_rest_verifies(journal: Journal) -> None:
    fill(journal, 4, started=NOW - 1_000)
    fill(journal, 3)

    assert journal.prune(500, 10**9) == 4
    assert [event.id for event in journal.events()] == [7, 6, 5]
    assert journal.verify().ok
    assert journal.prune(500, 10**9) == 0


def test_a_late_row_of_an_old_exchange_takes_no_newer_one_with_it(journal: Journal) -> None:
    fill(journal, 1)
    fill(journal, 1, started=NOW - 1_000)

    assert journal.prune(500, 10**9) == 0


def test_rows_past_the_size_go_oldest_first(journal: Journal, database: Database) -> None:
    fill(journal, 100)
    ((size,),) = database.read("SELECT size FROM exchanges WHERE id = 100")

    assert journal.prune(10**9, size * 10 + 5) == 90
    assert journal.verify().ok
    assert [event.id for event in journal.events(1, after_id=0)] == [91]


def test_the_chain_goes_on_after_everything_was_removed(journal: Journal) -> None:
    fill(journal, 3, started=NOW + 10_000)
    assert journal.clear() == 3
    assert journal.clear() == 0
    assert journal.verify().ok
    fill(journal, 2)

    assert [event.id for event in journal.events()] == [5, 4]
    assert journal.verify().ok


@pytest.mark.parametrize(
    ("change", "first_bad"),
    [
        ("UPDATE exchanges SET host = 'example.com' WHERE id = 3", 3),
        ("UPDATE exchanges SET entities = '{}' WHERE id = 3", 3),
        ("UPDATE exchanges SET outcome = 'clean' WHERE id = 3", 3),
        ("UPDATE exchanges SET total_ms = 901 WHERE id = 3", 3),
        ("UPDATE exchanges SET mac = zeroblob(32) WHERE id = 3", 3),
        ("DELETE FROM exchanges WHERE id = 3", 3),
        ("DELETE FROM exchanges WHERE id = 1", 1),
        ("DELETE FROM exchanges WHERE id > 3", 4),
        ("DELETE FROM exchanges", 1),
        ("DELETE FROM meta WHERE name = 'journal_head'", 6),
        ("UPDATE exchanges SET id = 30 WHERE id = 3", 3),
    ],
)
def test_a_changed_file_names_the_first_bad_row(journal: Journal, path: Path, change: str, first_bad: int) -> None:
    fill(journal, 5)
    tamper(path, change)

    assert journal.verify().first_bad == first_bad


@pytest.mark.parametrize(
    "change", ["DELETE FROM exchanges WHERE id > 3", "DELETE FROM meta WHERE name = 'journal_head'"]
)
def test_writing_on_does_not_mend_a_broken_chain(journal: Journal, path: Path, change: str) -> None:
    fill(journal, 5)
    tamper(path, change)
    fill(journal, 5)
    found = journal.verify()

    assert found.first_bad in (4, 6)
    assert found.problem


def test_rows_of_an_ephemeral_key_are_counted_apart(database: Database, journal: Journal) -> None:
    fill(journal, 2)
    other = Journal(database, bytes(32))
    fill(other, 3)
    other.close()
    fill(journal, 1)
    found = journal.verify()

    assert (found.ok, found.rows, found.foreign) == (True, 6, 3)


def test_two_processes_continue_one_chain(database: Database, path: Path) -> None:
    opened = [database, Database.open(path)]
    journals = [Journal(each, KEY) for each in opened]

    def work(journal: Journal) -> None:
        for _ in range(30):
            journal.record(ONE)
            journal.flush()

    threads = [threading.Thread(target=work, args=(journal,)) for journal in journals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = journals[0].verify()
    for journal in journals:
        journal.close()
    opened[1].close()

    assert (found.ok, found.rows) == (True, 60)
