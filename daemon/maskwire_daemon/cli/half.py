"""Another process that searches as this one does. IO: one process.

Where a process can be copied, it is a copy of this one and ready at once. Elsewhere it is what the daemon's worker is,
and ready when it has loaded everything.
"""

import contextlib
import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

from maskwire.detect.fragment import Fragment
from maskwire.spans import Span
from maskwire_daemon.detection import frames
from maskwire_daemon.detection.frames import LENGTH, BrokenFrame, Question
from maskwire_daemon.detection.search import to_json
from maskwire_daemon.detection.worker_main import Parts, serve_as_copy
from maskwire_daemon.detection.workers import default_command, worker_environment


@dataclass(frozen=True, slots=True)
class _Process:
    """A process that answers. ``end`` kills it, and returns when it is gone."""

    questions: IO[bytes]
    answers: IO[bytes]
    end: Callable[[], None]


class Half:
    """One process, asked one question after the other."""

    def __init__(self, parts: Parts) -> None:
        """Start one that searches as ``parts`` do."""
        self._last = 0
        self._process: _Process | None = None
        self._settings: object = None
        with contextlib.suppress(OSError):
            if can_copy():
                self._process = _copied(parts)
            else:
                self._process = _started()
                self._settings = to_json(parts.search)

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        return self._process is not None

    def wait_until_ready(self) -> bool:
        """Wait until it has loaded everything, which a copy has from the beginning; tell whether it did."""
        if self._settings is None:
            return self.alive
        try:
            self._send(frames.encode_settings(self._settings))
            ready = not frames.decode_hello(self._read()).problem
        except (OSError, EOFError, ValueError):
            ready = False
        if not ready:
            self.close()
        return ready

    def search(self, fragments: Sequence[Fragment], *, read: bool = False) -> list[list[Span]] | None:
        """Return the findings of each text, or with ``read`` only what a ``PieceReader`` reads in them.

        None when it cannot tell them; after a failure of its own it is not asked again.
        """
        try:
            return self._answered(fragments, read=read)
        except (OSError, EOFError, ValueError):
            self.close()
            return None

    def close(self) -> None:
        """End it. No process is left when this returns."""
        process, self._process = self._process, None
        if process is not None:
            process.end()

    def _answered(self, fragments: Sequence[Fragment], *, read: bool) -> list[list[Span]] | None:
        """Return what it answers; None when it failed on these texts, which is for the command itself to say."""
        self._last += 1
        self._send(frames.encode_question(Question(self._last, tuple(fragments), read)))
        answer = frames.decode_answer(self._read())
        if answer.id != self._last:
            raise BrokenFrame("an answer to another question")
        return None if answer.error else frames.spans_of(answer, fragments)

    def _send(self, frame: bytes) -> None:
        questions = self._running().questions
        questions.write(frame)
        questions.flush()

    def _read(self) -> bytes:
        return self._exactly(frames.frame_length(self._exactly(LENGTH.size)))

    def _exactly(self, size: int) -> bytes:
        if len(data := self._running().answers.read(size)) < size:
            raise EOFError
        return data

    def _running(self) -> _Process:
        if self._process is None:
            raise EOFError
        return self._process


def can_copy() -> bool:
    """Tell whether this process can be copied: other threads are not, and what they held would stay held.

    On macOS the system's own libraries do not bear it.
    Source: https://docs.python.org/3/library/os.html#os.fork
    """
    return sys.platform == "linux" and threading.active_count() == 1


def _copied(parts: Parts) -> _Process:
    """Copy this process. Nothing of it is loaded again, and its memory is shared as far as it stays as it is."""
    gc.freeze()  # a collection in either process would write to all of it
    theirs, questions = os.pipe()
    answers, back = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.close(questions)
            os.close(answers)
            serve_as_copy(parts, os.fdopen(theirs, "rb"), os.fdopen(back, "wb"))
        finally:
            os._exit(0)  # without a traceback, and without writing what this command has in its buffers
    os.close(theirs)
    os.close(back)
    writer, reader = os.fdopen(questions, "wb"), os.fdopen(answers, "rb")

    def end() -> None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        for pipe in (writer, reader):
            with contextlib.suppress(OSError):  # what was not written is of no use
                pipe.close()

    return _Process(writer, reader, end)


def _started() -> _Process:
    process = subprocess.Popen(
        default_command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a traceback there could hold a value
        env=worker_environment(os.environ),
    )
    assert process.stdin is not None  # it was started with pipes
    assert process.stdout is not None

    def end() -> None:
        process.kill()
        process.communicate()

    return _Process(process.stdin, process.stdout, end)
