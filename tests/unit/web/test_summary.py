"""The sums are those of the journal, whenever they are asked for; the chart draws them."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire.exchange import Outcome
from maskwire_daemon.storage import Storage
from maskwire_daemon.web.chart import FLOOR, KINDS, WIDTH, chart_of
from maskwire_daemon.web.exchange_view import WIDTH as TIMELINE
from maskwire_daemon.web.exchange_view import stages_of
from maskwire_daemon.web.summary import MINUTES, Summary
from tests.fakes.journalled import exchange

NOW = 1_000_000 * 60.0


@pytest.fixture
def summary(storage: Storage) -> Summary:
    return Summary(storage.database, lambda: NOW)


def record(storage: Storage, *ago_s: float, **changes: object) -> None:
    for each in ago_s:
        storage.journal.record(exchange(NOW - each, **changes))
    storage.journal.flush()


async def test_sums_count_a_day_and_the_chart_an_hour(summary: Summary, storage: Storage) -> None:
    record(storage, 0, 30, 59 * 60, 61 * 60, 25 * 3600)
    record(storage, 0, outcome=Outcome.BLOCKED, host="b")
    sums = summary.now()

    assert (sums.day.exchanges, sums.day.blocked, sums.day.restored) == (5, 1, 10)
    assert sums.day.masked == {"EMAIL_ADDRESS": 4, "PERSON": 4}
    assert len(sums.minutes) == MINUTES
    assert [dict(m) for m in sums.minutes if m] == [{"structured": 1, "prose": 1}] * 3
    assert sums.hosts == ("api.openai.com", "b")


async def test_what_is_added_is_counted_once(summary: Summary, storage: Storage) -> None:
    record(storage, 0)
    summary.now()
    record(storage, 0)
    summary.now()

    assert summary.now().day.exchanges == 2


async def test_what_was_deleted_is_forgotten(summary: Summary, storage: Storage) -> None:
    record(storage, 0, 0)
    summary.now()
    storage.journal.clear()
    record(storage, 0, host="after.example")
    sums = summary.now()

    assert (sums.day.exchanges, sums.hosts) == (1, ("after.example",))


counts = st.dictionaries(st.sampled_from(KINDS), st.integers(0, 10**6), max_size=4)


@given(st.lists(counts, min_size=1, max_size=60))
def test_bars_stay_inside_the_chart(minutes: list[Mapping[str, int]]) -> None:
    chart = chart_of(minutes)

    assert chart.total == sum(sum(m.values()) for m in minutes)
    for bar in chart.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
        assert 0 <= bar.y <= bar.y + bar.height <= FLOOR + 0.1


def test_a_chart_is_told_in_a_sentence() -> None:
    assert chart_of([{"secret": 1}, {"secret": 3}, {}]).sentence == (
        "4 values were masked in the last 3 minutes; most were 3, 1 minute ago."
    )
    assert chart_of([{}, {}]).sentence == "No value was masked in the last 2 minutes."


times = st.floats(0, 1e6)


@given(times, times, times, times, times)
def test_stages_fill_the_line(added: float, find: float, mask: float, wait: float, total: float) -> None:
    stages = stages_of(exchange(0, added_ms=added, find_ms=find, mask_ms=mask, wait_ms=wait, total_ms=total))

    assert all(stage.width > 0 for stage in stages)
    assert not stages or abs(stages[-1].x + stages[-1].width - TIMELINE) < 0.1
