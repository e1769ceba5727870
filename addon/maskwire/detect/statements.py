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


class Statements:
    """The statements of one text. It remembers what it read, since a value may look like a statement itself."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._read = 0

    def inserted(self, start: int, end: int) -> Iterator[tuple[str, int, int]]:
        """Yield column, start and end of each value that a statement beginning in ``text[start:end]`` inserts.

        Quotes are left out. Reading ends at the first row that has not as many values as there are columns. Take all
        of them, piece by piece.
        """
        text = self._text
        if not any(text.find(word, start, end) >= 0 for word in ("INSERT", "insert", "Insert")):
            return
        for head in _HEAD.finditer(text, max(start, self._read), min(len(text), end + 4000)):
            if head.start() >= end:
                return
            yield from self._rows(head.end(), [name.strip(" \t\r\n\"'`[]") for name in head[1].split(",")])

    def _rows(self, at: int, names: list[str]) -> Iterator[tuple[str, int, int]]:
        count = 0
        while count < MAX_VALUES and (begin := _NEXT_ROW.match(self._text, at)) is not None:
            row, at = _row(self._text, begin.end())
            self._read = max(self._read, at)
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
