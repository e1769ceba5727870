"""Rows whose first line names the columns: CSV, TSV, Markdown, SQL values. Sans-IO. Offsets are characters."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from maskwire.detect.patterns import Pattern, encode

MAX_ROWS = 100_000
"""Rows of one table that are read: more than a request holds, and a bound."""

HEADERS = 2
"""Headers below which all rows of one table are read: a title with a comma may stand above the true one."""

FEW_ROWS = 8
"""Rows that each further line of a table names the columns of: forms of a label and its value, one below the other."""

MAX_CELL = 4096
"""Characters of a quoted cell: a longer one is a quotation mark that nothing closes."""

_DELIMITERS = ("\t", "|", ";", ",")
_HEADER = Pattern(r"""[^\x00-\x1f.!?=<>{}@()\[\]:+*\\$]{1,}""")
_COLUMN = Pattern(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+|[a-z]{2,20}")
"""The name of a column that stands alone above its values."""

_ROW = Pattern(r"""["']?[^\s:=|;{}()\[\]<>"'#\x00-\x1f]{2,80}(?: [^\s:=|;{}()\[\]<>"'#\x00-\x1f]{1,40}){0,3}["']?\r?""")
"""A line that can be the only value of its row: a few words, no sentence and no code."""

_RULER = Pattern(r"[|\s:+-]*-{3}[|\s:+-]*")

Cell = tuple[str, int, int]
"""The name of a column, and where a value of it starts and ends."""


@dataclass(slots=True)
class _Rows:
    """Rows that were read, in all and below each header: up to where."""

    end: int = 0
    below: dict[tuple[str, ...], int] = field(default_factory=dict)

    def limit(self, names: tuple[str, ...]) -> int:
        """Return how many rows are to be read below a header of these ``names``."""
        self.below.setdefault(names, 0)
        return MAX_ROWS if len(self.below) <= HEADERS else FEW_ROWS

    def stop(self, names: tuple[str, ...], at: int) -> None:
        """Remember that the rows before ``at`` were read below ``names``."""
        self.below[names] = max(self.below[names], at)
        self.end = max(self.end, at)


def delimiter_of(line: str) -> str:
    """Return what separates the column names of ``line``, or nothing when it looks like no header."""
    if (
        len(line) > 400
        or not any(delimiter in line for delimiter in _DELIMITERS)
        or not _HEADER.fits(encode(line.strip(" |\r").replace("\t", " ") or "="))
    ):
        return ""
    for delimiter in _DELIMITERS:
        names = [name.strip("\"' \r") for name in line.strip("| \r").split(delimiter)]
        if (
            len(names) > 1
            and len(set(names)) == len(names)
            and all(0 < len(name) <= 40 and not name.isdigit() for name in names)
        ):
            return delimiter
    return ""


class Tables:
    """The tables of one text. A row may look like a header of those below it, so it remembers what it read.

    However many headers there seem to be, a row is read a bounded number of times.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._read: dict[tuple[str, int], _Rows] = {}

    def cells(self, start: int, end: int) -> Iterator[Cell]:
        """Yield the cells below the header ``text[start:end]``, row by row. Take all of them, header by header.

        Nothing is yielded unless the next line has as many cells: a sentence with commas is no header.
        """
        text = self._text
        delimiter = delimiter_of(text[start:end])
        if not delimiter and _COLUMN.fits(encode(text[start:end].strip("\"' \r"))):
            yield from self._column(start, end)
            return
        if not delimiter or text.count(delimiter, end, _find(text, "\n", end + 1)) + 1 < text.count(
            delimiter, start, end
        ):
            return
        names = tuple(text[a:b].strip() for a, b in _row(text, start, delimiter)[0])
        rows = self._rows(delimiter, names, start)
        at = max(end + 1, rows.below.get(names, 0))
        for _ in range(rows.limit(names)):
            if at >= len(text):
                break
            line_stop = _find(text, "\n", at)
            if _RULER.fits(encode(text[at:line_stop])):
                at = line_stop + 1
                continue
            row, stop = _row(text, at, delimiter)
            if len(row) != len(names):
                break
            for name, (first, last) in zip(names, row, strict=True):
                if first < last:
                    yield name, first, last
            at = stop + 1
        rows.stop(names, at)

    def _column(self, start: int, end: int) -> Iterator[Cell]:
        """Yield each line below a lone column name, if at least two can be its values."""
        text, name = self._text, self._text[start:end].strip("\"' \r")
        known = self._rows("", (name,), start)
        rows: list[tuple[int, int]] = []
        at = max(end + 1, known.below.get((name,), 0))
        more = at > end + 1
        limit = known.limit((name,))
        while at < len(text) and len(rows) < limit:
            stop = _find(text, "\n", at)
            if not _ROW.fits(encode(text[at:stop])):
                break
            rows.append(_trimmed(text, at, stop))
            at = stop + 1
        known.stop((name,), at)
        if more or len(rows) > 1:
            yield from ((name, low, high) for low, high in rows if low < high)

    def _rows(self, delimiter: str, names: tuple[str, ...], start: int) -> _Rows:
        """Return what was read of the rows that a header at ``start`` is among; of none when it begins a table."""
        key = delimiter, len(names)
        rows = self._read.get(key)
        if rows is None or rows.end <= start:
            rows = self._read[key] = _Rows()
        return rows


def _row(text: str, start: int, delimiter: str) -> tuple[list[tuple[int, int]], int]:
    """Return the cells of the row at ``start`` without their quotes, and where the row ends."""
    found: list[tuple[int, int]] = []
    at = start
    line = _find(text, "\n", at)
    while True:
        while text[at : at + 1] == " ":
            at += 1
        if text[at : at + 1] == '"' and (close := _closing(text, at + 1)) > 0:
            found.append((at + 1, close))
            at = close + 1
            if at > line:
                line = _find(text, "\n", at)
            at = _find(text, delimiter, at, line)
        else:
            stop = _find(text, delimiter, at, line)
            found.append(_trimmed(text, at, stop))
            at = stop
        if at >= line:
            break
        at += 1
    if delimiter == "|":
        found = [cell for i, cell in enumerate(found) if cell[0] < cell[1] or 0 < i < len(found) - 1]
    return found, at


def _closing(text: str, start: int) -> int:
    at = start
    while (at := text.find('"', at, start + MAX_CELL)) >= 0:
        if text[at + 1 : at + 2] != '"':
            return at
        at += 2
    return -1


def _find(text: str, mark: str, start: int, end: int | None = None) -> int:
    """Return where ``mark`` stands in ``text[start:end]``, or the end."""
    stop = len(text) if end is None else end
    return found if (found := text.find(mark, start, stop)) >= 0 else stop


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \r'\"":
        start += 1
    while end > start and text[end - 1] in " \r'\"":
        end -= 1
    return start, end
