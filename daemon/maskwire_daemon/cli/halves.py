"""A second process that searches some of what a command searches, where there is a core for it. IO: one process.

It runs what the daemon's worker runs. Whatever goes wrong with it, the command searches those texts itself: with it and
without it, the findings are the same.
"""

import contextlib
import os
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from maskwire.detect.fragment import Fragment
from maskwire.spans import Span
from maskwire_daemon.detection import frames
from maskwire_daemon.detection.detector import batches_of
from maskwire_daemon.detection.frames import LENGTH, BrokenFrame, Question
from maskwire_daemon.detection.pool import ALONE_CHARACTERS
from maskwire_daemon.detection.search import Search, to_json
from maskwire_daemon.detection.workers import default_command, worker_environment

type Finder = Callable[[Sequence[Fragment]], list[list[Span]]]
"""Returns the findings of each text."""

type Left = deque[tuple[int, list[Fragment]]]
"""Batches that nobody has searched yet, with their numbers; each process takes from one end."""


class Half:
    """One worker, asked one question after the other. ``ready`` tells whether it has loaded everything."""

    def __init__(self, search: Search) -> None:
        """Start it; it is ready later, or never."""
        self.ready = False
        self._last = 0
        self._process: subprocess.Popen[bytes] | None = None
        with contextlib.suppress(OSError):
            self._process = subprocess.Popen(
                default_command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a traceback there could hold a value
                env=worker_environment(os.environ),
            )
            threading.Thread(target=self._greet, args=(to_json(search),), daemon=True).start()

    def search(self, fragments: Sequence[Fragment]) -> list[list[Span]] | None:
        """Return the findings of each text, or None when it cannot tell them; it is not asked again then."""
        try:
            return self._answered(fragments)
        except (OSError, EOFError, ValueError):
            self.close()
            return None

    def close(self) -> None:
        """End it. No process is left when this returns."""
        self.ready = False
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _greet(self, settings: object) -> None:
        with contextlib.suppress(OSError, EOFError, ValueError):
            self._send(frames.encode_settings(settings))
            self.ready = not frames.decode_hello(self._read()).problem

    def _answered(self, fragments: Sequence[Fragment]) -> list[list[Span]] | None:
        """Return what it answers; None when it failed on these texts, which is for the command itself to say."""
        self._last += 1
        self._send(frames.encode_question(Question(self._last, tuple(fragments))))
        answer = frames.decode_answer(self._read())
        if answer.id != self._last:
            raise BrokenFrame("an answer to another question")
        return None if answer.error else frames.spans_of(answer, fragments)

    def _send(self, frame: bytes) -> None:
        process = self._running()
        assert process.stdin is not None  # it was started with pipes
        process.stdin.write(frame)
        process.stdin.flush()

    def _read(self) -> bytes:
        return self._exactly(frames.frame_length(self._exactly(LENGTH.size)))

    def _exactly(self, size: int) -> bytes:
        process = self._running()
        assert process.stdout is not None  # it was started with pipes
        if len(data := process.stdout.read(size)) < size:
            raise EOFError
        return data

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise EOFError
        return self._process


class Halves:
    """Searches what is asked for: alone, and with a second process once there was much and there is a core for it."""

    def __init__(self, alone: Finder, search: Search, cores: int) -> None:
        """Prepare. ``alone`` searches here for what ``search`` names."""
        self._alone = alone
        self._search = search
        self._several = cores > 1
        self._searched = 0
        self._half: Half | None = None
        self.shared = 0
        """Batches that the second process searched."""

    def __call__(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        """Return the findings of each text, in order.

        Raises:
            BlockedError: a text cannot be searched.
        """
        self._searched += sum(len(fragment.text) for fragment in fragments)
        if self._several and self._half is None and self._searched > ALONE_CHARACTERS:
            self._half = Half(self._search)
        if self._half is None or not self._half.ready:
            return self._alone(fragments)
        left = deque(enumerate(batches_of(fragments)))
        found: dict[int, list[list[Span]]] = {}
        with ThreadPoolExecutor(1) as beside:
            helping = beside.submit(_help, self._half, left, found)
            self._take(left, found)
        self.shared += helping.result()
        self._take(left, found)  # what the other process gave back
        return [spans for number in sorted(found) for spans in found[number]]

    def close(self) -> None:
        """End the second process."""
        if self._half is not None:
            self._half.close()

    def _take(self, left: Left, found: dict[int, list[list[Span]]]) -> None:
        while left:
            with contextlib.suppress(IndexError):  # the other process took the last one
                number, batch = left.popleft()
                found[number] = self._alone(batch)


def _help(half: Half, left: Left, found: dict[int, list[list[Span]]]) -> int:
    """Have ``half`` search from the end on until nothing is left or it cannot; return how many batches it searched."""
    searched = 0
    while left:
        try:
            number, batch = left.pop()
        except IndexError:
            break
        if (spans := half.search(batch)) is None:
            left.append((number, batch))
            break
        found[number] = spans
        searched += 1
    return searched
