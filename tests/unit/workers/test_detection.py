"""The detector: memory first, then the loop, then the worker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from maskwire.detect.fragment import Fragment
from maskwire.detect.terms import Terms
from maskwire.errors import BlockedError, Reason
from maskwire.spans import Span
from maskwire_daemon.detection import detector as detector_module
from maskwire_daemon.detection.detector import BATCH_CHARACTERS, INLINE_CHARACTERS, Detector, DetectorSettings
from maskwire_daemon.detection.workers import Worker, WorkerSettings
from tests.fakes import workers


@pytest.fixture(autouse=True)
def time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no busy machine decide what is searched on the loop."""
    monkeypatch.setattr(detector_module, "INLINE_S", 60.0)


FOUND = [Span(0, 1, "PERSON", 0.9, "fake")]


def quick(fragment: Fragment) -> list[Span] | None:
    """Rules that find nothing, and leave to names whatever holds a capital."""
    return None if any(c.isupper() for c in fragment.text) else []


@asynccontextmanager
async def running(script: str = workers.SOUND, deadline_s: float = 10.0) -> AsyncIterator[Detector]:
    """A detector over a worker that runs ``script``."""
    worker = Worker(WorkerSettings(command=workers.command(script), limit_s=deadline_s, backoff_s=(0.0, 0.05)))
    detector = Detector(quick, DetectorSettings(deadline_s=deadline_s), worker)
    await detector.start()
    try:
        yield detector
    finally:
        await detector.stop()


async def test_small_text_without_names_needs_no_worker() -> None:
    detector = Detector(quick)

    assert await detector.find([Fragment("no capitals"), Fragment("")]) == [[], []]


async def test_text_with_names_goes_to_the_worker() -> None:
    async with running() as detector:
        assert await detector.find([Fragment("lower"), Fragment("Upper")]) == [[], FOUND]
        assert detector.ready


async def test_long_text_goes_to_the_worker_even_without_names() -> None:
    async with running() as detector:
        assert await detector.find([Fragment("a" * (INLINE_CHARACTERS + 1))]) == [FOUND]


async def test_the_same_text_is_searched_once() -> None:
    async with running() as detector:
        first = await detector.find([Fragment("Anna"), Fragment("Anna")])
        await detector.stop()

        assert first == [FOUND, FOUND]
        assert detector.hit_rate == 0
        assert first[:1] == await detector.find([Fragment("Anna")])
        assert detector.hit_rate == 0.5


async def test_the_label_is_part_of_what_is_remembered() -> None:
    async with running() as detector:
        await detector.find([Fragment("Anna", "name")])
        await detector.stop()
        with pytest.raises(BlockedError):
            await detector.find([Fragment("Anna", "other")])


async def test_a_worker_that_never_gets_ready_blocks_at_the_deadline() -> None:
    async with running(workers.SILENT, deadline_s=0.3) as detector:
        with pytest.raises(BlockedError, match="was not ready") as caught:
            await detector.find([Fragment("Anna")])

        assert caught.value.reason is Reason.DETECTOR_TIMEOUT


async def test_a_dying_worker_blocks_and_nothing_is_remembered() -> None:
    async with running(workers.DIES) as detector:
        for _ in range(2):
            with pytest.raises(BlockedError) as caught:
                await detector.find([Fragment("Anna")])

            assert caught.value.reason is Reason.DETECTOR_FAILED


async def test_a_failure_refuses_the_whole_request() -> None:
    async with running(workers.FAILS) as detector:
        with pytest.raises(BlockedError):
            await detector.find([Fragment("lower"), Fragment("Anna")])


SLOW = workers._GREETED + "while True:\n    body = read()\n    time.sleep(0.1)\n    answer(body)\n"


async def test_a_short_request_does_not_wait_for_all_of_a_long_one() -> None:
    async with running(SLOW) as detector:
        await detector.find([Fragment("Ready")])
        long = [Fragment(f"{i}X" + "x" * BATCH_CHARACTERS) for i in range(12)]
        slow = asyncio.gather(detector.find(long))
        await asyncio.sleep(0.05)
        await detector.find([Fragment("Short")])

        assert not slow.done()
        await slow


async def test_texts_of_many_requests_come_back_to_their_own() -> None:
    async with running() as detector:
        requests = [[Fragment(f"A{i}-{j}") for j in range(i % 4)] for i in range(50)]
        answers = await asyncio.gather(*map(detector.find, requests))

        assert [len(r) for r in requests] == [len(a) for a in answers]


async def test_state_is_told() -> None:
    detector = Detector(quick, worker=Worker(WorkerSettings(command=workers.command(workers.UNABLE))))
    before = detector.state
    await detector.start()
    with pytest.raises(BlockedError):
        await detector.find([Fragment("Anna")])

    assert (before, detector.state) == ("stopped", "failed")
    assert "no model is installed" in detector.reason
    await detector.stop()


KNOWS_ANNA = workers._GREETED + (
    "while True:\n    q = frames.decode_question(read())\n"
    "    found = ((Span(0, 13, 'PERSON', 0.8, 'fake'),) if f.text.startswith('Anna K') else () for f in q.fragments)\n"
    "    write(frames.encode_answer(Answer(q.id, tuple(found))))\n"
)


@pytest.mark.parametrize("filler", ["", "x " * 40_000])
async def test_a_person_named_once_is_found_in_every_text_of_the_request(filler: str) -> None:
    async with running(KNOWS_ANNA) as detector:
        text = f"{filler}KOWALSKA left"
        _, (echo,) = await detector.find([Fragment("Anna Kowalska"), Fragment(text)])
        alone = await detector.find([Fragment(text)])

        assert text[echo.start : echo.end] == "KOWALSKA"
        assert alone == [[]]


async def test_a_change_forgets_what_was_found_and_reaches_the_loop_at_once() -> None:
    async with running() as detector:
        assert await detector.find([Fragment("lower"), Fragment("Upper")]) == [[], FOUND]
        before = detector.generation
        detector.change(lambda _: FOUND, None, ())

        assert detector.generation != before
        assert len(detector.cache) == 0
        assert await detector.find([Fragment("lower")]) == [FOUND]


async def test_an_answer_from_before_a_change_is_not_remembered() -> None:
    async with running(workers.SLOW_START) as detector:
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(detector.find([Fragment("Upper")]))
            await asyncio.sleep(0)
            detector.change(quick, None, ())

        assert asked.result() == [FOUND]
        assert len(detector.cache) == 0


async def test_an_edit_of_a_long_text_is_searched_alone() -> None:
    text = "\n\n".join(f"paragraph {i} of a long text that says nothing about Anybody" for i in range(1500))
    async with running() as detector:
        await detector.find([Fragment(text)])
        asked = detector.cache.misses
        await detector.find([Fragment(f"{text[:40_000]} edited {text[40_000:]}")])

        assert asked > 4
        assert detector.cache.misses - asked <= 3


async def test_own_patterns_see_a_long_text_whole() -> None:
    text = "\n\n".join(f"paragraph {i} of a long text" for i in range(3000))
    async with running() as detector:
        detector.change(quick, Terms(patterns=(("a[^b]*b", ""),)), ())
        await detector.find([Fragment(text)])

        assert detector.cache.misses == 1
