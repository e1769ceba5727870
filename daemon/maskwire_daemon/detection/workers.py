"""The detection worker as the daemon sees it: started, fed, watched, killed and started again. IO: one process.

Rules and names run in a process of their own, so that the proxy's loop never waits for them and their memory can be
given back. Whatever goes wrong with it is a ``BlockedError`` for every question in flight: nothing passes unsearched.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from maskwire.detect.fragment import Fragment
from maskwire.errors import BlockedError, Reason
from maskwire.spans import Span
from maskwire_daemon.detection import frames
from maskwire_daemon.detection.frames import LENGTH, Answer, BrokenFrame, Question
from maskwire_daemon.detection.search import Search, to_json

IN_FLIGHT = 2
"""Questions in the pipe: one is searched while the next already waits there, so that the worker never idles."""

INLINE_BYTES = 8 * 1024
"""Bytes of an answer that is decoded on the loop: a hundred findings, half a millisecond."""

BACKOFF_S = (0.0, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds to wait before each start again: a crash is repaired at once, a machine that cannot load it is left alone."""

START_LIMIT_S = 60.0
"""Seconds in which a worker must be ready: ten times what the largest spaCy model takes on an old disk."""

KEPT_VARIABLES = (
    "PATH",
    "SYSTEMROOT",
    "HOME",
    "USERPROFILE",
    "TMPDIR",
    "TEMP",
    "OPENBLAS_CORETYPE",
    "OPENBLAS_L2_SIZE",
)
"""The worker's environment: what Python needs, and what keeps the arithmetic right on this processor."""

REMEDY = "Try again; if it happens again, run 'maskwire doctor'."


class State(StrEnum):
    """What the worker is doing."""

    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    FAILED = "failed"
    STOPPED = "stopped"


def default_command() -> tuple[str, ...]:
    """Return the command that starts a worker: this Python, with nothing of the working directory on its path."""
    return (sys.executable, "-P", "-m", "maskwire_daemon.detection.worker_main")


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """How a worker is started, and what it searches for.

    ``limit_s`` is how long the worker may search for one answer before it counts as hanging.
    """

    search: Search = field(default_factory=Search)
    command: tuple[str, ...] = field(default_factory=default_command)
    limit_s: float = 20.0
    start_limit_s: float = START_LIMIT_S
    backoff_s: tuple[float, ...] = BACKOFF_S


@dataclass(slots=True)
class _Sent:
    """A question in the pipe."""

    fragments: tuple[Fragment, ...]
    answer: asyncio.Future[list[list[Span]]]


