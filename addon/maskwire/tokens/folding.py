"""Reads a text as a person would: without invisible characters, escapes and typographic variants. Sans-IO.

Models write ``PERSON\\_K7Q2MXA4``, ``PERSON&#95;K7Q2MXA4`` or a non-breaking hyphen where a token had a plain
character; in JSON inside JSON there are up to four backslashes. Folding gives the plain text with a map back to
the offsets of the text as it stands.

Source: https://spec.commonmark.org/0.31.2/#backslash-escapes, https://html.spec.whatwg.org/#named-character-references
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from html import unescape

INVISIBLE_RUN = 8
"""Invisible characters in a row that are still read over: models insert one, an endless run must not be held back."""

BREAK = "\x00"
"""Stands for a longer run of invisible characters: no token continues behind it."""

_INVISIBLE = "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
_NAMES = "lowbar|UnderBar|commat|period|hyphen|dash|nbsp|plus|lpar|rpar|colon|ndash|ast|grave"
_VARIANTS = {
    **{chr(0xFEE0 + code): chr(code) for code in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B))},
    **dict(zip("＿＠．－＋", "_@.-+", strict=True)),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f", " "),
}
_FOLDABLE = re.compile(
    f"(?P<gone>{_INVISIBLE}+)"
    r"|\\{1,4}(?P<mark>[ _*`@.\-+()#:~])"
    r"|\\{1,4}(?:u00|x)(?P<escape>[2-7][0-9A-Fa-f])"
    r"|%(?P<percent>[2-7][0-9A-Fa-f])"
    rf"|(?P<entity>&(?:#(?:[3-9]\d|1[01]\d|12[0-6])|#[xX][2-7][0-9A-Fa-f]|{_NAMES});)"
    f"|(?P<variant>[{''.join(_VARIANTS)}])"
)
_PLAIN = re.compile(rf"[^\\%&{_INVISIBLE[1:-1]}{''.join(_VARIANTS)}]*+")
"""What most text is: nothing in it can be folded or be the beginning of an escape."""

_NAME_STARTS = sorted({name[:end] for name in _NAMES.split("|") for end in range(1, len(name) + 1)}, reverse=True)
_UNFINISHED = re.compile(
    f"(?:(?<!{_INVISIBLE}){_INVISIBLE}{{1,{INVISIBLE_RUN}}}"
    r"|\\{1,4}(?:x[2-7]?|u(?:0(?:0[2-7]?)?)?)?"
    r"|%[2-7]?"
    rf"|&(?:#(?:\d{{0,3}}|[xX][2-7]?[0-9A-Fa-f]?)|{'|'.join(_NAME_STARTS)})?)\Z"
)
LONGEST_UNFINISHED = 12
"""Characters an escape that is not complete may have."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded ``text`` and what was folded: ``before[i]:after[i]`` of it stands for raw ``starts[i]:ends[i]``."""

    text: str
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    def raw_start(self, index: int) -> int:
        """Return where the character at ``index`` begins in the raw text."""
        if not (i := bisect_right(self.after, index)):
            return index
        return self.ends[i - 1] + index - self.after[i - 1]

    def raw_end(self, index: int) -> int:
        """Return where the character before ``index`` ends in the raw text."""
        if not (i := bisect_left(self.before, index)):
            return index
        return self.ends[i - 1] + index - self.after[i - 1]


def is_plain(text: str) -> bool:
    """Tell whether ``text`` reads as it stands, and would with anything behind it."""
    return _PLAIN.fullmatch(text) is not None


def fold(text: str) -> Folded:
    """Return ``text`` as it reads, with a map back."""
    if is_plain(text) or _FOLDABLE.search(text) is None:
        return Folded(text)
    pieces: list[str] = []
    changes: list[tuple[int, int, int, int]] = []
    done = length = 0
    for match in _FOLDABLE.finditer(text):
        start, end = match.span()
        plain = _plain(match)
        pieces += (text[done:start], plain)
        length += start - done
        changes.append((length, length + len(plain), start, end))
        length += len(plain)
        done = end
    pieces.append(text[done:])
    before, after, starts, ends = zip(*changes, strict=True)
    return Folded("".join(pieces), before, after, starts, ends)


def unfinished(text: str) -> int:
    """Return where an escape or invisible run begins that the end of ``text`` cuts, else its length."""
    tail = max(0, len(text) - LONGEST_UNFINISHED)
    match = None if _PLAIN.fullmatch(text, tail) else _UNFINISHED.search(text, tail)
    return match.start() if match else len(text)


def _plain(match: re.Match[str]) -> str:
    kind = match.lastgroup
    said = match[kind or 0]
    if kind == "gone":
        return "" if len(said) <= INVISIBLE_RUN else BREAK
    if kind == "variant":
        return _VARIANTS[said]
    if kind == "mark":
        return said
    if kind == "entity":
        letter = unescape(said)
        return _VARIANTS.get(letter, letter)
    return chr(int(said, 16))
