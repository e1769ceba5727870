"""How an exchange lies in the journal's table, and the exact bytes of a row that the chain covers. Sans-IO."""

import json
import math
from collections.abc import Sequence
from typing import Any, Final

from maskwire.exchange import Exchange, Outcome, Spot

COLUMNS: Final = (
    "started",
    "host",
    "surface",
    "method",
    "path",
    "outcome",
    "model",
    "program",
    "reason",
    "status",
    "entities",
    "actions",
    "paths",
    "request_bytes",
    "response_bytes",
    "added_ms",
    "total_ms",
    "restored",
    "unresolved",
    "find_ms",
    "mask_ms",
    "wait_ms",
    "restore_ms",
    "spots",
)
"""The columns that hold an exchange, in the order of ``to_cells``."""

LATER: Final = (0.0, 0.0, 0.0, 0.0, "[]")
"""What the columns that came after the first version hold of an exchange that has none of it."""

MAX_TEXT: Final = 500
"""Characters kept of one text: a request's path or a model's name is far shorter, an attack's may not be."""

MAX_SPOTS: Final = 200
"""Masked places kept of one exchange."""

MAX_PATHS: Final = 100
"""JSON paths kept of one exchange: more tell a reader nothing."""

_LARGEST: Final = 2**53
"""The largest count kept: SQLite and every reader of JSON hold it exactly."""

type Cell = str | int | float


def to_cells(exchange: Exchange) -> list[Cell]:
    """Return what the columns hold for ``exchange``."""
    return [
        plain_real(exchange.started),
        *(plain_text(each) for each in (exchange.host, exchange.surface, exchange.method, exchange.path)),
        exchange.outcome.value,
        *(plain_text(each) for each in (exchange.model, exchange.program, exchange.reason)),
        plain_count(exchange.status),
        json.dumps(dict(exchange.entities), sort_keys=True),
        json.dumps(dict(exchange.actions), sort_keys=True),
        json.dumps([plain_text(path) for path in exchange.paths[:MAX_PATHS]]),
        plain_count(exchange.request_bytes),
        plain_count(exchange.response_bytes),
        plain_real(exchange.added_ms),
        plain_real(exchange.total_ms),
        plain_count(exchange.restored),
        plain_count(exchange.unresolved),
        *(plain_real(ms) for ms in (exchange.find_ms, exchange.mask_ms, exchange.wait_ms, exchange.restore_ms)),
        json.dumps([_spot_cell(*spot) for spot in exchange.spots[:MAX_SPOTS]]),
    ]


def from_cells(cells: Sequence[Cell]) -> Exchange:
    """Return the exchange that ``to_cells`` took apart."""
    named: dict[str, Any] = dict(zip(COLUMNS, cells, strict=True))
    named["outcome"] = Outcome(named["outcome"])
    for column in ("entities", "actions", "paths"):
        named[column] = json.loads(named[column])
    spots = tuple(Spot(*spot) for spot in json.loads(named["spots"]))
    return Exchange(**named | {"paths": tuple(named["paths"]), "spots": spots})


def canonical(row_id: int, cells: Sequence[Cell], later: Sequence[Cell]) -> bytes:
    """Return the bytes that stand for a row: the same from an exchange and from what SQLite gives back.

    The last columns are left out while they hold ``later``, which is nothing, so that rows from before them verify
    as they did.
    """
    first = len(cells) - len(later)
    held = cells[:first] if list(cells[first:]) == list(later) else cells
    return json.dumps([row_id, *held], separators=(",", ":")).encode()


def _spot_cell(path: str, entity: str, start: int, end: int) -> list[str | int]:
    return [plain_text(path), plain_text(entity), plain_count(start), plain_count(end)]


def plain_count(number: int) -> int:
    """Return ``number`` as a column holds it: one odd row must not keep all later ones from being written."""
    return max(0, min(int(number), _LARGEST))


def plain_real(number: float) -> float:
    """Return ``number`` as JSON can write it."""
    return float(number) if math.isfinite(number) else 0.0


def plain_text(text: str) -> str:
    """Return ``text`` as SQLite can keep it: cut, and lone surrogates written out."""
    return text[:MAX_TEXT].encode("utf-8", "backslashreplace").decode()
