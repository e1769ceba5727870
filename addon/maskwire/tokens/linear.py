"""RE2 on Python strings: linear in the text, whatever the pattern. The only importer of ``re2`` in the masking core.

Source: https://github.com/google/re2/wiki/WhyRE2
"""

from collections.abc import Iterator

import re2


class Linear:
    """A pattern that is asked over UTF-8 and answers in code points."""

    __slots__ = ("_pattern",)

    def __init__(self, pattern: str, *, case_sensitive: bool = True) -> None:
        options = re2.Options()
        options.case_sensitive = case_sensitive
        options.max_mem = 64 << 20
        self._pattern = re2.compile(pattern.encode("utf-8", "surrogatepass"), options)

    def matches(self, text: str, start: int = 0) -> Iterator[tuple[int, int]]:
        """Yield start and end of a match at every offset from ``start`` on where one begins; they may overlap."""
        data = text.encode("utf-8", "surrogatepass")
        plain = len(data) == len(text)
        character = start
        at = byte = start if plain else len(text[:start].encode("utf-8", "surrogatepass"))
        while (match := self._pattern.search(data, at)) is not None:
            begin, end = match.span()
            character += begin - byte if plain else _count(data[byte:begin])
            yield character, character + (end - begin if plain else _count(data[begin:end]))
            byte, at = begin, begin + 1


def _count(data: bytes) -> int:
    return len(data.decode("utf-8", "surrogatepass"))
