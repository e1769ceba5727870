"""Finding values without blocking the loop: from memory, inline when that is quick, else by the worker.

A text that was searched before costs a hash. Small texts that can hold no names are searched here, since a pipe costs
more than they do. All others go to the worker in batches, so that a short request never waits behind a long one.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from maskwire.detect.cache import SpanCache
from maskwire.detect.fragment import Fragment
from maskwire.detect.names import NameSettings
from maskwire.detect.names_echo import with_echoes
from maskwire.detect.parts import Part, can_be_cut, joined, parts_of
from maskwire.detect.rule import Rule
from maskwire.detect.terms import Terms
from maskwire.errors import BlockedError, Reason
from maskwire.spans import Span
from maskwire_daemon.detection.pool import Pool
from maskwire_daemon.detection.search import Search
from maskwire_daemon.detection.workers import Worker, WorkerSettings

INLINE_CHARACTERS = 1024
"""Characters of new text that one request may have searched on the loop: rules take 0.2 ms for them as a rule, and
1.7 ms where every word looks like a number or an address."""

INLINE_S = 0.0005
"""Seconds after which nothing more is begun on the loop, which is not to be held for more than two milliseconds."""

ASIDE_CHARACTERS = 16 * 1024
"""Characters of one request that are looked up, and in which known people are looked for, on the loop: half a
millisecond for a hundred people. More is done in a thread."""

ASIDE_FRAGMENTS = 100
"""Texts of one request that are looked up on the loop, at four microseconds each."""

BATCH_CHARACTERS = 16 * 1024
"""Characters that the worker gets at once: a tenth of a second of names, after which another request has its turn."""

Quick = Callable[[Fragment], list[Span] | None]
"""Rules alone, or None where names must be looked for: ``Pipeline.quick``."""


@dataclass(frozen=True, slots=True)
class DetectorSettings:
    """How values are found. ``names`` is None when no names are looked for, and all is done by rules.

    ``deadline_s`` is how long one request may wait for its answer, the start of the worker included.
    ``cache_key`` keys the hashes under which findings are remembered. ``terms`` and ``rules`` are the person's own;
    whoever gives them here gives a ``quick`` that knows them too.
    """

    names: NameSettings | None = field(default_factory=NameSettings)
    deadline_s: float = 20.0
    cache_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    terms: Terms | None = field(default=None, repr=False)
    rules: tuple[Rule, ...] = ()


@dataclass(slots=True)
class _Known:
    """The parts of each text of a request, what was found in some of them, and those that are left to search."""

    parts: list[list[Part]]
    found: dict[Fragment, list[Span]] = field(default_factory=dict)
    left: list[Fragment] = field(default_factory=list)


class Detector:
    """Finds the values in the texts of requests. ``generation`` is another number after every change."""

    def __init__(self, quick: Quick, settings: DetectorSettings | None = None, worker: Worker | None = None) -> None:
        """Prepare; ``worker`` is given in tests alone."""
        self._settings = settings or DetectorSettings()
        self._quick = quick
        search = Search(self._settings.names, self._settings.terms, self._settings.rules)
        self.generation = 0
        self._cut = can_be_cut(self._settings.terms, self._settings.rules)
        settings_of_workers = WorkerSettings(search, limit_s=self._settings.deadline_s)
        self._worker = worker or Worker(settings_of_workers)
        self._pool = Pool(self._worker, settings_of_workers)
        self.cache = SpanCache(self._settings.cache_key)

    @property
    def ready(self) -> bool:
        """Whether every text can be searched now."""
        return self._worker.state == "ready"

    @property
    def state(self) -> str:
        """What the worker is doing: starting, ready, restarting, failed or stopped."""
        return str(self._worker.state)

    @property
    def reason(self) -> str:
        """Why it is not ready, in words for the person; empty when it is."""
        return self._worker.reason

    @property
    def hit_rate(self) -> float:
        """The part of all texts that had been searched before, from 0 to 1."""
        return self.cache.hit_rate

    @property
    def worker_pids(self) -> list[int]:
        """The processes of all workers now."""
        return self._pool.pids

    @property
    def worker_pid(self) -> int | None:
        """The worker's process now."""
        return self._worker.pid

    async def start(self) -> None:
        """Begin to start the worker; requests wait for it."""
        self._worker.start()

    async def stop(self) -> None:
        """End the workers; no process is left when this returns."""
        await self._pool.stop()

    def change(self, quick: Quick, terms: Terms | None, rules: tuple[Rule, ...]) -> None:
        """Search with these own words and rules from the next request on; what was found before is forgotten.

        ``quick`` must know them too.
        """
        self._quick = quick
        self.generation += 1
        self.cache.clear()
        self._cut = can_be_cut(terms, rules)
        self._pool.change(Search(self._settings.names, terms, rules))

    async def find(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        """Return the spans of each fragment, in order, sorted by start, none overlapping.

        A person who is named in full in one fragment is found by parts of the name in all of them.

        Raises:
            BlockedError: a text could not be searched, or not in time; nothing may leave that depends on it.
        """
        large = len(fragments) > ASIDE_FRAGMENTS or sum(len(f.text) for f in fragments) > ASIDE_CHARACTERS
        known = await _aside(large, self._known, fragments)
        if asked := self._inline(known):
            await self._by_workers(asked, known.found)
        return await _aside(large, _joined, fragments, known)

    def _known(self, fragments: Sequence[Fragment]) -> _Known:
        """Return the parts of ``fragments`` and what is remembered of them. May run in a thread."""
        cut = self._cut
        parts = [parts_of(f) if cut else [Part(f, 0, 0, len(f.text) + 1)] for f in fragments]
        known = _Known(parts)
        for fragment in dict.fromkeys(part.fragment for some in parts for part in some):
            spans = self.cache.find(fragment)
            if spans is None:
                known.left.append(fragment)
            else:
                known.found[fragment] = spans
        return known

    def _inline(self, known: _Known) -> list[Fragment]:
        """Settle what rules alone can within the loop's time, and return the rest."""
        room = INLINE_CHARACTERS
        until = time.perf_counter() + INLINE_S
        rest: list[Fragment] = []
        for at, fragment in enumerate(known.left):
            if not room or time.perf_counter() > until:
                return rest + known.left[at:]
            spans = self._quick(fragment) if len(fragment.text) <= room else None
            if spans is None:
                rest.append(fragment)
            else:
                room -= len(fragment.text)
                self.cache.store(fragment, spans)
                known.found[fragment] = spans
        return rest

    async def _by_workers(self, fragments: Sequence[Fragment], found: dict[Fragment, list[Span]]) -> None:
        """Add to ``found`` what the workers find in ``fragments``."""
        generation = self.generation

        def keep(batch: Sequence[Fragment], answers: Sequence[list[Span]]) -> None:
            for fragment, spans in zip(batch, answers, strict=True):
                if generation == self.generation:
                    self.cache.store(fragment, spans)
                found[fragment] = spans

        try:
            async with asyncio.timeout(self._settings.deadline_s):
                await self._pool.ask(list(batches_of(fragments)), keep)
        except TimeoutError as e:
            raise BlockedError(Reason.DETECTOR_TIMEOUT, self._late()) from e

    def _late(self) -> str:
        if not self.ready:
            return (
                f"The detector of personal data is {self.state} and was not ready within "
                f"{self._settings.deadline_s:g} s, so the request was not sent. Try again in a moment."
            )
        return (
            f"Searching the request for personal data took more than {self._settings.deadline_s:g} s, so it was not "
            "sent. Send less at once, or raise limits.scan_timeout_s in the configuration."
        )


async def _aside[**P, R](large: bool, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run ``call`` in a thread when there is much to do, since the loop must not wait for it."""
    return await asyncio.to_thread(call, *args, **kwargs) if large else call(*args, **kwargs)


def _joined(fragments: Sequence[Fragment], known: _Known) -> list[list[Span]]:
    """Return the spans of each fragment with the places where people who are known from another one stand."""
    spans = [joined(parts, [known.found[part.fragment] for part in parts]) for parts in known.parts]
    return with_echoes(fragments, spans)


def batches_of(fragments: Sequence[Fragment]) -> Iterator[list[Fragment]]:
    """Yield ``fragments`` in order, in lists of about ``BATCH_CHARACTERS``; a longer text has a list of its own."""
    batch: list[Fragment] = []
    size = 0
    for fragment in fragments:
        if batch and size + len(fragment.text) > BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
        batch.append(fragment)
        size += len(fragment.text)
    if batch:
        yield batch
