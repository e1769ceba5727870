"""What protection did within a period, for whoever has to account for it: counts, kinds, names of settings and times.

Made of the journal and the audit log alone, neither of which holds a value. IO: reads the database, blocking.
"""

import contextlib
import copy
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from maskwire.errors import VaultError
from maskwire.exchange import Outcome
from maskwire_daemon.coverage.canary_route import HOST as CANARY
from maskwire_daemon.reveal import DEED
from maskwire_daemon.storage import Storage
from maskwire_daemon.store.act import COLUMNS, Act
from maskwire_daemon.store.chain import Verdict
from maskwire_daemon.store.database import Database

MOST_ACTS: Final = 1000
"""Acts that a report lists; the newest, and it says when there were more."""


@dataclass(frozen=True, slots=True)
class Period:
    """From one Unix time to another, the second not included."""

    since: float
    until: float


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of both chains found, and when (Unix time)."""

    at: float
    exchanges: Verdict
    audit: Verdict


@dataclass(slots=True)
class Kept:
    """What became of one entity's values that were found on their way to one host.

    ``masked`` left as tokens, ``stayed`` were in requests that were refused or answered on this machine, ``left`` were
    in requests that were only watched or let pass.
    """

    masked: int = 0
    stayed: int = 0
    left: int = 0


@dataclass(slots=True)
class Traffic:
    """Sums over the exchanges of a period; ``kept`` is by host and entity.

    ``proven`` is when a canary last came through masked (Unix time), 0 if none did.
    """

    exchanges: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    hosts: Counter[str] = field(default_factory=Counter)
    programs: Counter[str] = field(default_factory=Counter)
    kept: dict[tuple[str, str], Kept] = field(default_factory=dict)
    restored: int = 0
    unresolved: int = 0
    proven: float = 0.0

    @property
    def masked(self) -> int:
        """How many values left as tokens."""
        return sum(kept.masked for kept in self.kept.values())

    @property
    def left(self) -> int:
        """How many values were found and left as they were."""
        return sum(kept.left for kept in self.kept.values())


@dataclass(frozen=True, slots=True)
class Report:
    """All of a report. Acts are newest first, and ``cut`` tells that there were more than ``MOST_ACTS``."""

    period: Period
    made: float
    traffic: Traffic
    changes: tuple[Act, ...]
    pauses: tuple[Act, ...]
    reveals: tuple[Act, ...]
    cut: bool
    checked: Checked | None

    @property
    def shown(self) -> int:
        """How many single values were shown to somebody."""
        return sum(act.status < 400 for act in self.reveals)


_SUMS: Final = (
    "SELECT host, outcome, reason, program, entities, count(*), sum(restored), sum(unresolved), "
    "max(started) FROM exchanges WHERE started >= ? AND started < ? AND id > ? AND id <= ? GROUP BY 1, 2, 3, 4, 5"
)

_PAUSES: Final = frozenset({"/pause", "/resume", "/v1/pause", "/v1/resume"})

_AREAS: Final = (
    "'pause','resume','rules','hosts','access','vault','purge','secrets','allowances','media','capture','playground'"
)
"""First parts of paths whose calls change what is protected or kept."""

_NOT_CHANGING: Final = "'/vault/reveal','/v1/capture/verify','/access/logout','/playground','/rules/trial','/rules/try'"
"""Calls below them that do not."""

_ACTS: Final = (
    f"SELECT {', '.join(COLUMNS)} FROM (SELECT *, substr(subject, CASE WHEN subject GLOB '/v1/*' "  # noqa: S608 - our own words
    "THEN 5 ELSE 2 END) AS rest FROM acts WHERE at >= ? AND at < ?) WHERE actor = 'settings' "
    "OR deed IN ('reveal', 'passphrase', 'lost') OR (status < 400 AND deed IN ('POST', 'PUT', 'DELETE') "
    f"AND substr(rest, 1, instr(rest || '/', '/') - 1) IN ({_AREAS}) AND subject NOT IN ({_NOT_CHANGING})) "
    "ORDER BY id DESC LIMIT ?"
)


class Tally:
    """The traffic of one period, read once and from then on brought up to date by what is new. Safe between threads."""

    def __init__(self, database: Database, period: Period) -> None:
        self.database = database
        self.period = period
        self._lock = threading.Lock()
        self._first = self._last = 0
        self._traffic = Traffic()

    def now(self) -> Traffic:
        """Return the sums up to the newest row that is written; what was deleted makes them begin anew."""
        with self._lock:
            ((first, last),) = self.database.read("SELECT min(id), max(id) FROM exchanges")
            if (first or 0) != self._first or (last or 0) < self._last:
                self._first, self._last, self._traffic = first or 0, 0, Traffic()
            if (last or 0) > self._last:
                span = (self.period.since, self.period.until, self._last, last)
                for row in self.database.read(_SUMS, span):
                    self._take(row)
                self._last = last
            return copy.deepcopy(self._traffic)

    def _take(self, row: tuple[Any, ...]) -> None:
        host, outcome, reason, program, entities, count, restored, unresolved, last = row
        traffic = self._traffic
        traffic.exchanges += count
        traffic.outcomes[outcome] += count
        traffic.hosts[host] += count
        traffic.programs[program or "unknown"] += count
        traffic.restored += restored
        traffic.unresolved += unresolved
        if host == CANARY and outcome == Outcome.MASKED:
            traffic.proven = max(traffic.proven, last)
        if outcome == Outcome.BLOCKED:
            traffic.reasons[reason or "unknown"] += count
        for entity, found in json.loads(entities).items():
            _add(traffic.kept.setdefault((host, entity), Kept()), outcome, found * count)


def made(storage: Storage, tally: Tally, *, check: bool) -> Report:
    """Return the report of a tally's period; with ``check`` the chains of journal and audit log are verified first.

    Raises:
        VaultError: the database cannot be read.
    """
    with contextlib.suppress(VaultError):  # what is written can be read even when the disk is full
        storage.journal.flush()
    found = checked(storage) if check else None
    period = tally.period
    acts = _acts(storage, period)
    return Report(
        period,
        time.time(),
        tally.now(),
        changes=tuple(act for act in acts if _changes(act)),
        pauses=tuple(act for act in acts if act.subject in _PAUSES),
        reveals=tuple(act for act in acts if act.deed == DEED),
        cut=len(acts) == MOST_ACTS,
        checked=found,
    )


def whole(storage: Storage, period: Period) -> Report:
    """Return the report of a period with its proof, as a file holds it.

    Raises:
        VaultError: the database cannot be read.
    """
    return made(storage, Tally(storage.database, period), check=True)


def checked(storage: Storage) -> Checked:
    """Verify both chains, which reads all of them."""
    return Checked(time.time(), storage.journal.verify(), storage.audit.verify())


def _add(kept: Kept, outcome: str, count: int) -> None:
    match outcome:
        case Outcome.MASKED:
            kept.masked += count
        case Outcome.BLOCKED | Outcome.LOCAL | Outcome.FAILED:
            kept.stayed += count
        case _:
            kept.left += count


def _acts(storage: Storage, period: Period) -> list[Act]:
    with contextlib.suppress(VaultError):
        storage.audit.flush()
    rows = storage.database.read(_ACTS, (period.since, period.until, MOST_ACTS))
    return [Act(*row) for row in rows]


def _changes(act: Act) -> bool:
    return act.deed != DEED and act.subject not in _PAUSES
