"""Two workers share a long request, and one is enough for everything else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil
import pytest

from maskwire.detect.fragment import Fragment
from maskwire.errors import BlockedError
from maskwire_daemon.detection import pool as pool_module
from maskwire_daemon.detection.pool import ALONE_CHARACTERS, Batch, Pool
from maskwire_daemon.detection.search import Search
from maskwire_daemon.detection.workers import Worker, WorkerSettings
from tests.fakes import workers

TELLS_PID = workers._GREETED + (
    "while True:\n    q = frames.decode_question(read())\n    time.sleep(0.02)\n"
    "    span = Span(0, 1, 'PERSON', 0.9, str(os.getpid()))\n"
    "    write(frames.encode_answer(Answer(q.id, tuple((span,) for _ in q.fragments))))\n"
)

LONG = [[Fragment(f"{i} " + "x" * (ALONE_CHARACTERS // 50))] for i in range(60)]
"""More than one worker searches alone: a second for one that takes 20 ms for each."""


@asynccontextmanager
async def running(second: str = TELLS_PID, cores: int = 2, script: str = TELLS_PID) -> AsyncIterator[Pool]:
    first = Worker(WorkerSettings(command=workers.command(script)))
    pool = Pool(first, WorkerSettings(command=workers.command(second), backoff_s=(0.0, 5.0)), cores)
    first.start()
    try:
        yield pool
    finally:
        await pool.stop()


async def asked(pool: Pool, batches: list[Batch]) -> dict[str, int]:
    """Return which process answered for each text, by its text."""
    found: dict[str, int] = {}
    await pool.ask(batches, lambda batch, spans: found.update({batch[0].text: int(spans[0][0].rule)}))
    return found


async def test_both_search_a_long_request_and_nothing_is_left_out() -> None:
    async with running() as pool:
        found = await asked(pool, LONG)

        assert found.keys() == {batch[0].text for batch in LONG}
        assert set(found.values()) == set(pool.pids)
        assert len(pool.pids) == 2


@pytest.mark.parametrize(("batches", "cores"), [(LONG[:10], 2), (LONG, 1), ([[f for [f] in LONG]], 2)])
async def test_one_is_enough_for_less_or_with_one_core(batches: list[Batch], cores: int) -> None:
    async with running(cores=cores) as pool:
        found = await asked(pool, batches)

        assert len(found) == len(batches)
        assert set(found.values()) == set(pool.pids) == {pool.first.pid}


@pytest.mark.parametrize("second", [workers.UNABLE, workers.STILLBORN, workers.SILENT])
async def test_without_a_second_one_the_first_does_it_all(second: str) -> None:
    async with running(second) as pool:
        found = await asked(pool, LONG)

        assert len(found) == len(LONG)
        assert set(found.values()) == {pool.first.pid}


async def test_a_second_one_that_dies_refuses_the_request() -> None:
    async with running(workers.DIES) as pool:
        with pytest.raises(BlockedError):
            await asked(pool, LONG)


async def test_the_second_one_ends_when_there_is_no_more_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "IDLE_S", 0.05)
    async with running() as pool:
        await asked(pool, LONG)
        async with asyncio.timeout(10):
            while len(pool.pids) > 1:  # noqa: ASYNC110 - a process that ends tells nobody
                await asyncio.sleep(0.01)

        assert pool.pids == [pool.first.pid]
        assert len(await asked(pool, LONG)) == len(LONG)


async def test_no_process_is_left_when_it_stops() -> None:
    async with running() as pool:
        await asked(pool, LONG)
        pids = pool.pids
        await pool.stop()

        assert len(pids) == 2
        assert not any(psutil.pid_exists(pid) for pid in pids)


CHANGED = workers._GREETED + (
    "rule = 1\n"
    "while True:\n    body = read()\n"
    "    if frames.holds_settings(body):\n        rule = 2\n        continue\n"
    "    q = frames.decode_question(body)\n    time.sleep(0.02)\n"
    "    write(frames.encode_answer(Answer(q.id, tuple((Span(0, 1, 'X', 0.9, str(rule)),) for _ in q.fragments))))\n"
)


async def test_a_change_reaches_both() -> None:
    async with running(CHANGED, script=CHANGED) as pool:
        before = await asked(pool, LONG)
        pool.change(Search())
        after = await asked(pool, LONG)

        assert len(pool.pids) == 2
        assert set(before.values()) == {1}
        assert set(after.values()) == {2}
