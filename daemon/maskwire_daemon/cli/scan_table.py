"""What ``maskwire scan`` shows a person: findings in columns, and how far it is. IO: the standard streams."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

HEADER = ("WHERE", "ENTITY", "VALUE", "SCORE", "RULE")

WIDTH = 24
"""Characters of the bar that shows how far a scan is."""


@dataclass(frozen=True, slots=True)
class Row:
    """One finding as it is shown. ``cells`` stand in the order of ``HEADER``; ``reasons`` are lines below them."""

    cells: tuple[str, str, str, str, str]
    reasons: tuple[str, ...] = ()


def preview(value: str) -> str:
    """Return what may be shown of a value: its first character, and how long it is."""
    return f"{value[:1]}… ({len(value)} characters)" if len(value) > 1 else "… (1 character)"


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of a table of ``rows``, each column as wide as its widest cell; nothing without rows."""
    if not rows:
        return
    widths = [max(map(len, column)) for column in zip(HEADER, *(row.cells for row in rows), strict=True)]
    yield _line(HEADER, widths)
    for row in rows:
        yield _line(row.cells, widths)
        yield from (f"    {reason}" for reason in row.reasons)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def bar(done: int, total: int, part: float = 0.0) -> str:
    """Return how far a scan is, as a bar and in numbers; files that appeared meanwhile do not overflow it.

    ``part`` is how much is done of a long file that follows, from 0 to 1.
    """
    filled = int(WIDTH * min(done + part, total) / max(total, 1))
    reading = f", {part:.0%} of a long one" if part else ""
    return f"[{'#' * filled}{'.' * (WIDTH - filled)}] {done} of {max(done, total)} files{reading}"


class Progress:
    """A bar on a terminal, on the line below the output; nothing where there is no terminal."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._shown = sys.stderr.isatty()

    def show(self, done: int) -> None:
        """Show that ``done`` files were searched."""
        self._done = done
        if self._total > 1:
            self._write(bar(done, self._total))

    def part(self, part: float) -> None:
        """Show how much was done of a long file after those. May be called from another thread."""
        self._write(bar(self._done, self._total, part))

    def clear(self) -> None:
        """Take the bar away."""
        self._write("")

    def _write(self, text: str) -> None:
        if self._shown:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
