"""How an exchange lies in the journal's table, and the exact bytes of a row that the chain covers. Sans-IO."""

import json
import math
from collections.abc import Sequence
from typing import Any, Final

from maskwire.exchange import Exchange, Outcome

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
)
"""The columns that hold an exchange, in the order of ``to_cells``."""

MAX_TEXT: Final = 500
"""Characters kept of one text: a request's path or a model's name is far shorter, an attack's may not be."""

MAX_PATHS: Final = 100
"""JSON paths kept of one exchange: more tell a reader nothing."""

_LARGEST: Final = 2**53
"""The largest count kept: SQLite and every reader of JSON hold it exactly."""

type Cell = str | int | float


def to_cells(exchange: Exchange) -> list[Cell]:
    """Return what the columns hold for ``exchange``."""
    return [
        _real(exchange.started),
        *(_text(each) for each in (exchange.host, exchange.surface, exchange.method, exchange.path)),
        exchange.outcome.value,
        *(_text(each) for each in (exchange.model, exchange.program, exchange.reason)),
        _count(exchange.status),
        json.dumps(dict(exchange.entities), sort_keys=True),
        json.dumps(dict(exchange.actions), sort_keys=True),
        json.dumps([_text(path) for path in exchange.paths[:MAX_PATHS]]),
        _count(exchange.request_bytes),
        _count(exchange.response_bytes),
        _real(exchange.added_ms),
        _real(exchange.total_ms),
        _count(exchange.restored),
        _count(exchange.unresolved),
    ]


def from_cells(cells: Sequence[Cell]) -> Exchange:
    """Return the exchange that ``to_cells`` took apart."""
    named: dict[str, Any] = dict(zip(COLUMNS, cells, strict=True))
    named["outcome"] = Outcome(named["outcome"])
    for column in ("entities", "actions", "paths"):
        named[column] = json.loads(named[column])
    return Exchange(**named | {"paths": tuple(named["paths"])})


def canonical(row_id: int, cells: Sequence[Cell]) -> bytes:
    """Return the bytes that stand for a row: the same from an exchange and from what SQLite gives back."""
    return json.dumps([row_id, *cells], separators=(",", ":")).encode()


def _count(number: int) -> int:
    """Return ``number`` as a column holds it: one odd row must not keep all later ones from being written."""
    return max(0, min(int(number), _LARGEST))


def _real(number: float) -> float:
    return float(number) if math.isfinite(number) else 0.0


def _text(text: str) -> str:
    """Return ``text`` as SQLite can keep it: cut, and lone surrogates written out."""
    return text[:MAX_TEXT].encode("utf-8", "backslashreplace").decode()
