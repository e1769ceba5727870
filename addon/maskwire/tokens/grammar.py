"""How a spelling is described once and compiled three ways. Sans-IO.

A shape describes its spelling as a sequence of parts. From the same parts come the pattern that matches a
whole spelling and the pattern that matches what may still become one, so that reading a text and reading a
stream cannot disagree. Patterns use only what both ``re`` and RE2 understand; they are case-insensitive.
"""

import re
from dataclasses import dataclass

IN_CAPITALS_OR_AT_WORD = r"(?-i:(?=[^a-z])|(?<![A-Za-z])|(?<=\\[nrt]))"
"""Lookbehind: what starts with a small letter does so where a word starts, be it behind the ``n`` of ``\\n``. Without
it the last letters of most words might be the first of a token, and a stream would hold them back."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a spelling: ``full`` matches all of it, ``open`` every beginning that is not yet all of it."""

    full: str
    open: str


def run(one: str, least: int, most: int | None = None) -> Part:
    """Return ``least`` to ``most`` (or exactly ``least``) characters of the class ``one``."""
    top = least if most is None else most
    return Part(f"{one}{{{least},{top}}}", f"{one}{{0,{max(top - 1, 0)}}}")


def atoms(*patterns: str) -> Part:
    """Return one character for each pattern, or none where the pattern ends in ``?``."""
    return sequence(*(Part(pattern, "") for pattern in patterns))


def word(letters: str) -> Part:
    """Return exactly these characters."""
    return atoms(*(re.escape(letter) for letter in letters))


def sequence(*parts: Part) -> Part:
    """Return the parts one after the other."""
    full = "".join(part.full for part in parts)
    pending = parts[-1].open
    for part in reversed(parts[:-1]):
        pending = f"(?:{part.full}(?:{pending})|{part.open})"
    return Part(full, pending)


def either(*parts: Part) -> Part:
    """Return any one of the parts; the first that fits wins."""
    return Part(
        f"(?:{'|'.join(part.full for part in parts)})",
        f"(?:{'|'.join(dict.fromkeys(part.open for part in parts))})",
    )
