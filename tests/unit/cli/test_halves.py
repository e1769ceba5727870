"""Two processes find what one finds, in the same order, whatever becomes of the second."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

import psutil
import pytest

from maskwire.detect.fragment import Fragment
from maskwire.detect.names import PieceReader
from maskwire.detect.names_pieces import MAX_PIECE
from maskwire_daemon.cli.half import Half
from maskwire_daemon.cli.halves import LONG, Halves
from maskwire_daemon.cli.jobs import Found
from maskwire_daemon.detection.pool import ALONE_CHARACTERS
from maskwire_daemon.detection.search import Search
from maskwire_daemon.detection.worker_main import Parts, build

RULES_ALONE = build(Search(names=None))
TEXTS = [Fragment(f"write to person{i}@north-mail.org\n" + "nothing of note here. " * 300) for i in range(60)]
EXPECTED = RULES_ALONE.pipeline.find(TEXTS)
PEOPLE = ("Beatrice Holloway", "Tomasz Kowalczyk", "Ingrid Lindqvist")


@pytest.fixture(scope="module")
def all_parts() -> Parts:
    """Everything that is shipped, the model of names included."""
    return build(Search())


@pytest.fixture(autouse=True)
def _another_thread() -> Iterator[None]:
    """Keep the process from being copied, as on systems where it cannot be."""
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.fixture
def halves() -> Iterator[Halves]:
    made = Halves(RULES_ALONE, cores=2)
    yield made
    made.close()


@pytest.fixture
def half() -> Iterator[Half]:
    made = Half(RULES_ALONE)
    assert made.wait_until_ready()
    yield made
    made.close()


def helpers() -> list[psutil.Process]:
    return [p for p in psutil.Process().children() if "maskwire_daemon.detection.worker_main" in p.cmdline()]


def alike(found: Found, expected: Found) -> bool:
    """Tell whether both are the same but for the last digits of scores, which depend on what else is computed."""
    if [[replace(span, score=0) for span in spans] for spans in found] != [
        [replace(span, score=0) for span in spans] for spans in expected
    ]:
        return False
    pairs = zip(chain.from_iterable(found), chain.from_iterable(expected), strict=True)
    return all(abs(one.score - other.score) < 1e-4 for one, other in pairs)


def shared(halves: Halves, texts: Sequence[Fragment], expected: Found) -> None:
    """Search until the second process has done some of it; each time the same is found."""
    until = time.monotonic() + 60
    while not halves.shared and time.monotonic() < until:
        assert alike(halves(texts), expected)
    assert halves.shared


def test_the_second_process_finds_what_the_first_one_does(half: Half) -> None:
    assert half.search(TEXTS[:5]) == EXPECTED[:5]


def test_what_cannot_be_told_is_not_answered(half: Half) -> None:
    assert half.search(TEXTS[:1], read=True) is None
    assert half.alive
    assert half.search(TEXTS[:1]) == EXPECTED[:1]


def test_what_is_shared_is_found_in_order(halves: Halves) -> None:
    assert sum(len(f.text) for f in TEXTS) > ALONE_CHARACTERS

    shared(halves, TEXTS, EXPECTED)


def test_groups_are_answered_in_order(halves: Halves) -> None:
    shared(halves, TEXTS, EXPECTED)
    groups = [TEXTS[at : at + 7] for at in range(0, len(TEXTS), 7)]

    assert [spans for found in halves.each(groups) for spans in found] == EXPECTED


def test_all_is_answered_before_a_pause(halves: Halves) -> None:
    shared(halves, TEXTS, EXPECTED)
    answered: list[int] = []

    def groups() -> Iterator[Sequence[Fragment]]:
        yield TEXTS[:3]
        yield TEXTS[3:6]
        yield []
        assert answered == [3, 3, 0]
        yield TEXTS[6:7]

    for found in halves.each(groups()):
        answered += [len(found)]

    assert answered == [3, 3, 0, 1]


def test_little_text_starts_no_process(halves: Halves) -> None:
    before = len(helpers())

    assert halves(TEXTS[:2]) == EXPECTED[:2]
    assert len(helpers()) == before


def test_one_core_starts_no_process() -> None:
    alone = Halves(RULES_ALONE, cores=1)
    before = len(helpers())

    assert alone(TEXTS) == EXPECTED
    assert len(helpers()) == before


def test_a_process_that_was_killed_is_asked_no_more(half: Half) -> None:
    (process,) = helpers()
    os.kill(process.pid, signal.SIGKILL)

    assert half.search(TEXTS[:2]) is None
    assert half.search(TEXTS[:2]) is None
    assert not half.alive
    assert helpers() == []


def test_what_a_killed_process_had_is_searched_here(halves: Halves) -> None:
    shared(halves, TEXTS, EXPECTED)
    (process,) = helpers()
    os.kill(process.pid, signal.SIGKILL)

    assert halves(TEXTS) == EXPECTED
    assert halves(TEXTS) == EXPECTED


def test_closing_leaves_no_process() -> None:
    half = Half(RULES_ALONE)
    assert len(helpers()) == 1

    half.close()
    half.close()

    assert helpers() == []


def long_text() -> Fragment:
    lines = [f"{i} {PEOPLE[i % 3]} wrote to person{i}@north-mail.org\n" for i in range(LONG // 40)]
    return Fragment("".join(lines) + "signed Holloway, kowalczyk and LINDQVIST")


def test_a_long_text_is_shared_and_found_as_a_whole(all_parts: Parts) -> None:
    assert isinstance(all_parts.names, PieceReader)
    text = long_text()
    assert len(text.text) > LONG
    halves, told = Halves(all_parts, cores=2), list[float]()
    halves.follow(told.append)
    try:
        shared(halves, [text], all_parts.pipeline.find([text]))
    finally:
        halves.close()

    assert len(told) > LONG / MAX_PIECE
    assert max(told) == 1.0


COPIED = """
import sys
from maskwire_daemon.cli.half import can_copy
from tests.unit.cli import test_halves as t

assert can_copy()
print("not written twice", end="")
halves = t.Halves(t.RULES_ALONE, cores=2)
(copy,) = t.psutil.Process().children()
t.shared(halves, t.TEXTS, t.EXPECTED)
t.os.kill(copy.pid, t.signal.SIGKILL)
assert halves(t.TEXTS) == t.EXPECTED
halves.close()
assert t.psutil.Process().children() == []
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux alone")
def test_a_copy_of_the_process_does_what_another_one_does() -> None:
    done = subprocess.run([sys.executable, "-c", COPIED], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "not written twice", "")


@pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux alone")
def test_a_copy_ends_when_its_command_does() -> None:
    code = """
from tests.unit.cli import test_halves as t
t.Halves(t.RULES_ALONE, cores=2)
print(t.psutil.Process().children()[0].pid)
t.os._exit(1)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    until = time.monotonic() + 60
    while psutil.pid_exists(int(done.stdout)) and time.monotonic() < until:
        time.sleep(0.01)

    assert not psutil.pid_exists(int(done.stdout))
