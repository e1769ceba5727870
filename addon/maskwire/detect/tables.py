"""Rows whose first line names the columns: CSV, TSV, Markdown, SQL values. Sans-IO. Offsets are characters."""

from collections.abc import Iterator

from maskwire.detect.patterns import Pattern, encode

MAX_ROWS = 100_000
"""Rows of one table that are read: more than a request holds, and a bound."""

_DELIMITERS = ("\t", "|", ";", ",")
_HEADER = Pattern(r"""[^\x00-\x1f.!?=<>{}@()\[\]:+*\\$]{1,}""")
_COLUMN = Pattern(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+|[a-z]{2,20}")
"""The name of a column that stands alone above its values."""

_ROW = Pattern(r"""["']?[^\s:=|;{}()\[\]<>"'#\x00-\x1f]{2,80}(?: [^\s:=|;{}()\[\]<>"'#\x00-\x1f]{1,40}){0,3}["']?\r?""")
"""A line that can be the only value of its row: a few words, no sentence and no code."""

_RULER = Pattern(r"[|\s:+-]*-{3}[|\s:+-]*")


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


def cells(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Yield name, start and end of each cell below the header ``text[start:end]``, row by row.

    Nothing is yielded unless the next line has as many cells: a sentence with commas is no header.
    """
    delimiter = delimiter_of(text[start:end])
    if not delimiter and _COLUMN.fits(encode(text[start:end].strip("\"' \r"))):
        yield from _column(text, start, end)
        return
    if not delimiter or text.count(delimiter, end, _find(text, "\n", end + 1)) + 1 < text.count(delimiter, start, end):
        return
    names = [text[a:b].strip() for a, b in _row(text, start, delimiter)[0]]
    at = end + 1
    for _ in range(MAX_ROWS):
        if at >= len(text):
            return
        line_stop = text.find("\n", at)
        if _RULER.fits(encode(text[at : line_stop if line_stop >= 0 else len(text)])):
            at = line_stop + 1 if line_stop >= 0 else len(text)
            continue
        row, stop = _row(text, at, delimiter)
        if len(row) != len(names):
            return
        for name, (first, last) in zip(names, row, strict=True):
            if first < last:
                yield name, first, last
        at = stop + 1


def _column(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Yield name, start and end of each line below a lone column name, if at least two can be its values."""
    name = text[start:end].strip("\"' \r")
    rows: list[tuple[int, int]] = []
    at = end + 1
    while at < len(text) and len(rows) < MAX_ROWS:
        stop = _find(text, "\n", at)
        if not _ROW.fits(encode(text[at:stop])):
            break
        rows.append(_trimmed(text, at, stop))
        at = stop + 1
    if len(rows) > 1:
        yield from ((name, low, high) for low, high in rows if low < high)


def _row(text: str, start: int, delimiter: str) -> tuple[list[tuple[int, int]], int]:
    """Return the cells of the row at ``start`` without their quotes, and where the row ends."""
    found: list[tuple[int, int]] = []
    at = start
    while True:
        while text[at : at + 1] == " ":
            at += 1
        if text[at : at + 1] == '"' and (close := _closing(text, at + 1)) > 0:
            found.append((at + 1, close))
            at = close + 1
            line = _find(text, "\n", at)
            at = min(_find(text, delimiter, at), line)
        else:
            line = _find(text, "\n", at)
            stop = min(_find(text, delimiter, at), line)
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
    while (at := text.find('"', at)) >= 0:
        if text[at + 1 : at + 2] != '"':
            return at
        at += 2
    return -1


def _find(text: str, mark: str, start: int) -> int:
    return found if (found := text.find(mark, start)) >= 0 else len(text)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \r'\"":
        start += 1
    while end > start and text[end - 1] in " \r'\"":
        end -= 1
    return start, end
