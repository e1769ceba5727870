"""What a command searches, shared between its own process and a second one, where there is a core for it.

Texts go to both in batches; of a long one, the names go in pieces while its rules are searched for here. Whatever goes
wrong with the second process, the command searches those texts itself: with it and without it, the findings are the
same. IO: through ``half``.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import count

from maskwire.detect.fragment import Fragment
from maskwire.detect.names import PieceReader
from maskwire.detect.names_echo import with_echoes
from maskwire.detect.names_pieces import pieces_of
from maskwire_daemon.cli.half import Half, can_copy
from maskwire_daemon.cli.jobs import Found, Job, Jobs
from maskwire_daemon.detection.detector import batches_of
from maskwire_daemon.detection.pool import ALONE_CHARACTERS
from maskwire_daemon.detection.worker_main import Parts

AHEAD = 8
"""Batches that wait to be taken while the oldest is searched: neither process ever lacks one."""

LONG = 512 * 1024
"""Characters of a text from which two processes share it: shorter ones are shared one by one."""


type Told = Callable[[float], None]
"""Is told how much of a long text is done, from 0 to 1."""


class Halves:
    """Searches what is asked for: alone, and with a second process where there is a core for it."""

    def __init__(self, parts: Parts, cores: int) -> None:
        """Prepare. A second process that is a copy of this one is made at once, another one when there is much."""
        self._parts = parts
        self._several = cores > 1
        self._searched = 0
        self._jobs = Jobs()
        self._half: Half | None = None
        self._names = _SharedNames(parts.names, self._jobs) if isinstance(parts.names, PieceReader) else None
        self._pipeline = parts.pipeline if self._names is None else parts.pipeline.with_names(self._names)
        if self._several and can_copy():
            self._start()

    @property
    def shared(self) -> int:
        """How much the second process has done, in batches and pieces."""
        return self._jobs.shared

    def __call__(self, fragments: Sequence[Fragment]) -> Found:
        """Return the findings of each text, in order.

        Raises:
            BlockedError: a text cannot be searched.
        """
        return next(self.each([fragments]))

    def each(self, groups: Iterable[Sequence[Fragment]]) -> Iterator[Found]:
        """Yield the findings of each group of texts, in order.

        Some groups are taken before the first is answered. An empty one says that the next may be long in coming: it
        is asked for once all that was begun is answered.

        Raises:
            BlockedError: a text cannot be searched.
        """
        begun: deque[list[Job]] = deque()
        for group in groups:
            begun.append(self._begin(group))
            while begun and (not group or not self._jobs.helped or len(self._jobs) >= AHEAD):
                yield self._ended(begun.popleft())
        while begun:
            yield self._ended(begun.popleft())

    def follow(self, told: Told) -> None:
        """Have ``told`` called as pieces of a long text are read."""
        if self._names is not None:
            self._names.told = told

    def close(self) -> None:
        """End the second process."""
        self._jobs.close()
        if self._half is not None:
            self._half.close()

    def _start(self) -> None:
        self._half = Half(self._parts)
        self._jobs.help(self._half)

    def _begin(self, fragments: Sequence[Fragment]) -> list[Job]:
        self._searched += sum(len(fragment.text) for fragment in fragments)
        if self._several and self._half is None and self._searched > ALONE_CHARACTERS:
            self._start()
        jobs = [Job(batch, self._pipeline.find, own=self._is_shared(batch)) for batch in batches_of(fragments)]
        self._jobs.begin(jobs)
        return jobs

    def _is_shared(self, batch: Sequence[Fragment]) -> bool:
        """Tell whether both processes search ``batch`` together."""
        return self._names is not None and any(len(fragment.text) > LONG for fragment in batch)

    def _ended(self, jobs: Sequence[Job]) -> Found:
        return [spans for job in jobs for spans in self._jobs.result(job)]


class _SharedNames:
    """Names of long texts, read in pieces by whichever process is free, while rules are searched for."""

    def __init__(self, names: PieceReader, jobs: Jobs) -> None:
        self._names = names
        self._jobs = jobs
        self.told: Told = lambda _: None

    def find(self, fragments: Sequence[Fragment]) -> Found:
        """Return the names in each fragment."""
        return self.begin(fragments)()

    def begin(self, fragments: Sequence[Fragment]) -> Callable[[], Found]:
        """Begin to read long texts; what is returned gives the names in all of them."""
        if all(len(fragment.text) <= LONG for fragment in fragments):
            return partial(self._names.find, fragments)
        left = count(1)
        pieces = [list(pieces_of(fragment.text)) for fragment in fragments]
        total = sum(map(len, pieces))

        def then() -> None:
            self.told(next(left) / total)

        jobs = [[Job([Fragment(text)], self._names.read, read=True, then=then) for _, text in some] for some in pieces]
        self._jobs.begin([job for some in jobs for job in some], first=True)
        return partial(self._named, fragments, [[at for at, _ in some] for some in pieces], jobs)

    def _named(self, fragments: Sequence[Fragment], starts: Sequence[Sequence[int]], jobs: list[list[Job]]) -> Found:
        found = [
            [span.moved(at) for at, job in zip(places, some, strict=True) for span in self._jobs.result(job)[0]]
            for places, some in zip(starts, jobs, strict=True)
        ]
        return [with_echoes([f], [spans])[0] for f, spans in zip(fragments, found, strict=True)]
