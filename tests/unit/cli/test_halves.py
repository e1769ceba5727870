"""Two processes find what one finds, in the same order, whatever becomes of the second."""

import os
import signal
import time
from collections.abc import Iterator, Sequence

import psutil
import pytest

from maskwire.detect.fragment import Fragment
from maskwire.detect.pipeline import Pipeline
from maskwire.detect.rules import default_rules
from maskwire.spans import Span
from maskwire_daemon.cli.halves import Half, Halves
from maskwire_daemon.detection.pool import ALONE_CHARACTERS
from maskwire_daemon.detection.search import Search

RULES_ALONE = Search(names=None)
PIPELINE = Pipeline(default_rules())
TEXTS = [Fragment(f"write to person{i}@north-mail.org\n" + "nothing of note here. " * 300) for i in range(60)]


def mine(fragments: Sequence[Fragment]) -> list[list[Span]]:
    return PIPELINE.find(fragments)


@pytest.fixture
def halves() -> Iterator[Halves]:
    made = Halves(mine, RULES_ALONE, cores=2)
    yield made
    made.close()


def helpers() -> list[psutil.Process]:
    return [p for p in psutil.Process().children() if "maskwire_daemon.detection.worker_main" in p.cmdline()]


def ready(half: Half) -> Half:
    until = time.monotonic() + 60
    while not half.ready and time.monotonic() < until:
        time.sleep(0.01)
    assert half.ready
    return half


@pytest.fixture
def half() -> Iterator[Half]:
    made = Half(RULES_ALONE)
    yield ready(made)
    made.close()


def test_the_second_process_finds_what_the_first_one_does(half: Half) -> None:
    assert half.search(TEXTS[:5]) == mine(TEXTS[:5])


def test_what_is_shared_is_found_in_order(halves: Halves) -> None:
    assert sum(len(f.text) for f in TEXTS) > ALONE_CHARACTERS
    expected = mine(TEXTS)

    assert halves(TEXTS) == expected
    until = time.monotonic() + 60
    while halves.shared < 1 and time.monotonic() < until:
        assert halves(TEXTS) == expected
    assert halves.shared


def test_little_text_starts_no_process(halves: Halves) -> None:
    before = len(helpers())

    assert halves(TEXTS[:2]) == mine(TEXTS[:2])
    assert len(helpers()) == before


def test_one_core_starts_no_process() -> None:
    alone = Halves(mine, RULES_ALONE, cores=1)
    before = len(helpers())

    assert alone(TEXTS) == mine(TEXTS)
    assert len(helpers()) == before


def test_a_process_that_was_killed_is_asked_no_more(half: Half) -> None:
    (process,) = helpers()
    os.kill(process.pid, signal.SIGKILL)

    assert half.search(TEXTS[:2]) is None
    assert half.search(TEXTS[:2]) is None
    assert helpers() == []


def test_closing_leaves_no_process() -> None:
    half = Half(RULES_ALONE)
    assert len(helpers()) == 1

    half.close()
    half.close()

    assert helpers() == []
