"""Reads exchanges from the journal as the live page asks for them: filtered, by pages. IO: blocks on the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from maskwire_daemon.store.database import Database
from maskwire_daemon.store.exchange_rows import COLUMNS, from_cells
from maskwire_daemon.store.history import Event

_CELLS = ", ".join(COLUMNS)
_TEXT = "host || ' ' || path || ' ' || program || ' ' || model || ' ' || reason || ' ' || surface"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which exchanges are wanted; an empty field wants all. ``text`` may stand in any name of an exchange."""

    host: str = ""
    program: str = ""
    entity: str = ""
    result: str = ""
    text: str = ""

    def where(self) -> tuple[list[str], list[object]]:
        """Return the conditions in SQL and their values."""
        wanted = (
            (self.host, "host = ?", self.host),
            (self.program, "program = ?", self.program),
            (self.result, "outcome = ?", self.result),
            (self.entity, "instr(entities, ?) > 0", f'"{self.entity}":'),
            (self.text, rf"{_TEXT} LIKE ? ESCAPE '\'", f"%{_plain(self.text)}%"),
        )
        chosen = [(condition, value) for given, condition, value in wanted if given]
        return [condition for condition, _ in chosen], [value for _, value in chosen]


@dataclass(frozen=True, slots=True)
class Slice:
    """Exchanges, newest first, and whether there are ``older`` and ``newer`` ones of the same filter."""

    events: Sequence[Event]
    older: bool
    newer: bool


def newest(database: Database, wanted: Filter, limit: int, before: int = 0) -> Slice:
    """Return the newest ``limit`` exchanges, or those next older than id ``before``."""
    bound = ("id < ?", before) if before else ("id > ?", 0)
    found = _select(database, wanted, bound, f"DESC LIMIT {limit + 1}")
    return Slice(found[:limit], older=len(found) > limit, newer=bool(before) and _any_newer(database, wanted, before))


def next_newer(database: Database, wanted: Filter, limit: int, after: int) -> Slice:
    """Return the ``limit`` exchanges that follow id ``after``, newest first all the same."""
    found = _select(database, wanted, ("id > ?", after), f"ASC LIMIT {limit + 1}")
    return Slice(found[:limit][::-1], older=True, newer=len(found) > limit)


def since(database: Database, wanted: Filter, limit: int, after: int) -> Sequence[Event]:
    """Return the newest ``limit`` exchanges after id ``after``, newest first; what does not fit is left out."""
    return _select(database, wanted, ("id > ?", after), f"DESC LIMIT {limit}")


def one(database: Database, row_id: int) -> Event | None:
    """Return one exchange, ``None`` when it is not or no longer there."""
    found = _select(database, Filter(), ("id = ?", row_id), "DESC LIMIT 1")
    return found[0] if found else None


def last_id(database: Database) -> int:
    """Return the id of the newest exchange, 0 when there is none."""
    ((found,),) = database.read("SELECT max(id) FROM exchanges")
    return int(found or 0)


def _any_newer(database: Database, wanted: Filter, before: int) -> bool:
    return bool(_select(database, wanted, ("id >= ?", before), "ASC LIMIT 1"))


def _select(database: Database, wanted: Filter, bound: tuple[str, int], order: str) -> list[Event]:
    conditions, values = wanted.where()
    where = " AND ".join([bound[0], *conditions])
    rows = database.read(
        f"SELECT id, {_CELLS} FROM exchanges WHERE {where} ORDER BY id {order}",  # noqa: S608 - names of ours alone
        (bound[1], *values),
    )
    return [Event(row_id, from_cells(cells)) for row_id, *cells in rows]


def _plain(text: str) -> str:
    """Return ``text`` so that LIKE takes each of its characters for itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
