"""What the control API answers, as frozen values. Sans-IO.

``of`` methods ignore keys that they do not know, so that an older client still reads a newer daemon.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

type Json = Mapping[str, Any]
"""A decoded JSON object, on its way into a model."""


class Answer:
    """Part of an answer: a dataclass that is read from a JSON object with its fields' names."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Any]]

    @classmethod
    def of(cls, found: Json) -> Self:
        """Read one from the API's answer; keys without a field are ignored.

        Raises:
            KeyError: a field is missing.
        """
        return cls(**{name: found[name] for name in cls.__dataclass_fields__})


@dataclass(frozen=True, slots=True)
class CaptureMode(Answer):
    """One way in which programs reach the proxy, as ``system`` or ``base-urls``.

    ``verified_at`` is Unix time of its last proof, ``None`` while it is not proven; only a mode that is on and proven
    protects. ``problem`` is a sentence with its remedy. ``detail`` is an address or setting that the person may need.
    """

    mode: str
    on: bool
    verified_at: float | None
    problem: str
    detail: str


@dataclass(frozen=True, slots=True)
class UncoveredClient(Answer):
    """A program that cannot be protected on its way to a host: why, how often that was seen, and when last.

    ``program`` is empty where nobody could tell; ``last`` is Unix time in seconds.
    """

    program: str
    host: str
    why: str
    count: int
    last: float


@dataclass(frozen=True, slots=True)
class Status:
    """How protection stands now.

    ``state`` is ``protecting``, ``paused`` or ``attention``; ``reasons`` are sentences that say why it is not
    plainly protecting, each with its remedy. ``notes`` are facts that need no action. ``paused_until`` is Unix
    time in seconds; ``secrets_pass`` tells whether that pause lets keys and passwords through. ``vault`` is
    ``sqlite``, ``memory`` or ``redis`` (a team's); ``persistent`` tells whether tokens outlive a restart.
    ``exchanges`` counts those since the daemon started; ``remembered`` is the part of the texts in them, from 0 to 1,
    that had been searched before and cost nothing. ``capture`` are the ways in which programs reach the proxy,
    ``uncovered`` the programs that cannot be protected, seen since the start. ``proven_at`` is Unix time in
    seconds of the last canary (``maskwire verify``) that was masked and restored since then.
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
    capture: tuple[CaptureMode, ...] = ()
    remembered: float = 0.0
    uncovered: tuple[UncoveredClient, ...] = ()
    proven_at: float | None = None

    @classmethod
    def of(cls, found: Json) -> Self:
        """Read the answer of ``GET /v1/status``."""
        known = {name: found[name] for name in cls.__dataclass_fields__ if name in found}
        modes = tuple(CaptureMode.of(mode) for mode in found.get("capture", ()))
        uncovered = tuple(UncoveredClient.of(client) for client in found.get("uncovered", ()))
        told = {"reasons": tuple(found["reasons"]), "notes": tuple(found["notes"])}
        return cls(**{**known, **told, "capture": modes, "uncovered": uncovered})


@dataclass(frozen=True, slots=True)
class HostEntry(Answer):
    """One known host or ``*.suffix`` pattern and what happens to its traffic; ``chosen`` when the person said so."""

    host: str
    mode: str
    chosen: bool


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
class ScanSpan(Answer):
    """One finding; offsets count code points of the text that was sent."""

    start: int
    end: int
    entity: str
    score: float


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
class KnownSecret(Answer):
    """A secret that was learned; ``learned`` is Unix time in seconds. Its value is not kept anywhere."""

    name: str
    source: str
    learned: float


@dataclass(frozen=True, slots=True)
class NewAllowance:
    """A value that may pass, to one host or ``*.suffix`` pattern or to all, until a day (ISO) or for good."""

    value: str = field(repr=False)
    host: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Purged(Answer):
    """How much was deleted."""

    values: int
    exchanges: int


@dataclass(frozen=True, slots=True)
class Verdict(Answer):
    """What a check of a chained record found; ``first_bad`` is the id of the first row that is not as it was."""

    ok: bool
    rows: int
    foreign: int
    first_bad: int | None
    problem: str
    note: str


@dataclass(frozen=True, slots=True)
class Access(Answer):
    """A token of access, without the token. Times are Unix seconds; ``used`` is 0 before the first use."""

    name: str
    role: str
    restores: bool
    created: float
    used: float


@dataclass(frozen=True, slots=True)
class AuditEntry(Answer):
    """Who did what, to what, when (Unix time in seconds), and how it ended as an HTTP status.

    Calls of one kind may be counted together: ``times`` is how many, the last of them ``at``.
    """

    id: int
    at: float
    actor: str
    deed: str
    subject: str
    status: int
    times: int = 1
