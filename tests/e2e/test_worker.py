"""The real detection worker: its whole pipeline, its limits, and what happens when it is hurt."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil
import pytest

from maskwire.detect.fragment import Fragment
from maskwire.detect.names import NameSettings
from maskwire.errors import BlockedError, Reason
from maskwire_daemon.detection.detector import Detector, DetectorSettings
from maskwire_daemon.detection.search import Search
from maskwire_daemon.detection.worker_main import MAX_RESIDENT
from maskwire_daemon.detection.workers import State, Worker, WorkerSettings

LETTER = "Dear Anna Kowalska, please call Peter Novak on +48 512 164 574 or write to anna.kowalska@solarpharma.io."
LONG = "\n".join(f"{i}: {LETTER}" for i in range(2000))
"""200 KB: seconds of work for the worker, so that it can be hurt in the middle."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@asynccontextmanager
async def running(deadline_s: float = 60.0, limit_s: float = 60.0) -> AsyncIterator[tuple[Detector, Worker]]:
    """A detector that leaves everything to a real worker."""
    worker = Worker(WorkerSettings(limit_s=limit_s))
    detector = Detector(lambda _: None, DetectorSettings(deadline_s=deadline_s), worker)
    await detector.start()
    try:
        yield detector, worker
    finally:
        await detector.stop()


def process_of(worker: Worker) -> psutil.Process:
    """Return the worker's process."""
    assert worker.pid is not None
    return psutil.Process(worker.pid)


async def test_names_and_rules_come_from_one_worker_that_waits_for_its_start() -> None:
    async with running() as (detector, worker):
        state = worker.state
        (spans,) = await detector.find([Fragment(LETTER)])
        found = {(LETTER[s.start : s.end], s.entity) for s in spans}

        assert state is State.STARTING
        assert {
            ("Anna Kowalska", "PERSON"),
            ("Peter Novak", "PERSON"),
            ("anna.kowalska@solarpharma.io", "EMAIL_ADDRESS"),
        } <= found


async def test_offsets_are_right_behind_astral_characters_and_marks() -> None:
    text = "\U0001f600\U0001f468\u200d\U0001f469 e\u0301\u0301 \ud800 Hello, this is Anna Kowalska speaking."
    async with running() as (detector, _):
        (spans,) = await detector.find([Fragment(text)])

        assert [text[s.start : s.end] for s in spans if s.entity == "PERSON"] == ["Anna Kowalska"]


async def test_a_worker_killed_in_the_middle_refuses_and_comes_back() -> None:
    async with running() as (detector, worker):
        await detector.find([Fragment("Ready, Anna?")])
        asking = asyncio.gather(detector.find([Fragment(LONG)]), return_exceptions=True)
        await asyncio.sleep(0.1)
        process_of(worker).send_signal(signal.SIGKILL)
        (result,) = await asking
        again = await detector.find([Fragment(LETTER)])

        assert isinstance(result, BlockedError)
        assert result.reason is Reason.DETECTOR_FAILED
        assert "Kowalska" not in str(result)
        assert again[0]


async def test_a_stopped_worker_is_killed_at_its_limit_and_comes_back() -> None:
    async with running(limit_s=1.5) as (detector, worker):
        await detector.find([Fragment("Ready, Anna?")])
        process = process_of(worker)
        process.send_signal(signal.SIGSTOP)
        with pytest.raises(BlockedError) as caught:
            await detector.find([Fragment(LETTER)])
        again = await detector.find([Fragment(LETTER)])

        assert caught.value.reason is Reason.DETECTOR_TIMEOUT
        assert not process.is_running()
        assert again[0]


async def test_fifty_requests_and_a_long_one_share_the_worker() -> None:
    async with running() as (detector, _):
        await detector.find([Fragment("Ready, Anna?")])
        long = asyncio.gather(detector.find([Fragment(f"{i} {LETTER * 20}") for i in range(100)]))
        answers = await asyncio.gather(*(detector.find([Fragment(f"{LETTER} {i}")]) for i in range(50)))
        unfinished = not long.done()
        await long

        assert unfinished
        assert all(any(s.entity == "PERSON" for s in spans) for (spans,) in answers)


async def test_the_worker_keeps_to_its_memory_and_yields_to_others() -> None:
    async with running() as (detector, worker):
        for i in range(3):
            await detector.find([Fragment(f"{i}\n{LONG}")])
        process = process_of(worker)

        assert process.memory_info().rss < MAX_RESIDENT
        assert process.nice() > os.getpriority(os.PRIO_PROCESS, 0)


async def test_a_text_without_end_is_searched_or_refused_in_time() -> None:
    text = "Anna" * 200_000
    async with running(deadline_s=30.0, limit_s=10.0) as (detector, _):
        began = time.monotonic()
        (result,) = await asyncio.gather(detector.find([Fragment(text)]), return_exceptions=True)

        assert isinstance(result, list | BlockedError)
        assert time.monotonic() - began < 32


async def test_the_end_of_its_input_ends_the_worker() -> None:
    async with running() as (detector, worker):
        await detector.find([Fragment("Ready, Anna?")])
        process = process_of(worker)
        connection = worker._process
        assert connection is not None
        assert connection.stdin is not None
        connection.stdin.close()
        gone, _ = await asyncio.to_thread(psutil.wait_procs, [process], timeout=10)

        assert gone == [process]


async def test_stop_leaves_no_process() -> None:
    async with running() as (detector, worker):
        await detector.find([Fragment("Ready, Anna?")])
        process = process_of(worker)
        await detector.stop()

        assert not process.is_running()


async def test_a_model_that_is_not_installed_blocks_and_says_so() -> None:
    names = NameSettings(engine="spacy", spacy_model="xx_no_such_model")
    worker = Worker(WorkerSettings(Search(names)))
    detector = Detector(lambda _: None, DetectorSettings(), worker)
    await detector.start()
    try:
        with pytest.raises(BlockedError, match="xx_no_such_model cannot be loaded") as caught:
            await detector.find([Fragment(LETTER)])
    finally:
        await detector.stop()

    assert caught.value.reason is Reason.DETECTOR_FAILED
