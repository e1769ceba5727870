"""JSON in a text that a person reads: the whole of it, or what stands in its code fences. Sans-IO.

Source: https://spec.commonmark.org/0.31.2/#fenced-code-blocks
"""

import re

from maskwire.stream.fragment import Nesting

LONGEST_LINE = 80
"""Characters of a line that are kept to tell a fence: a longer one has an info string that says nothing new."""

_FENCE = re.compile(r"[ \t]*(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[\w+.-]*)(?P<more>[^`]*)")
_NO_FENCE = re.compile(r"[ \t]*(?:[^ \t\n`~]|(?:`{1,2}|~{1,2})[^`~])|[ \t]{40}")
"""Deeper than this no list goes."""
_JSON = frozenset({"json", "jsonl", "ndjson", "geojson"})
"""Info strings under which only JSON stands. JSON5 and the like have comments, in which a quote may be odd."""


class Prose:
    """Follows a text that may be JSON from its first character on, or hold JSON in code fences.

    A fence without an info string counts if its content begins as an object or a list of objects.
    """

    def __init__(self) -> None:
        self._json = Nesting(prose=True)
        self._is_prose = False
        self._fence = ""
        self._inside: Nesting | None = None
        self._line = ""
        self._plain = False
        """Whether the line so far can be no fence."""

    @property
    def depth(self) -> int:
        """In how many strings of JSON the place is."""
        return (self._inside or self._json).depth

    @property
    def bare(self) -> bool:
        """Whether a number that is not in quotes would stand here as a value of JSON."""
        return (self._inside or self._json).bare

    def feed(self, text: str) -> None:
        """Follow ``text``."""
        if not self._is_prose:
            self._json.feed(text)
            if self._json.is_json:
                return
            self._is_prose = self._json.is_json is False
        if self._plain and self._inside is None and "\n" not in text:
            return
        *lines, last = text.split("\n")
        for line in lines:
            self._follow(line + "\n")
            self._turn(self._line)
            self._line, self._plain = "", False
        self._follow(last)

    def _follow(self, text: str) -> None:
        if self._inside is not None:
            self._inside.feed(text)
        if not self._plain:
            self._line = (self._line + text)[:LONGEST_LINE]
            self._plain = _NO_FENCE.match(self._line) is not None

    def _turn(self, line: str) -> None:
        """Open or close a fence if ``line``, which is complete, does."""
        found = _FENCE.fullmatch(line.rstrip("\n"))
        if found is None:
            return
        if not self._fence:
            self._fence, info = found["fence"], found["info"].lower()
            self._inside = Nesting(prose=not info) if not info or info in _JSON else None
        elif found["fence"].startswith(self._fence) and not (found["info"] or found["more"].strip()):
            self._fence, self._inside = "", None
