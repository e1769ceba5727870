"""The worker as the daemon sees it, over real processes that fail on purpose."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from maskwire.detect.fragment import Fragment
from maskwire.errors import BlockedError, Reason
from maskwire_daemon.detection.workers import State, Worker, WorkerSettings
from tests.fakes import workers

TEXT = [Fragment("Anna Kowalska was here")]


@asynccontextmanager
async def running(
    script: str, *arguments: str, limit_s: float = 5.0, start_limit_s: float = 20.0
) -> AsyncIterator[Worker]:
    """A worker that is stopped at the end."""
    worker = Worker(
        WorkerSettings(
            command=workers.command(script, *arguments),
            limit_s=limit_s,
            start_limit_s=start_limit_s,
            backoff_s=(0.0, 0.05),
        )
    )
    worker.start()
    try:
        yield worker
    finally:
        await worker.stop()


async def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until ``condition`` holds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for belongs to another process
            await asyncio.sleep(0.01)


async def test_a_question_waits_for_the_start_and_is_answered() -> None:
    async with running(workers.SLOW_START) as worker:
        started = worker.state
        found = await worker.ask(TEXT)

        assert (started, worker.state) == (State.STARTING, State.READY)
        assert [(s.start, s.end) for s in found[0]] == [(0, 1)]


async def test_fifty_questions_at_once_are_all_answered() -> None:
    async with running(workers.SOUND) as worker:
        answers = await asyncio.gather(*(worker.ask([Fragment(f"{i}")] * (i % 3)) for i in range(50)))

        assert [len(a) for a in answers] == [i % 3 for i in range(50)]


@pytest.mark.parametrize("script", [workers.DIES, workers.GARBAGE, workers.OUT_OF_RANGE, workers.FAILS])
async def test_a_failing_worker_refuses_what_is_in_flight(script: str) -> None:
    async with running(script) as worker:
        with pytest.raises(BlockedError) as caught:
            await worker.ask(TEXT)

        assert caught.value.reason is Reason.DETECTOR_FAILED
        assert "Anna" not in str(caught.value)
        assert "secret" not in str(caught.value)


async def test_a_hanging_worker_is_killed_at_its_limit() -> None:
    async with running(workers.HANGS, limit_s=0.4) as worker:
        await until(lambda: worker.state is State.READY)
        pid = worker.pid
        assert pid is not None
        with pytest.raises(BlockedError) as caught:
            await worker.ask(TEXT)

        assert caught.value.reason is Reason.DETECTOR_TIMEOUT
        assert not psutil.pid_exists(pid)


async def test_both_questions_of_a_hanging_worker_are_refused() -> None:
    async with running(workers.HANGS, limit_s=0.4) as worker:
        results = await asyncio.gather(worker.ask(TEXT), worker.ask(TEXT), return_exceptions=True)

        assert [r.reason for r in results if isinstance(r, BlockedError)] == [Reason.DETECTOR_TIMEOUT] * 2


async def test_a_worker_that_died_is_started_again(tmp_path: Path) -> None:
    async with running(workers.DIES_ONCE, str(tmp_path / "died")) as worker:
        with pytest.raises(BlockedError):
            await worker.ask(TEXT)
        found = await worker.ask(TEXT)

        assert len(found) == 1
        assert worker.restarts == 1


async def test_a_worker_that_cannot_load_says_why_at_once() -> None:
    async with running(workers.UNABLE) as worker:
        with pytest.raises(BlockedError, match="no model is installed"):
            await worker.ask(TEXT)

        assert worker.state is State.FAILED


async def test_a_worker_that_ends_before_it_is_ready_refuses() -> None:
    async with running(workers.STILLBORN) as worker:
        with pytest.raises(BlockedError, match="did not start"):
            await worker.ask(TEXT)


async def test_a_worker_that_never_gets_ready_is_given_up() -> None:
    async with running(workers.SILENT, start_limit_s=0.3) as worker:
        with pytest.raises(BlockedError, match="not ready in time"):
            await worker.ask(TEXT)


async def test_a_command_that_does_not_exist_refuses() -> None:
    worker = Worker(WorkerSettings(command=("maskwire-no-such-program",)))
    worker.start()
    with pytest.raises(BlockedError, match="could not be started"):
        await worker.ask(TEXT)
    await worker.stop()


async def test_stop_leaves_no_process_and_refuses_what_waits() -> None:
    async with running(workers.HANGS) as worker:
        await until(lambda: worker.state is State.READY)
        pid = worker.pid
        waiting = asyncio.gather(worker.ask(TEXT), return_exceptions=True)
        await asyncio.sleep(0.05)
        await worker.stop()
        (result,) = await waiting

        assert pid is not None
        assert not psutil.pid_exists(pid)
        assert isinstance(result, BlockedError)
        assert worker.state is State.STOPPED


async def test_a_worker_that_was_not_started_refuses() -> None:
    with pytest.raises(BlockedError, match="not running"):
        await Worker(WorkerSettings()).ask(TEXT)


async def test_giving_an_answer_up_does_not_harm_the_next() -> None:
    async with running(workers.SLOW_START) as worker:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await worker.ask(TEXT)
        found = await worker.ask(TEXT)

        assert len(found) == 1
        assert worker.restarts == 0


async def test_the_worker_gets_none_of_the_daemons_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_MINE", "hunter2")
    async with running(workers.TELLS_ENVIRONMENT) as worker:
        assert await worker.ask(TEXT) == [[]]
