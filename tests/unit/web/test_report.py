"""The report of a period: what was kept from whom, what changed, on the page and as files, and never a value."""

import csv
import html
import io
import json
import re
import time
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from maskwire.exchange import Exchange, Outcome
from maskwire_daemon import report
from maskwire_daemon.api.app import routed
from maskwire_daemon.api.entrance import Entrance
from maskwire_daemon.api.guard import Guard
from maskwire_daemon.coverage.canary_route import HOST as CANARY
from maskwire_daemon.live import Live
from maskwire_daemon.report import Period, Report, Tally, Traffic
from maskwire_daemon.report_lines import COLUMNS, as_csv, as_json_lines, rows
from maskwire_daemon.storage import Storage
from maskwire_daemon.store.act import Act
from maskwire_daemon.web.report_api import report_routes
from maskwire_daemon.web.report_file import as_html
from tests.fakes.control import FakeControl
from tests.unit.web.conftest import ORIGIN, PORT, TOKEN

NOW = time.time()
ALL = Period(0.0, NOW + 86400)


def made(storage: Storage, period: Period = ALL) -> Report:
    return report.made(storage, Tally(storage.database, period), check=False)


def exchange(outcome: Outcome, host: str = "api.openai.com", **more: object) -> Exchange:
    return Exchange(NOW, host, "openai.chat", "POST", "/v1/chat", outcome, **more)  # type: ignore[arg-type]


@pytest.fixture
def busy(storage: Storage) -> Storage:
    """A journal of every way to end, and an audit log of every kind of deed."""
    for each in (
        exchange(Outcome.MASKED, entities={"PERSON": 2, "EMAIL_ADDRESS": 1}, restored=3, unresolved=1, program="codex"),
        exchange(Outcome.MASKED, "api.anthropic.com", entities={"PERSON": 5}, program="claude"),
        exchange(Outcome.BLOCKED, entities={"API_KEY": 1}, reason="policy_blocked", program="codex"),
        exchange(Outcome.LOCAL, entities={"PERSON": 1}),
        exchange(Outcome.OBSERVED, entities={"PERSON": 4}),
        exchange(Outcome.PASSED),
        exchange(Outcome.CLEAN),
        exchange(Outcome.FAILED),
        exchange(Outcome.MASKED, CANARY, entities={"EMAIL_ADDRESS": 1}),
    ):
        storage.journal.record(each)
    for act in (
        Act(NOW, "settings", "changed", "entities"),
        Act(NOW, "browser", "POST", "/rules/words", 303),
        Act(NOW, "browser", "POST", "/rules/words", 422),
        Act(NOW, "this computer", "PUT", "/v1/hosts/api.openai.com", 200),
        Act(NOW, "ci", "POST", "/v1/mask", 200),
        Act(NOW, "browser", "POST", "/hostsile", 200),
        Act(NOW, "browser", "POST", "/pause", 303),
        Act(NOW, "this computer", "POST", "/v1/resume", 200),
        Act(NOW, "browser", "reveal", "PERSON_K7Q2MXA4", 200),
        Act(NOW, "browser", "reveal", "wrong passphrase", 403),
        Act(NOW, "browser", "POST", "/vault/reveal", 200),
        Act(NOW, "browser", "POST", "/rules/trial", 200),
        Act(NOW, "browser", "POST", "/rules/try", 200),
        Act(NOW, "browser", "POST", "/playground", 200),
        Act(NOW, "browser", "POST", "/playground/rule", 200),
    ):
        storage.audit.record(act)
    return storage


def test_what_became_of_values_is_counted_by_provider_and_kind(busy: Storage) -> None:
    traffic = made(busy).traffic
    kept = {key: (k.masked, k.stayed, k.left) for key, k in traffic.kept.items()}

    assert kept == {
        ("api.openai.com", "PERSON"): (2, 1, 4),
        ("api.openai.com", "EMAIL_ADDRESS"): (1, 0, 0),
        ("api.openai.com", "API_KEY"): (0, 1, 0),
        ("api.anthropic.com", "PERSON"): (5, 0, 0),
        (CANARY, "EMAIL_ADDRESS"): (1, 0, 0),
    }
    assert (traffic.exchanges, traffic.masked, traffic.left) == (9, 9, 4)
    assert (traffic.restored, traffic.unresolved) == (3, 1)
    assert traffic.outcomes == {str(o): 3 if o is Outcome.MASKED else 1 for o in Outcome}
    assert traffic.reasons == {"policy_blocked": 1}
    assert traffic.programs == {"unknown": 6, "codex": 2, "claude": 1}


def test_a_tally_is_brought_up_to_date_by_what_is_new_and_what_is_gone(busy: Storage) -> None:
    tally = Tally(busy.database, ALL)
    first = report.made(busy, tally, check=False).traffic
    busy.journal.record(exchange(Outcome.MASKED, entities={"PERSON": 1}))
    second = report.made(busy, tally, check=False).traffic
    busy.journal.clear()
    third = report.made(busy, tally, check=False).traffic

    assert (first.exchanges, first.masked) == (9, 9)
    assert (second.exchanges, second.masked) == (10, 10)
    assert third == Traffic()


def test_deeds_are_told_apart(busy: Storage) -> None:
    found = made(busy)

    changes = [act.subject for act in found.changes]
    assert changes == ["/playground/rule", "/v1/hosts/api.openai.com", "/rules/words", "entities"]
    assert [act.subject for act in found.pauses] == ["/v1/resume", "/pause"]
    assert [act.subject for act in found.reveals] == ["wrong passphrase", "PERSON_K7Q2MXA4"]
    assert found.shown == 1
    assert found.traffic.proven == pytest.approx(NOW)


