"""RE2 on Python strings: linear in the text, whatever the pattern. The only importer of ``re2`` among the tokens.

Source: https://github.com/google/re2/wiki/WhyRE2
"""

from collections.abc import Iterator

import re2


class Starts:
    """Where a pattern may match: asks RE2 over UTF-8 and answers in code points."""

    def __init__(self, pattern: str) -> None:
        options = re2.Options()
        options.case_sensitive = False
        options.max_mem = 64 << 20
        self._pattern = re2.compile(pattern.encode(), options)

    def __call__(self, text: str, start: int = 0) -> Iterator[int]:
        """Yield every offset from ``start`` on at which a match begins; matches may overlap."""
        data = text.encode("utf-8", "surrogatepass")
        plain = len(data) == len(text)
        place = at = start if plain else len(text[:start].encode("utf-8", "surrogatepass"))
        characters = start
        while (match := self._pattern.search(data, at)) is not None:
            begin: int = match.start()
            characters += begin - place if plain else len(data[place:begin].decode("utf-8", "surrogatepass"))
            place, at = begin, begin + 1
            yield characters
