"""INSERT statements: the list of columns names the values of each row. Sans-IO. Offsets are characters.

Source: https://www.postgresql.org/docs/current/sql-insert.html
"""

import re
from collections.abc import Iterator

MAX_VALUES = 500_000
"""Values of one statement that are read: more than a request holds, and a bound."""

_HEAD = re.compile(
    r"""\binsert\s{1,8}(?:\w{1,12}\s{1,8}){0,2}into\s{1,8}[\w."`\[\]]{1,120}\s{0,8}\(([^()]{1,4000})\)\s{0,8}values\s{0,8}""",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"""\s{0,40}(?:[NnEe]?'((?:[^'\\]|''|\\.)*)'|"((?:[^"\\]|""|\\.)*)"|\w{1,40}\([^()']{0,200}\)|([^,()'"\s]{0,400}))\s{0,40}([,)])""",
    re.DOTALL,
)
_NEXT_ROW = re.compile(r"\s{0,200},\s{0,200}\(|\s{0,40}\(")


def inserted(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Yield column, start and end of each value that a statement beginning in ``text[start:end]`` inserts.

    Quotes are left out. Reading ends at the first row that has not as many values as there are columns.
    """
    if not any(text.find(word, start, end) >= 0 for word in ("INSERT", "insert", "Insert")):
        return
    for head in _HEAD.finditer(text, start, min(len(text), end + 4000)):
        if head.start() >= end:
            return
        yield from _rows(text, head.end(), [name.strip(" \t\r\n\"'`[]") for name in head[1].split(",")])


def _rows(text: str, at: int, names: list[str]) -> Iterator[tuple[str, int, int]]:
    count = 0
    while count < MAX_VALUES and (begin := _NEXT_ROW.match(text, at)) is not None:
        row, at = _row(text, begin.end())
        if len(row) != len(names):
            return
        count += len(row)
        for name, (low, high) in zip(names, row, strict=True):
            if low < high:
                yield name, low, high


def _row(text: str, at: int) -> tuple[list[tuple[int, int]], int]:
    """Return where the values of the row at ``at`` stand, and where it ends; nothing when it is no row."""
    values: list[tuple[int, int]] = []
    while (value := _VALUE.match(text, at)) is not None:
        group = next((g for g in (1, 2, 3) if value[g] is not None), 0)
        values.append(value.span(group) if group else (at, at))
        at = value.end()
        if value[4] == ")":
            return values, at
    return [], at
