"""CSV and TSV files: each cell a field, labelled with its column's header. Sans-IO.

Source: https://www.rfc-editor.org/rfc/rfc4180
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from maskwire.wire.attachments.charset import Text
from maskwire.wire.attachments.limits import Budget
from maskwire.wire.attachments.sourced import Slot, SourcedDocument, plain
from maskwire.wire.document import Edit, Field
from maskwire.wire.literal import apply

_DELIMITERS = ",;\t|"
NO_HEADER = re.compile(r"[@\d]")
"""What values have and headers hardly ever: a first row with it is data."""

LEAST_REGULAR = 0.9
"""Share of rows that must be as wide as most rows: prose with commas in it is no table."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell at ``start`` to ``end`` of the source, its quotes included. ``special`` must be quoted."""

    field: Field
    start: int
    end: int
    quoted: bool
    special: str

    def changes(self, edits: Sequence[Edit]) -> list[Edit]:
        """Return the cell written anew: quoted if it was, or if its text needs it now."""
        text = apply(self.field.text, edits)
        if self.quoted or any(mark in text for mark in self.special):
            text = '"' + text.replace('"', '""') + '"'
        return [Edit(self.start, self.end, text)]


def read_table(body: bytes, text: Text, path: str, budget: Budget) -> SourcedDocument:
    """Return the cells of a table; a text that is none comes back as one field.

    Raises:
        BlockedError: it has more cells than the budget.
    """
    delimiter = _delimiter(text.text)
    rows = _rows(text.text, delimiter, budget) if delimiter else None
    if not rows or not _regular(rows):
        return plain(body, text, path)
    special = delimiter + '"\r\n'
    header = [_value(text.text, cell) for cell in rows[0]]
    labels = [] if any(NO_HEADER.search(name) for name in header) else header
    slots: list[Slot] = []
    for row in rows:
        for column, (start, end, quoted) in enumerate(row):
            value = _value(text.text, (start, end, quoted))
            if value:
                label = labels[column] if column < len(labels) and row is not rows[0] else ""
                slots.append(Cell(Field(value, f"{path}.*", label), start, end, quoted, special))
    return SourcedDocument(body, text, slots)


_Place = tuple[int, int, bool]


def _value(source: str, place: _Place) -> str:
    start, end, quoted = place
    return source[start + 1 : end - 1].replace('""', '"') if quoted else source[start:end]


def _delimiter(source: str) -> str:
    """Return what most often stands between the cells of the first line, outside quotes."""
    first = re.sub(r'"[^"]*"', "", source[:65_536].lstrip("\r\n").partition("\n")[0])
    counts = {mark: first.count(mark) for mark in _DELIMITERS}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else ""


def _rows(source: str, delimiter: str, budget: Budget) -> list[list[_Place]] | None:
    """Return the places of the cells, ``None`` when quotes do not match."""
    mark = re.escape(delimiter)
    cell = re.compile(rf'("(?:[^"]|"")*+"(?={mark}|\r|\n|\Z))|[^"{mark}\r\n][^{mark}\r\n]*+|')
    match = cell.match
    rows: list[list[_Place]] = []
    row: list[_Place] = []
    at = 0
    while at <= len(source):
        found = match(source, at)
        assert found is not None  # it matches the empty string
        start, end = found.span()
        following = source[end : end + 1]
        if start == end and following == '"':
            return None
        row.append((start, end, found[1] is not None))
        at = end + 1
        if following != delimiter:
            budget.cell(len(row))
            rows.append(row)
            row = []
            at += source.startswith("\r\n", end)
    return [row for row in rows if len(row) > 1 or (row and row[0][0] < row[0][1])]


def _regular(rows: Sequence[Sequence[_Place]]) -> bool:
    widths = Counter(map(len, rows))
    width, count = widths.most_common(1)[0]
    return width > 1 and count >= len(rows) * LEAST_REGULAR
