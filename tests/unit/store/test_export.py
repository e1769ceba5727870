import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maskwire_daemon.store.database import Database
from maskwire_daemon.store.export import NotAnExport
from maskwire_daemon.store.history import Journal
from tests.fakes.journalled import exchange

KEY = bytes(range(32))
ONE = exchange(1_000.0)


@pytest.fixture
def journal(database: Database) -> Iterator[Journal]:
    made = Journal(database, KEY)
    for number in range(6):
        made.record(replace(ONE, started=1_000.0 + number, status=number))
    yield made
    made.close()


def test_an_export_reads_back_and_verifies(journal: Journal) -> None:
    lines = list(journal.export())

    assert [json.loads(line)["status"] for line in lines[1:-1]] == [0, 1, 2, 3, 4, 5]
    verdict = journal.verify_export(lines)
    assert verdict.ok
    assert verdict.rows == 6


def test_a_period_verifies_by_itself(journal: Journal) -> None:
    lines = list(journal.export(since=1_002.0, until=1_004.0))

    assert [json.loads(line)["id"] for line in lines[1:-1]] == [3, 4]
    assert journal.verify_export(lines).ok


def test_a_period_without_exchanges_verifies(journal: Journal) -> None:
    lines = list(journal.export(since=9_000.0))

    assert len(lines) == 2
    assert journal.verify_export(lines).ok


def test_it_verifies_after_the_journal_forgot_the_rows(journal: Journal) -> None:
    lines = list(journal.export())
    journal.clear()

    assert journal.verify_export(lines).ok


@given(data=st.data())
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_change_of_a_line_shows(journal: Journal, data: st.DataObject) -> None:
    lines = list(journal.export())
    row = data.draw(st.integers(1, len(lines) - 2))
    change = data.draw(st.sampled_from(["drop", "swap", "edit", "repeat", "add"]))
    if change == "drop":
        del lines[row]
    elif change == "repeat":
        lines.insert(row, lines[row])
    elif change == "swap":
        other = data.draw(st.integers(1, len(lines) - 2).filter(lambda n: n != row))
        lines[row], lines[other] = lines[other], lines[row]
    elif change == "add":
        lines.insert(row, json.dumps({"id": row}))
    else:
        found = json.loads(lines[row])
        name = data.draw(st.sampled_from(sorted(found.keys() - {"id", "key", "mac"})))
        found[name] = {"X": 1} if isinstance(found[name], dict) else "changed"
        lines[row] = json.dumps(found)

    assert not journal.verify_export(lines).ok


@pytest.mark.parametrize("cut", [slice(1, None), slice(0, -1), slice(0, 0)], ids=["begin", "end", "all"])
def test_an_export_without_its_marks_is_refused(journal: Journal, cut: slice) -> None:
    with pytest.raises(NotAnExport, match="no whole export"):
        journal.verify_export(list(journal.export())[cut])


def test_marks_of_two_exports_do_not_mix(journal: Journal) -> None:
    whole, part = list(journal.export()), list(journal.export(since=1_002.0))

    assert not journal.verify_export([part[0], *whole[1:]]).ok
    assert not journal.verify_export([*whole[:-1], list(journal.export(until=1_003.0))[-1]]).ok


def test_another_vault_cannot_verify_it(journal: Journal, database: Database) -> None:
    with pytest.raises(NotAnExport, match="another vault"):
        Journal(database, bytes(32)).verify_export(journal.export())


@pytest.mark.parametrize("line", ["{", "[]", "1", '"x"'])
def test_what_is_no_export_is_refused(journal: Journal, line: str) -> None:
    with pytest.raises(NotAnExport, match="no export"):
        journal.verify_export([line, line])
