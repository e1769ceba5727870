"""In which line of a TOML text a key stands. Sans-IO.

``tomllib`` gives values without positions, and an error about a setting must name its line.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence

_KEY = re.compile(r"""\s*((?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+|\s*\.\s*)+?)\s*=""")
_HEADER = re.compile(r"\s*\[\[?(.*?)\]\]?\s*(?:#.*)?$")


def line_of(text: str, key: Sequence[str]) -> int | None:
    """Return the 1-based line where ``key`` is set, or that of its nearest parent that has one.

    A key inside an inline table or array is found at the line of the setting that holds it. Tables of a ``[[list]]``
    have their number, from 0, after the name of the list.
    """
    best: tuple[int, int] | None = None
    for number, path in _settings(text):
        if path == tuple(key):
            return number
        if path == tuple(key[: len(path)]) and (best is None or len(path) > best[0]):
            best = (len(path), number)
    return best[1] if best else None


def error_line(error: tomllib.TOMLDecodeError, text: str) -> int:
    """Return the 1-based line that a syntax error in ``text`` names; the last one when the text just ends."""
    found = re.search(r"at line (\d+)", str(error))
    return int(found[1]) if found else max(1, len(text.splitlines()))


def _settings(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    table: tuple[str, ...] = ()
    tables: Counter[tuple[str, ...]] = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _path(header[1])
            if line.lstrip().startswith("[["):
                tables[table] += 1
                table += (str(tables[table] - 1),)
            yield number, table
        elif setting := _KEY.match(line):
            yield number, table + _path(setting[1])


def _path(dotted: str) -> tuple[str, ...]:
    """Return the parts of a dotted key as TOML reads them; nothing when it is none after all."""
    try:
        tree = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    parts: list[str] = []
    while isinstance(tree, dict):
        (part, tree), *_ = tree.items()
        parts.append(part)
    return tuple(parts)
