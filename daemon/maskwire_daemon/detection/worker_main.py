"""The detection worker: a process that reads questions from its standard input and answers on its standard output.

It is started by ``workers``, and by commands that search much. The end of its input ends it. It opens no socket unless
a remote analyzer is configured, writes no file but Python's compiled modules, leaves no core dump, and says nothing but
frames.
"""

import ctypes
import gc
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple

from maskwire.detect.names import Engine, NamesUnavailable, PieceReader, load_names
from maskwire.detect.pipeline import NameFinder, Pipeline
from maskwire.detect.rules import RuleSet, default_rules
from maskwire.detect.terms import TermSet
from maskwire.errors import ConfigError
from maskwire.spans import Span
from maskwire_daemon.detection import frames
from maskwire_daemon.detection.frames import LENGTH, Answer, Hello
from maskwire_daemon.detection.search import Search, from_json

if sys.platform != "win32":
    import resource

MAX_RESIDENT = 350 * 1024 * 1024
"""Bytes of memory after which the worker ends itself between two answers: a new one is as good and smaller."""

MIN_ROOM = 150 * 1024 * 1024
"""Bytes that it may grow in any case after loading: a large stock model fills ``MAX_RESIDENT`` by itself."""

NICENESS = 5
"""The person's own programs come first."""

PR_SET_DUMPABLE = 4
"""Source: https://man7.org/linux/man-pages/man2/PR_SET_DUMPABLE.2const.html"""

NETWORK_EVENTS = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"})
"""What a process that reaches out does first. Source: https://docs.python.org/3/library/audit_events.html"""


class Parts(NamedTuple):
    """What is searched for, and what searches for it."""

    search: Search
    rules: RuleSet
    names: NameFinder | None
    pipeline: Pipeline


def main() -> int:
    """Answer questions until the input ends. Returns the exit status."""
    questions, answers = _take_pipes()
    _be_quiet()
    if sys.platform != "win32":
        os.nice(NICENESS)
    try:
        search = from_json(frames.decode_settings(_read(questions) or b""))
        began = time.perf_counter()
        if not _reaches_out(search):
            sys.addaudithook(_forbid_network)
        parts = build(search)
    except (NamesUnavailable, ConfigError) as e:
        _write(answers, frames.encode_hello(Hello(problem=str(e))))
        return 1
    except Exception as e:  # noqa: BLE001 - whatever a model's package raises, the daemon must hear of it
        problem = f"the detector cannot be loaded ({type(e).__name__})"
        _write(answers, frames.encode_hello(Hello(problem=problem)))
        return 1
    gc.freeze()  # what is loaded stays: collections need not look at it
    _write(answers, frames.encode_hello(Hello(time.perf_counter() - began)))
    return _serve(parts, questions, answers)


def serve_as_copy(parts: Parts, questions: BinaryIO, answers: BinaryIO) -> int:
    """Answer questions in a process that was copied from one that has loaded ``parts``, and may print."""
    _close_standard_streams()
    _be_quiet()  # as patient as the command itself: a person waits for both
    if not _reaches_out(parts.search):
        sys.addaudithook(_forbid_network)
    return _serve(parts, questions, answers)


def _reaches_out(search: Search) -> bool:
    return search.names is not None and search.names.engine == Engine.REMOTE


@contextmanager
def _keeping_everything() -> Iterator[None]:
    """Look for no garbage while all that is made stays: that was a tenth of the start."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@_keeping_everything()
def build(search: Search, before: Parts | None = None) -> Parts:
    """Return everything that ``search`` names; what was loaded ``before`` and still holds is used again.


    Raises:
        NamesUnavailable, ConfigError: a part of it cannot be made.
    """
    if before is not None and before.search.rules == search.rules:
        rules = before.rules
    else:
        rules = RuleSet([*default_rules().rules, *search.rules]) if search.rules else default_rules()
    if before is not None and before.search.names == search.names:
        names = before.names
    else:
        names = load_names(search.names) if search.names is not None else None
    terms = TermSet(search.terms) if search.terms is not None else None
    return Parts(search, rules, names, Pipeline(rules, names, terms))


def _serve(parts: Parts, questions: BinaryIO, answers: BinaryIO) -> int:
    limit = max(MAX_RESIDENT, resident_bytes() + MIN_ROOM)
    while (body := _read(questions)) is not None:
        if frames.holds_settings(body):  # what cannot be built ends this worker, and the next one says why
            parts = build(from_json(frames.decode_settings(body)), parts)
            continue
        question = frames.decode_question(body)
        try:
            found = _found(parts, question)
            answer = Answer(question.id, tuple(map(tuple, found)))
        except Exception as e:  # noqa: BLE001 - whatever a recognizer raises, this question must be refused
            answer = Answer(question.id, error=type(e).__name__)
        _write(answers, frames.encode_answer(answer))
        if resident_bytes() > limit:
            break
    return 0


def _found(parts: Parts, question: frames.Question) -> list[list[Span]]:
    if not question.read:
        return parts.pipeline.find(question.fragments)
    if not isinstance(parts.names, PieceReader):
        raise TypeError("these names are not read piece by piece")
    return parts.names.read(question.fragments)


def resident_bytes() -> int:
    """Return how much memory this process holds.

    Source: https://man7.org/linux/man-pages/man5/proc_pid_statm.5.html
    """
    if sys.platform == "linux":
        with open("/proc/self/statm", "rb", buffering=0) as file:  # noqa: PTH123 - asked after every answer
            return int(file.read().split()[1]) * resource.getpagesize()
    import psutil  # a fiftieth of the worker's start, so only where the system has no file for it

    return int(psutil.Process().memory_info().rss)


def _write(answers: BinaryIO, frame: bytes) -> None:
    answers.write(frame)
    answers.flush()


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return input and output as our own, and no standard ones."""
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    _close_standard_streams()
    return questions, answers


def _close_standard_streams() -> None:
    """Point them nowhere: a stray print must be no frame, and no output of the command that was copied."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)


def _be_quiet() -> None:
    """Leave no core dump, and let whoever started this decide when to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "win32":
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def _forbid_network(event: str, _: object) -> None:
    """Refuse what would reach out of the machine. Raised inside a recognizer, it fails that question."""
    if event in NETWORK_EVENTS:
        raise PermissionError("the detector may not use the network")


def _read(source: BinaryIO) -> bytes | None:
    """Return the body of the next frame, or None at the end of the input."""
    prefix = source.read(LENGTH.size)
    if len(prefix) < LENGTH.size:
        return None
    length = frames.frame_length(prefix)
    body = source.read(length)
    return body if len(body) == length else None


if __name__ == "__main__":
    sys.exit(main())
