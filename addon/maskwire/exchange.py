"""What is remembered of one exchange: types, counts, places and times. Never a value. Sans-IO."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Outcome(StrEnum):
    """How an exchange ended."""

    MASKED = "masked"
    CLEAN = "clean"
    PASSED = "passed"
    OBSERVED = "observed"
    LOCAL = "local"
    BLOCKED = "blocked"
    FAILED = "failed"


class Spot(NamedTuple):
    """Where a value was masked: characters ``start`` to ``end`` of the text at a generalised JSON path."""

    path: str
    entity: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, as the journal keeps it.

    ``entities`` counts findings per entity and ``actions`` per action taken. ``paths`` are generalised
    JSON paths of edited places. ``restored`` counts tokens put back, ``unresolved`` those that look like
    ours and resolve to nothing. Times are in milliseconds: ``added_ms`` is what maskwire added to the
    request, ``total_ms`` the whole exchange. ``started`` is Unix time in seconds. Of ``added_ms``, ``find_ms`` went
    into the search and ``mask_ms`` into tokens and the last look; ``wait_ms`` passed until the provider's answer began,
    and ``restore_ms`` went into restoring it.
    """

    started: float
    host: str
    surface: str
    method: str
    path: str
    outcome: Outcome
    model: str = ""
    program: str = ""
    reason: str = ""
    status: int = 0
    entities: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    actions: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    paths: tuple[str, ...] = ()
    request_bytes: int = 0
    response_bytes: int = 0
    added_ms: float = 0.0
    total_ms: float = 0.0
    restored: int = 0
    unresolved: int = 0
    find_ms: float = 0.0
    mask_ms: float = 0.0
    wait_ms: float = 0.0
    restore_ms: float = 0.0
    spots: tuple[Spot, ...] = ()
