"""Rows whose first line names the columns: CSV, TSV, Markdown, SQL values. Sans-IO. Offsets are bytes."""

from collections.abc import Iterator

from maskwire.detect.patterns import Pattern

MAX_ROWS = 100_000
"""Rows of one table that are read: more than a request holds, and a bound."""

_DELIMITERS = (b"\t", b"|", b";", b",")
_HEADER = Pattern(r"""[^\x00-\x1f.!?=<>{}@]{1,400}""")
_RULER = Pattern(r"[|\s:+-]*-{3}[|\s:+-]*")
_QUOTES = frozenset(b"\"'")


def delimiter_of(line: bytes) -> bytes:
    """Return what separates the column names of ``line``, or nothing when it looks like no header."""
    if len(line) > 400 or not _HEADER.fits(line.strip(b" |\r").replace(b"\t", b" ") or b"="):
        return b""
    for delimiter in _DELIMITERS:
        names = [name.strip(b"\"' \r") for name in line.strip(b"| \r").split(delimiter)]
        if len(names) > 1 and all(0 < len(name) <= 40 and not name.isdigit() for name in names):
            return delimiter
    return b""


def cells(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, start and end of each cell below the header ``data[start:end]``, row by row.

    Nothing is yielded unless the next line has as many cells: a sentence with commas is no header.
    """
    delimiter = delimiter_of(data[start:end])
    if not delimiter:
        return
    names = [data[a:b].strip() for a, b in _row(data, start, delimiter)[0]]
    at = end + 1
    for _ in range(MAX_ROWS):
        if at >= len(data):
            return
        line_stop = data.find(b"\n", at)
        if _RULER.fits(data[at : line_stop if line_stop >= 0 else len(data)]):
            at = line_stop + 1 if line_stop >= 0 else len(data)
            continue
        row, stop = _row(data, at, delimiter)
        if len(row) != len(names):
            return
        for name, (first, last) in zip(names, row, strict=True):
            if first < last:
                yield name, first, last
        at = stop + 1


def _row(data: bytes, start: int, delimiter: bytes) -> tuple[list[tuple[int, int]], int]:
    """Return the cells of the row at ``start`` without their quotes, and where the row ends."""
    found: list[tuple[int, int]] = []
    at = start
    while True:
        while data[at : at + 1] == b" ":
            at += 1
        if data[at : at + 1] == b'"' and (close := _closing(data, at + 1)) > 0:
            found.append((at + 1, close))
            at = close + 1
            line = _find(data, b"\n", at)
            at = min(_find(data, delimiter, at), line)
        else:
            line = _find(data, b"\n", at)
            stop = min(_find(data, delimiter, at), line)
            found.append(_trimmed(data, at, stop))
            at = stop
        if at >= line:
            break
        at += 1
    if delimiter == b"|":
        found = [cell for i, cell in enumerate(found) if cell[0] < cell[1] or 0 < i < len(found) - 1]
    return found, at


def _closing(data: bytes, start: int) -> int:
    at = start
    while (at := data.find(b'"', at)) >= 0:
        if data[at + 1 : at + 2] != b'"':
            return at
        at += 2
    return -1


def _find(data: bytes, mark: bytes, start: int) -> int:
    return found if (found := data.find(mark, start)) >= 0 else len(data)


def _trimmed(data: bytes, start: int, end: int) -> tuple[int, int]:
    while start < end and data[start] in b" \r'":
        start += 1
    while end > start and data[end - 1] in b" \r'":
        end -= 1
    return start, end
