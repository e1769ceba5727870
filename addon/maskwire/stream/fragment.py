"""Inside a JSON source that arrives cut anywhere: its strings, their escapes, and the JSON inside them. Sans-IO.

Source: RFC 8259 sections 2 and 7
"""

import json
import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+\-]?[0-9]+)?")
"""A JSON number. Source: RFC 8259 section 6"""

_PART = re.compile(
    r'(?P<plain>[^"\\]+)'
    r"|\\u(?P<code>[0-9A-Fa-f]{4})"
    r'|\\(?P<short>["\\/bfnrt])'
    r'|(?P<end>")'
    r"|(?P<broken>\\(?:u[0-9A-Fa-f]{0,3}(?=[^0-9A-Fa-f])|[^u]))",
    re.DOTALL,
)
_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_LONE = re.compile("[\ud800-\udfff]")
_OPENING = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\"{\[\]0-9tfn\-])")
_OPENING_ANSWER = re.compile(r"\s*(?:\[\s*)?\{\s*[\"}]")
_MAY_OPEN = re.compile(r"\s*(?:\[\s*)?(?:\{\s*)?\Z")
_INSIDE = re.compile(r'(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*')


@dataclass(frozen=True, slots=True)
class Unit:
    """What a stretch of a string's source says: as many characters, or one written as an escape."""

    source: str
    text: str


def units(source: str, start: int) -> tuple[list[Unit], int, bool]:
    """Return the units of the inside of a string from ``start`` on, where they end, and whether a quote closed it.

    They end behind that quote, or before an escape that ``source`` cuts.
    """
    found: list[Unit] = []
    while (match := _PART.match(source, start)) is not None:
        start = match.end()
        if match["end"]:
            return found, start, True
        if match["code"]:
            text = chr(int(match["code"], 16))
        elif match["short"]:
            text = _SHORT.get(match["short"], match["short"])
        else:
            text = match["plain"] or match["broken"][-1]
        found.append(Unit(match[0], text))
    return found, start, False


def escape(value: str, levels: int) -> str:
    """Return ``value`` as it is written inside a JSON string that stands inside ``levels - 1`` further ones."""
    for _ in range(levels):
        value = json.dumps(value, ensure_ascii=False)[1:-1]
        value = _LONE.sub(lambda match: f"\\u{ord(match[0]):04x}", value)
    return value


def is_escaped(value: str) -> bool:
    """Tell whether ``value`` could stand inside a JSON string as it is."""
    return _INSIDE.fullmatch(value) is not None


def literal(value: str) -> str:
    """Return ``value`` as JSON outside of strings: a number where it is one, else a string."""
    return value if NUMBER.fullmatch(value) else f'"{escape(value, 1)}"'


def is_json(source: str, *, prose: bool = False) -> bool | None:
    """Tell from its beginning whether ``source`` is a JSON object or array, ``None`` if it is too short to tell.

    Where ``prose`` is usual, only objects and lists of objects count, as in a structured answer: ``[1]`` is a
    note there.
    """
    if (_OPENING_ANSWER if prose else _OPENING).match(source):
        return True
    return None if _MAY_OPEN.match(source) else False


class Source:
    """Remembers how the characters of a string were written, until they are asked for in the same order."""

    def __init__(self) -> None:
        self._units: deque[Unit] = deque()

    def add(self, units: Iterable[Unit]) -> None:
        """Remember ``units``."""
        self._units.extend(units)

    def take(self, count: int) -> str:
        """Return the source of the next ``count`` characters."""
        taken: list[str] = []
        while count > 0:
            unit = self._units.popleft()
            if len(unit.text) > count:
                self._units.appendleft(Unit(unit.source[count:], unit.text[count:]))
                unit = Unit(unit.source[:count], unit.text[:count])
            taken.append(unit.source)
            count -= len(unit.text)
        return "".join(taken)


class Nesting:
    """Follows the text of a string that may be JSON itself, whose strings may be JSON again, and so on."""

    def __init__(self, *, prose: bool = False) -> None:
        self._prose = prose
        self._head = ""
        self._json: bool | None = None
        self._inner: Nesting | None = None
        self._escape = ""
        self._last = ""

    @property
    def is_json(self) -> bool | None:
        """Whether the text is JSON, ``None`` while that cannot be told."""
        return self._json

    @property
    def depth(self) -> int:
        """In how many strings of inner JSON the place is."""
        return 0 if self._inner is None else 1 + self._inner.depth

    @property
    def bare(self) -> bool:
        """Whether a number that is not in quotes would stand here as a value of inner JSON."""
        if self._inner is not None:
            return self._inner.bare
        return self._json is True and self._last in ":,["

    def feed(self, text: str) -> None:
        """Follow ``text``."""
        if self._json is None:
            self._head += text
            self._json = is_json(self._head, prose=self._prose)
            if self._json is None:
                return
            text, self._head = self._head, ""
        if self._json:
            for letter in text:
                self._take(letter)

    def _take(self, letter: str) -> None:
        if self._inner is None:
            if letter == '"':
                self._inner = Nesting()
            elif not letter.isspace():
                self._last = letter
        elif self._escape or letter == "\\":
            self._escape += letter
            inside, _, _ = units(self._escape, 0)
            if inside:
                self._inner.feed(inside[0].text)
                self._escape = ""
        elif letter == '"':
            self._inner, self._last = None, letter
        else:
            self._inner.feed(letter)
