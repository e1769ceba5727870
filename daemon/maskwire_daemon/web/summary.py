"""Sums over the journal, kept up to date row by row, so that a page costs what is new. IO: blocks on the database.

The whole journal is read once; after that only rows that were added since. What was deleted makes it begin anew.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from maskwire.exchange import Outcome
from maskwire_daemon.store.database import Database
from maskwire_daemon.web.words import kind

MINUTES = 60
"""Minutes that the chart shows."""

DAY_MINUTES = 24 * 60
"""Minutes over which the figures are summed."""

MOST_NAMES = 500
"""Hosts, programs or entities offered as filters; a journal with more of them is searched by text."""

_NEW = (
    "SELECT CAST(started / 60 AS INTEGER), host, program, outcome, entities, count(*), sum(restored), sum(added_ms) "
    "FROM exchanges WHERE id > ? AND id <= ? GROUP BY 1, 2, 3, 4, 5"
)


@dataclass(slots=True)
class Minute:
    """What began within one minute."""

    exchanges: int = 0
    blocked: int = 0
    restored: int = 0
    added_ms: float = 0.0
    masked: Counter[str] = field(default_factory=Counter)
    """Values masked, by entity."""

    def add(self, other: "Minute") -> None:
        """Add what another minute holds."""
        self.exchanges += other.exchanges
        self.blocked += other.blocked
        self.restored += other.restored
        self.added_ms += other.added_ms
        self.masked += other.masked


@dataclass(frozen=True, slots=True)
class Sums:
    """What the live page shows above its table. ``minutes`` counts masked values per kind, oldest minute first."""

    day: Minute
    minutes: tuple[Mapping[str, int], ...]
    hosts: tuple[str, ...]
    programs: tuple[str, ...]
    entities: tuple[str, ...]
    last_id: int


class Summary:
    """The sums of one journal. Safe between threads."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._begin(0)

    def _begin(self, first: int) -> None:
        self._first, self._last = first, 0
        self._minutes: dict[int, Minute] = {}
        self._names: tuple[set[str], set[str], set[str]] = (set(), set(), set())

    def now(self) -> Sums:
        """Return the sums up to the newest row that is written."""
        with self._lock:
            self._catch_up()
            now = int(self._clock() // 60)
            day = Minute()
            for minute, found in self._minutes.items():
                if now - DAY_MINUTES < minute <= now:
                    day.add(found)
            minutes = tuple(_by_kind(self._minutes.get(m)) for m in range(now - MINUTES + 1, now + 1))
            hosts, programs, entities = (tuple(sorted(names)) for names in self._names)
            return Sums(day, minutes, hosts, programs, entities, self._last)

    def _catch_up(self) -> None:
        ((first, last),) = self._database.read("SELECT min(id), max(id) FROM exchanges", ())
        first, last = first or 0, last or 0
        if first != self._first or last < self._last:
            self._begin(first)
        if last == self._last:
            return
        for row in self._database.read(_NEW, (self._last, last)):
            self._take(*row)
        self._last = last
        oldest = int(self._clock() // 60) - DAY_MINUTES
        self._minutes = {minute: found for minute, found in self._minutes.items() if minute > oldest}

    def _take(self, minute: int, *rest: object) -> None:
        host, program, outcome, entities, count, restored, added_ms = rest
        assert isinstance(count, int)  # what count() gives
        found: dict[str, int] = json.loads(str(entities))
        for names, new in zip(self._names, ([host], [program], found), strict=True):
            if len(names) < MOST_NAMES:
                names.update(str(name) for name in new if name)
        into = self._minutes.setdefault(minute, Minute())
        masked = (
            Counter({name: n * count for name, n in found.items()}) if outcome == Outcome.MASKED else Counter[str]()
        )
        into.add(Minute(count, count * (outcome == Outcome.BLOCKED), int(str(restored)), float(str(added_ms)), masked))


def _by_kind(minute: Minute | None) -> Mapping[str, int]:
    kinds: Counter[str] = Counter()
    for entity, count in minute.masked.items() if minute is not None else ():
        kinds[kind(entity)] += count
    return kinds
