"""Texts in which hardly anything is to be found: code and prose that ship with every Python.

Code is the standard library; prose is the language reference behind ``help()``. What is found there is false, but for
the addresses of authors in comments.
"""

import re
import sysconfig
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.scoring import Finding

MODULES = 60
"""Modules of the standard library that are read."""

_CREDIT = re.compile(
    r"(?i)author|copyright|contribut|written by|©|maintain|thanks|original|@[\w-]+\.[a-z]{2,}|\bby [A-Z]"
)
"""A line that names somebody on purpose."""


def corpora() -> Mapping[str, list[str]]:
    """Return the texts by what they are."""
    from pydoc_data.topics import topics

    files = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("[a-m]*.py"))[:MODULES]
    return {
        "code": [file.read_text(encoding="utf-8", errors="replace") for file in files],
        "prose": [str(text) for _, text in sorted(topics.items())],
    }


def false_findings(texts: list[str], find: Callable[[str], list[Finding]]) -> tuple[float, Counter[str]]:
    """Return false findings for each 10 KB of ``texts``, and how many of each entity."""
    found: Counter[str] = Counter()
    for text in texts:
        for start, end, entity in find(text):
            line = text[text.rfind("\n", 0, start) + 1 : (text.find("\n", end) + 1 or len(text) + 1) - 1]
            if not _CREDIT.search(line):
                found[entity] += 1
    size = sum(len(text.encode()) for text in texts)
    return found.total() / max(1, size) * 10_240, found
