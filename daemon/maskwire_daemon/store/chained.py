"""A table that only grows at its end, each row chained to the one before it. IO: inside the caller's transaction.

Every such table has the columns ``id``, the caller's own, ``size`` (bytes of the row), ``key`` and ``mac`` (its link).
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from maskwire_daemon.store import meta
from maskwire_daemon.store.chain import Chain, Link, Verdict, unpack
from maskwire_daemon.store.exchange_rows import Cell, canonical

BEGINNING: Final = b"anchor"
"""Signs what the oldest row follows."""

END: Final = b"head"
"""Signs the newest row."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A chained table's name, its own columns in order, and which of them holds the time (Unix, seconds).

    ``later`` is what columns that were added at the end hold of a row that has none of it; see ``canonical``.
    """

    table: str
    columns: tuple[str, ...]
    time: str
    later: tuple[Cell, ...] = ()

    @property
    def cells(self) -> str:
        """The columns as SQL lists them."""
        return ", ".join(self.columns)


class ChainedTable:
    """Appends, removes from the front, and verifies. ``name`` is what the ends of its chain are kept under."""

    def __init__(self, shape: Shape, chain: Chain, name: str) -> None:
        self.shape = shape
        self.chain = chain
        self._head, self._anchor = f"{name}_head", f"{name}_anchor"
        marks = ", ".join("?" * (len(shape.columns) + 4))
        self._insert = f"INSERT INTO {shape.table} (id, {shape.cells}, size, key, mac) VALUES ({marks})"  # noqa: S608

    def append(self, connection: sqlite3.Connection, rows: Iterable[Sequence[Cell]]) -> None:
        """Add ``rows``, each the cells of one."""
        link = self.last(connection)
        if not self.chain.ends_at(meta.value(connection, self._head), link):
            link = self.chain.gap(link.id)
        for cells in rows:
            row = canonical(link.id + 1, cells, self.shape.later)
            link = self.chain.follow(link, row)
            connection.execute(self._insert, (link.id, *cells, len(row), link.key, link.mac))
        meta.put(connection, self._head, self.chain.pack(END, link))

    def prune(self, connection: sqlite3.Connection, oldest: float, max_bytes: int) -> int:
        """Remove rows from before Unix time ``oldest``, then the first until the rest fits; return how many."""
        table, time = self.shape.table, self.shape.time
        young = connection.execute(f"SELECT min(id) FROM {table} WHERE {time} >= ?", (oldest,)).fetchone()[0]  # noqa: S608
        large = connection.execute(
            f"SELECT max(id) FROM (SELECT id, sum(size) OVER (ORDER BY id DESC) AS held FROM {table}) WHERE held > ?",  # noqa: S608
            (max_bytes,),
        ).fetchone()[0]
        old = self.last(connection).id if young is None else young - 1
        return self._remove(connection, max(old, large or 0))

    def clear(self, connection: sqlite3.Connection) -> int:
        """Remove every row; return how many."""
        return self._remove(connection, self.last(connection).id)

    def verify(self, connection: sqlite3.Connection) -> Verdict:
        """Check the whole chain and name the first row that is missing or does not verify."""
        anchor, head = meta.value(connection, self._anchor), meta.value(connection, self._head)
        return self.chain.verify(anchor, head, self._links(connection))

    def last(self, connection: sqlite3.Connection) -> Link:
        """Return the newest row, or what stands for it where there is none."""
        for row in connection.execute(f"SELECT id, key, mac FROM {self.shape.table} ORDER BY id DESC LIMIT 1"):  # noqa: S608
            return Link(*row)
        return self._begins_after(connection)

    def before(self, connection: sqlite3.Connection, row_id: int) -> Link:
        """Return the row before ``row_id``, or what stands for it where that is gone."""
        table = self.shape.table
        query = f"SELECT id, key, mac FROM {table} WHERE id < ? ORDER BY id DESC LIMIT 1"  # noqa: S608
        for row in connection.execute(query, (row_id,)):
            return Link(*row)
        return self._begins_after(connection)

    def select(
        self, connection: sqlite3.Connection, where: str, values: Sequence[object]
    ) -> Iterator[tuple[Link, list[Cell]]]:
        """Yield the rows that meet ``where``, oldest first, each as its link and its cells."""
        query = f"SELECT id, key, mac, {self.shape.cells} FROM {self.shape.table} WHERE {where} ORDER BY id"  # noqa: S608
        for row_id, key, mac, *cells in connection.execute(query, values):
            yield Link(row_id, key, mac), cells

    def _links(self, connection: sqlite3.Connection) -> Iterator[tuple[Link, bytes]]:
        for link, cells in self.select(connection, "1", ()):
            yield link, canonical(link.id, cells, self.shape.later)

    def _begins_after(self, connection: sqlite3.Connection) -> Link:
        anchor = meta.value(connection, self._anchor)
        return self.chain.start() if anchor is None else unpack(anchor)

    def _remove(self, connection: sqlite3.Connection, last: int) -> int:
        """Remove the rows up to id ``last`` and let the chain begin after them."""
        table = self.shape.table
        found = connection.execute(f"SELECT id, key, mac FROM {table} WHERE id = ?", (last,)).fetchone()  # noqa: S608
        if found is None:
            return 0
        meta.put(connection, self._anchor, self.chain.pack(BEGINNING, Link(*found)))
        return connection.execute(f"DELETE FROM {table} WHERE id <= ?", (last,)).rowcount  # noqa: S608
