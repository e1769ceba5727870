"""Texts to be searched, taken by this process and a second one, whichever is free. IO: through ``half``."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from maskwire.detect.fragment import Fragment
from maskwire.spans import Span
from maskwire_daemon.cli.half import Half

type Found = list[list[Span]]
"""The findings of each of some texts."""


@dataclass(slots=True, eq=False)
class Job:
    """Texts to be searched. ``here`` is how this process does it.

    ``read`` asks for names as a ``PieceReader`` reads them, and nothing else. ``own`` keeps it from the other process.
    ``then`` is called when it is done, maybe from another thread.
    """

    fragments: Sequence[Fragment] = field(repr=False)
    here: Callable[[Sequence[Fragment]], Found]
    read: bool = False
    own: bool = False
    then: Callable[[], None] | None = None
    found: Found | None = field(default=None, repr=False)

    def done(self, found: Found) -> None:
        """Take what was found."""
        self.found = found
        if self.then is not None:
            self.then()


class Jobs:
    """Jobs that were begun. The second process takes them from a thread of its own, this one in ``result``."""

    def __init__(self) -> None:
        self._left: deque[Job] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self.shared = 0
        """Jobs that the second process has done."""
        self.helped = False
        """Whether there is a second process."""

    def __len__(self) -> int:
        """Return how many nobody has taken."""
        return len(self._left)

    def help(self, half: Half) -> None:
        """Let ``half`` take jobs from now on, until it fails or is closed."""
        self.helped = True
        threading.Thread(target=self._help, args=(half,), daemon=True, name="second process").start()

    def begin(self, jobs: Sequence[Job], *, first: bool = False) -> None:
        """Let ``jobs`` be done in their order, ``first`` before all others."""
        with self._changed:
            if first:
                self._left.extendleft(reversed(jobs))
            else:
                self._left.extend(jobs)
            self._changed.notify_all()

    def result(self, job: Job) -> Found:
        """Return the findings of ``job``, and do it or others of its kind until they are there.

        Raises:
            BlockedError: a text cannot be searched.
        """
        while True:
            with self._changed:
                while job.found is None and (mine := self._next(read=job.read)) is None:
                    self._changed.wait()
                if job.found is not None:
                    return job.found
            assert mine is not None  # else it waits on
            mine.done(mine.here(mine.fragments))

    def close(self) -> None:
        """Give the second process nothing more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _next(self, *, read: bool) -> Job | None:
        job = next((job for job in self._left if job.read == read), None)
        if job is not None:
            self._left.remove(job)
        return job

    def _help(self, half: Half) -> None:
        """Have ``half`` do jobs; what it cannot tell goes back to this process."""
        able = half.wait_until_ready()
        while able:
            with self._changed:
                while not self._closed and (job := next((j for j in self._left if not j.own), None)) is None:
                    self._changed.wait()
                if self._closed:
                    break
                assert job is not None  # else it waits on
                self._left.remove(job)
            found = half.search(job.fragments, read=job.read)
            with self._changed:
                if found is None:
                    job.own = True
                    self._left.appendleft(job)
                    able = half.alive
                else:
                    job.done(found)
                    self.shared += 1
                self._changed.notify_all()
        self.helped = False
