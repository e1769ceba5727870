"""A detector that knows three patterns, and can fail in every way that a real one can."""

import asyncio
import re
from collections.abc import Sequence

from maskwire.detect.fragment import Fragment
from maskwire.spans import Span

PATTERNS = {
    "EMAIL_ADDRESS": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "API_KEY": re.compile(r"sk-test-[A-Za-z0-9]{8,}"),
    "PERSON": re.compile(r"Ada Lovelace"),
}


class PatternDetector:
    """Finds the patterns above. ``error`` is raised instead, ``delay_s`` waited first, ``short`` answers too little."""

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self.delay_s = 0.0
        self.short = False
        self.asked = 0

    async def find(self, fragments: Sequence[Fragment]) -> list[list[Span]]:
        self.asked += 1
        await asyncio.sleep(self.delay_s)
        if self.error is not None:
            raise self.error
        found = search(fragments)
        return found[1:] if self.short else found


def search(fragments: Sequence[Fragment]) -> list[list[Span]]:
    """Return where the patterns stand."""
    return [
        sorted(
            Span(m.start(), m.end(), entity, 0.9, f"test.{entity.lower()}")
            for entity, pattern in PATTERNS.items()
            for m in pattern.finditer(fragment.text)
        )
        for fragment in fragments
    ]
