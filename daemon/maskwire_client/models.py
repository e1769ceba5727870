"""What the control API answers, as frozen values. Sans-IO.

``of`` methods ignore keys that they do not know, so that an older client still reads a newer daemon.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

type Json = Mapping[str, Any]
"""A decoded JSON object, on its way into a model."""


@dataclass(frozen=True, slots=True)
class Status:
    """How protection stands now.

    ``state`` is ``protecting``, ``paused`` or ``attention``; ``reasons`` are sentences that say why it is not
    plainly protecting, each with its remedy. ``notes`` are facts that need no action. ``paused_until`` is Unix
    time in seconds; ``secrets_pass`` tells whether that pause lets keys and passwords through. ``vault`` is
    ``sqlite`` or ``memory``; ``persistent`` tells whether tokens outlive a restart.
    ``exchanges`` counts those since the daemon started.
    """

    state: str
    reasons: tuple[str, ...]
    notes: tuple[str, ...]
    proxy: str
    api: str
    ca_file: str
    bundle_file: str
    home: str
    pid: int
    version: str
    started: float
    paused_until: float | None
    secrets_pass: bool
    detector: str
    key_provider: str
    vault: str
    persistent: bool
    values: int
    exchanges: int

    @classmethod
    def of(cls, found: Json) -> Self:
        """Read the answer of ``GET /v1/status``."""
        known = {name: found[name] for name in cls.__dataclass_fields__}
        return cls(**{**known, "reasons": tuple(found["reasons"]), "notes": tuple(found["notes"])})


@dataclass(frozen=True, slots=True)
class HostEntry:
    """One known host or ``*.suffix`` pattern and what happens to its traffic; ``chosen`` when the person said so."""

    host: str
    mode: str
    chosen: bool

    @classmethod
    def of(cls, found: Json) -> Self:
        """Read one row of ``GET /v1/hosts``."""
        return cls(found["host"], found["mode"], found["chosen"])


@dataclass(frozen=True, slots=True)
class Event:
    """One exchange of the journal: types, counts, places and times, never a value. ``raw`` is the row as sent."""

    id: int
    host: str
    surface: str
    outcome: str
    started: float
    raw: Json = field(repr=False)

    @classmethod
    def of(cls, found: Json) -> Self:
        """Read one row of ``GET /v1/events``."""
        return cls(found["id"], found["host"], found["surface"], found["outcome"], found["started"], found)


@dataclass(frozen=True, slots=True)
class ScanSpan:
    """One finding; offsets count code points of the text that was sent."""

    start: int
    end: int
    entity: str
    score: float

    @classmethod
    def of(cls, found: Json) -> Self:
        """Read one span of ``POST /v1/scan``."""
        return cls(found["start"], found["end"], found["entity"], found["score"])


@dataclass(frozen=True, slots=True)
class Restored:
    """Texts with values put back. ``repr`` shows only the counts."""

    texts: tuple[str, ...] = field(repr=False)
    restored: int = 0
    unresolved: int = 0

    @classmethod
    def of(cls, found: Json) -> Self:
        """Read the answer of ``POST /v1/restore``."""
        return cls(tuple(found["texts"]), found["restored"], found["unresolved"])


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret to learn: what it is called, where it stood, and the value, which ``repr`` never shows."""

    name: str
    source: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KnownSecret:
    """A secret that was learned; ``learned`` is Unix time in seconds. Its value is not kept anywhere."""

    name: str
    source: str
    learned: float

    @classmethod
    def of(cls, found: Json) -> Self:
        """Read one row of ``GET /v1/secrets``."""
        return cls(found["name"], found["source"], found["learned"])


@dataclass(frozen=True, slots=True)
class NewAllowance:
    """A value that may pass, to one host or ``*.suffix`` pattern or to all, until a day (ISO) or for good."""

    value: str = field(repr=False)
    host: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Purged:
    """How much was deleted."""

    values: int
    exchanges: int

    @classmethod
    def of(cls, found: Json) -> Self:
        """Read the answer of ``POST /v1/purge``."""
        return cls(found["values"], found["exchanges"])