class Worker:
    """One process that searches texts, kept running until ``stop``."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._search = settings.search
        self._process: asyncio.subprocess.Process | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self._sent: dict[int, _Sent] = {}
        self._watch: asyncio.TimerHandle | None = None
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._settled = asyncio.Event()
        self._last_id = 0
        self._loss = Reason.DETECTOR_FAILED
        self.state = State.STOPPED
        self.reason = ""
        self.restarts = 0

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Begin to start the process, and keep one running; returns at once."""
        if self._supervisor is None:
            self.state = State.STARTING
            self._supervisor = asyncio.get_running_loop().create_task(self._supervise(), name="detection worker")

    async def stop(self) -> None:
        """End the process, and fail what is in flight. No process is left when this returns."""
        if self._supervisor is None:
            return
        self._supervisor.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._supervisor
        self._supervisor = None
        self.state = State.STOPPED

    def change(self, search: Search) -> None:
        """Search for ``search`` from the next question on; a process that runs is told before that question.

        ``names`` may not change: a model is loaded at the start alone.
        """
        self._search = search
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(frames.encode_settings(to_json(search)))

    async def ask(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        """Return the spans of each fragment. Questions are answered in the order in which they were asked.

        Cancelling it gives the answer up, not the worker. May be called before the process is ready.

        Raises:
            BlockedError: the worker cannot answer.
        """
        await self._slots.acquire()
        try:
            sent = await self._send(tuple(fragments))
        except BaseException:
            self._slots.release()
            raise
        return await sent.answer

    async def ready(self) -> bool:
        """Wait until it can be asked, and tell whether it can: not once it failed to start or was stopped."""
        try:
            await self._ready_process()
        except BlockedError:
            return False
        return True

    async def _send(self, fragments: tuple[Fragment, ...]) -> _Sent:
        process = await self._ready_process()
        self._last_id += 1
        number = self._last_id
        try:
            frame = frames.encode_question(Question(number, fragments))
        except BrokenFrame as e:
            raise BlockedError(Reason.BODY_TOO_LARGE, "The request holds more text than can be searched.") from e
        sent = _Sent(fragments, asyncio.get_running_loop().create_future())
        self._sent[number] = sent
        if self._watch is None:
            self._wait_for_answer(process)
        assert process.stdin is not None  # it was started with pipes
        process.stdin.write(frame)  # a loss is seen by the reader, which fails what is in flight
        return sent

    async def _ready_process(self) -> asyncio.subprocess.Process:
        while self.state is not State.READY or self._process is None:
            if self.state in (State.FAILED, State.STOPPED):
                raise BlockedError(Reason.DETECTOR_FAILED, self._failure())
            self._settled.clear()
            await self._settled.wait()
        return self._process

    def _failure(self) -> str:
        if self.state is State.STOPPED:
            return "The detector of personal data is not running, so the request was not sent. Run 'maskwire up'."
        return f"The detector of personal data did not start: {self.reason}. The request was not sent."

    def _become(self, state: State, reason: str = "") -> None:
        self.state, self.reason = state, reason
        self._settled.set()

    async def _supervise(self) -> None:
        """Keep a process running; waits longer after each that never got ready or died soon."""
        failures = 0
        while True:
            began = asyncio.get_running_loop().time()
            await self._live()
            lived_s = asyncio.get_running_loop().time() - began
            failures = 0 if lived_s > START_LIMIT_S else failures + 1
            self.restarts += 1
            if self.state is State.READY:
                self._become(State.RESTARTING, "the worker ended")
            await asyncio.sleep(self._settings.backoff_s[min(failures, len(self._settings.backoff_s)) - 1])

    async def _live(self) -> None:
        """Run one process from its start to its end."""
        self._loss = Reason.DETECTOR_FAILED
        try:
            process = await self._spawn()
        except OSError as e:
            self._become(State.FAILED, f"the process could not be started ({type(e).__name__})")
            return
        self._process = process
        try:
            await self._greet(process)
            self._become(State.READY)
            await self._read_answers(process)
        except TimeoutError:
            self._become(State.FAILED, "the worker was not ready in time")
        except (BrokenFrame, asyncio.IncompleteReadError, OSError):
            if self.state is not State.READY:
                self._become(State.FAILED, "the worker ended before it was ready")
        except _NotReady as e:
            self._become(State.FAILED, str(e))
        finally:
            self._process = None
            await _end(process)
            self._fail_all()

    async def _spawn(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *self._settings.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a traceback there could hold a value
            env=worker_environment(os.environ),
            limit=frames.MAX_FRAME,
        )
        assert process.stdin is not None  # it was started with pipes
        process.stdin.write(frames.encode_settings(to_json(self._search)))
        return process

    async def _greet(self, process: asyncio.subprocess.Process) -> None:
        async with asyncio.timeout(self._settings.start_limit_s):
            hello = frames.decode_hello(await _read(process))
        if hello.problem:
            raise _NotReady(hello.problem)

    async def _read_answers(self, process: asyncio.subprocess.Process) -> None:
        while True:
            body = await _read(process)
            large = len(body) > INLINE_BYTES
            self._settle(await asyncio.to_thread(frames.decode_answer, body) if large else frames.decode_answer(body))
            self._wait_for_answer(process)

    def _settle(self, answer: Answer) -> None:
        sent = self._sent.get(answer.id)
        if sent is None:
            raise BrokenFrame("an answer without a question")
        spans = [] if answer.error else frames.spans_of(answer, sent.fragments)
        del self._sent[answer.id]
        self._slots.release()
        if sent.answer.done():
            return
        if answer.error:
            message = (
                f"The detector of personal data failed on this text ({answer.error}), so it was not sent. {REMEDY}"
            )
            sent.answer.set_exception(BlockedError(Reason.DETECTOR_FAILED, message))
        else:
            sent.answer.set_result(spans)

    def _wait_for_answer(self, process: asyncio.subprocess.Process) -> None:
        """Count the time from now until ``process`` must have answered the oldest question, if there is one."""
        if self._watch is not None:
            self._watch.cancel()
        loop = asyncio.get_running_loop()
        self._watch = loop.call_later(self._settings.limit_s, self._give_up, process) if self._sent else None

    def _give_up(self, process: asyncio.subprocess.Process) -> None:
        """Kill a process that did not answer in time; the reader then fails what is in flight."""
        self._loss = Reason.DETECTOR_TIMEOUT
        with contextlib.suppress(ProcessLookupError):
            process.kill()

    def _fail_all(self) -> None:
        what = "took too long" if self._loss is Reason.DETECTOR_TIMEOUT else "ended unexpectedly"
        message = f"The detector of personal data {what}, so the request was not sent. It is starting again. {REMEDY}"
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        lost, self._sent = self._sent, {}
        for sent in lost.values():
            self._slots.release()
            if not sent.answer.done():
                sent.answer.set_exception(BlockedError(self._loss, message))


class _NotReady(Exception):
    """A worker said why it will never be ready."""


async def _read(process: asyncio.subprocess.Process) -> bytes:
    """Return the body of the next frame that ``process`` writes."""
    assert process.stdout is not None  # it was started with pipes
    length = frames.frame_length(await process.stdout.readexactly(LENGTH.size))
    return await process.stdout.readexactly(length)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill ``process`` if it still runs, and wait until it and its pipes are gone, even when that is cancelled."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    gone = asyncio.ensure_future(process.communicate())
    try:
        await asyncio.shield(gone)
    except asyncio.CancelledError:
        await gone
        raise


def worker_environment(of: Mapping[str, str]) -> dict[str, str]:
    """Return what the worker gets of an environment, with one thread for arithmetic."""
    kept = {name: of[name] for name in KEPT_VARIABLES if name in of}
    return kept | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
