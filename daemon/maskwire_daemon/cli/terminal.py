"""What commands print and leave with. IO: the standard streams."""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from itertools import chain


class Exit(IntEnum):
    """How a command leaves."""

    DONE = 0
    FAILED = 1
    MISUSE = 2
    NOT_RUNNING = 3


def say(line: str) -> None:
    """Print one line for the person, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def hush() -> None:
    """Send what is still to be printed nowhere: its reader is gone, and Python would fail again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def warn(line: str) -> None:
    """Print one line beside the output."""
    sys.stderr.write(f"maskwire: {line}\n")
    sys.stderr.flush()


def say_json(content: object) -> None:
    """Print a value as one line of JSON, all beyond ASCII escaped: it survives every terminal and pipe."""
    say(json.dumps(content, separators=(", ", ": ")))


def say_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows in columns as wide as their widest cell."""
    cells = [list(map(str, row)) for row in chain([header], rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def counts(found: Mapping[str, int]) -> str:
    """Return counts as ``PERSON 2, EMAIL_ADDRESS 1``, the largest first."""
    return ", ".join(f"{name} {n}" for name, n in sorted(found.items(), key=lambda item: (-item[1], item[0])))
