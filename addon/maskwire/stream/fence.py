"""JSON in a text that a person reads: the whole of it, or what stands in its code fences. Sans-IO.

Source: https://spec.commonmark.org/0.31.2/#fenced-code-blocks
"""

import re

from maskwire.stream.fragment import Nesting

LONGEST_LINE = 80
"""Characters of a line that are kept to tell a fence: a longer one has an info string that says nothing new."""

_FENCE = re.compile(r"[ \t]*(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[\w+.-]*)(?P<more>[^`]*)")
_JSON = frozenset({"json", "jsonl", "ndjson", "geojson"})
"""Info strings under which only JSON stands. JSON5 and the like have comments, in which a quote may be odd."""


class Prose:
    """Follows a text that may be JSON from its first character on, or hold JSON in code fences.

    A fence without an info string counts if its content begins as an object or a list of objects.
    """

    def __init__(self) -> None:
        self._whole = Nesting(prose=True)
        self._fence = ""
        self._inside: Nesting | None = None
        self._line = ""

    @property
    def depth(self) -> int:
        """In how many strings of JSON the place is."""
        return (self._inside or self._whole).depth

    @property
    def bare(self) -> bool:
        """Whether a number that is not in quotes would stand here as a value of JSON."""
        return (self._inside or self._whole).bare

    def feed(self, text: str) -> None:
        """Follow ``text``."""
        self._whole.feed(text)
        if self._whole.is_json:
            return
        start = 0
        while (end := text.find("\n", start)) >= 0:
            self._follow(text[start : end + 1])
            self._turn(self._line)
            self._line, start = "", end + 1
        self._follow(text[start:])

    def _follow(self, text: str) -> None:
        if len(self._line) < LONGEST_LINE:
            self._line = (self._line + text)[:LONGEST_LINE]
        if self._inside is not None:
            self._inside.feed(text)

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