def test_entries_that_the_log_lost_are_in_its_report(storage: Storage) -> None:
    storage.audit.record_now(Act(NOW, "maskwire", "lost", times=12))
    found = made(storage)

    assert [(act.deed, act.times) for act in found.changes] == [("lost", 12)]
    assert "Lost entries of this log" in as_html(found)
    assert [row["count"] for row in rows(found) if row["section"] == "change"] == [12]


def test_a_period_holds_its_beginning_and_not_its_end(busy: Storage) -> None:
    counts = [
        made(busy, Period(*period)).traffic.exchanges for period in ((NOW, NOW + 1), (NOW - 1, NOW), (NOW + 1, NOW + 2))
    ]

    assert counts == [9, 0, 0]


def test_the_chains_are_checked_when_asked(busy: Storage) -> None:
    unchecked, sound = made(busy).checked, report.whole(busy, ALL).checked
    with busy.database.write() as connection:
        connection.execute("UPDATE exchanges SET host = 'api.other.com' WHERE id = 2")
    broken = report.whole(busy, ALL).checked

    assert unchecked is None
    assert sound is not None
    assert sound.exchanges.ok
    assert broken is not None
    assert (broken.exchanges.first_bad, broken.audit.ok) == (2, True)


def test_more_acts_than_fit_are_cut_and_said(busy: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MOST_ACTS", 3)

    assert made(busy).cut


def test_the_files_hold_every_line_of_the_report(busy: Storage) -> None:
    found = report.whole(busy, ALL)
    lines = [json.loads(line) for line in as_json_lines(found).splitlines()]
    table = list(csv.DictReader(io.StringIO(as_csv(found))))

    assert lines == list(rows(found))
    assert [row["section"] for row in table] == [line["section"] for line in lines]
    assert set().union(*lines) <= set(COLUMNS)
    assert {
        "section": "kept",
        "name": "api.openai.com",
        "entity": "PERSON",
        "masked": 2,
        "stayed": 1,
        "left": 4,
    } in lines
    assert [line["ok"] for line in lines if line["section"] == "proof" and "ok" in line] == [True, True]


def test_a_programs_name_is_no_formula(storage: Storage) -> None:
    storage.journal.record(exchange(Outcome.CLEAN, program="=HYPERLINK(1)"))
    table = csv.DictReader(io.StringIO(as_csv(made(storage))))

    assert "'=HYPERLINK(1)" in {row["name"] for row in table}


def test_the_file_needs_nothing_else(busy: Storage) -> None:
    document = as_html(report.whole(busy, ALL))

    assert document.startswith("<!doctype html>")
    assert re.findall(r"(?:src|href)=|url\(|@import", document) == []
    for piece in ("api.anthropic.com", "policy blocked", "intact", "PERSON_K7Q2MXA4"):
        assert piece in document


def days(first: int, last: int) -> str:
    today = datetime.now(UTC).astimezone().date()
    return f"since={today + timedelta(days=first)}&until={today + timedelta(days=last)}"


@pytest.mark.usefixtures("busy")
async def test_the_page_tells_the_last_days(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/report")

    assert answer.status_code == 200
    for piece in ("<dt>Requests</dt><dd>9", "<dt>Values masked</dt><dd>9", "policy blocked", "not checked for this"):
        assert piece in answer.text


@pytest.mark.usefixtures("busy")
async def test_a_check_is_told_for_a_while(browser: httpx2.AsyncClient) -> None:
    asked = await browser.get("/report?verify=on")
    later = await browser.get("/report")

    assert asked.text.count(">intact<") == later.text.count(">intact<") == 2


@pytest.mark.usefixtures("busy")
async def test_days_before_and_after_are_empty(browser: httpx2.AsyncClient) -> None:
    for query in (days(-9, -3), days(3, 9)):
        answer = await browser.get(f"/report?{query}")

        assert "Nothing was found that had to be protected." in answer.text
        assert "Protection was not paused." in answer.text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=yesterday", "since"),
        ("since=2026-02-30", "since"),
        ("until=%3Cb%3E", "until"),
        ("since=2026-11-22&until=2026-11-01", "until"),
        ("since=0001-01-01", "since"),
        ("until=9999-12-31", "until"),
    ],
)
async def test_a_day_that_is_none_is_said_beside_it_and_kept(
    browser: httpx2.AsyncClient, query: str, field: str
) -> None:
    answer = await browser.get(f"/report?{query}")
    typed = httpx2.QueryParams(query)[field]

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert f'value="{html.escape(typed)}"' in answer.text


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(
    ("path", "media_type"),
    [("/report/maskwire.csv", "text/csv; charset=utf-8"), ("/report/maskwire.jsonl", "application/x-ndjson")],
)
async def test_a_file_is_downloaded_with_its_proof(browser: httpx2.AsyncClient, path: str, media_type: str) -> None:
    answer = await browser.get(f"{path}?{days(-1, 0)}")

    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"].startswith('attachment; filename="maskwire-')
    assert "journal" in answer.text


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(("form", "begins"), [("html", "<!doctype"), ("csv", "section,"), ("jsonl", '{"section"')])
async def test_the_api_answers_it_in_every_form(live: Live, form: str, begins: str) -> None:
    app = routed(FakeControl(), report_routes(live.opened))
    guard = Guard(app, PORT, Entrance(TOKEN, PORT))
    headers = {"authorization": f"Bearer {TOKEN}"}
    transport = httpx2.ASGITransport(app=guard, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers) as client:
        answer = await client.get(f"/v1/report?format={form}")
        wrong = [
            (await client.get(f"/v1/report?{query}")).status_code
            for query in ("format=pdf", "since=x", "since=9&until=8", "until=99999999999999")
        ]

    assert answer.status_code == 200
    assert answer.text.startswith(begins)
    assert wrong == [400, 400, 400, 400]
