"""Reads tokens in folded text, whole or as it arrives. Sans-IO.

One pass of RE2 over the text finds where a token may start; there the exact pattern decides, and the shape reads
the spelling. Neither asks the key or the vault: what is found is a candidate.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from maskwire.tokens.grammar import Part
from maskwire.tokens.linear import Linear
from maskwire.tokens.shape import Shape
from maskwire.tokens.surrogate import SETTLED, SURNAME
from maskwire.tokens.table import BY_NAME, SHAPES, SURROGATE, SURROGATES, TURNED
from maskwire.vault import Token

_FLAGS = re.IGNORECASE | re.ASCII

SHORTEST = 9
"""Characters that the shortest spelling of a token has in folded text."""

LONGEST = 80
"""Characters that the longest spelling of a token, and what decides about it behind it, may have in folded text."""

CONTEXT = 2
"""Characters before a spelling that decide whether it is one."""


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate: ``text[start:end]`` says ``token``, which is in its canonical spelling."""

    start: int
    end: int
    token: Token


Ours = Callable[[Token], bool]
"""Whether a candidate can be one of ours: the keyed check of a minter, or what a vault knows."""


def any_token(token: Token) -> bool:
    """Take every candidate."""
    del token
    return True


class ByFirst(dict[str, re.Pattern[str] | None]):
    """Patterns by the first character of what they match; each is compiled when it is first asked for."""

    def __init__(self, shapes: Sequence[Shape], pattern: Callable[[Shape, Sequence[Part]], str], end: str) -> None:
        super().__init__()
        self._shapes = shapes
        self._pattern = pattern
        self._end = end

    def __missing__(self, first: str) -> re.Pattern[str] | None:
        if not first or not first.isascii():
            return None
        parts = {
            shape: [body for chars, body in shape.bodies.items() if first.upper() in chars] for shape in self._shapes
        }
        either = "|".join(self._pattern(shape, bodies) for shape, bodies in parts.items() if bodies)
        self[first] = re.compile(f"(?:{either}){self._end}", _FLAGS) if either else None
        return self[first]


class Reader:
    """Reads the spellings of some shapes, of which ``hinted`` together match wherever one of them begins.

    ``sign`` is a pattern that every spelling has in it: a text without it holds no candidate.
    """

    def __init__(self, shapes: Sequence[Shape], hinted: Sequence[Shape], sign: str) -> None:
        first = "".join(sorted({first for shape in shapes for firsts in shape.bodies for first in firsts}))
        self._hints = Linear("|".join(map(_hint, hinted)), case_sensitive=False)
        self.sign = re.compile(sign, _FLAGS)
        # Where a spelling may begin: a small letter only where ``IN_CAPITALS_OR_AT_WORD`` holds.
        self._places = re.compile(rf"[{re.escape(first)}]|(?:(?<![A-Za-z])|(?<=\\[nrt]))[a-z]", re.ASCII)
        self.whole = ByFirst(shapes, _whole, "")
        self.begun = ByFirst(shapes, _begun, r"\Z")

    def spelled(self, text: str, start: int = 0, ours: Ours = any_token) -> list[Match]:
        """Return every candidate from ``start`` on that ``ours`` accepts, sorted, none overlapping; the leftmost wins.

        What stands before ``start`` is context.
        """
        found: list[Match] = []
        if len(text) - start < SHORTEST:
            return found
        for hint, _ in self._hints.matches(text, max(start - 1, 0)):
            for place in (hint, hint + 1):
                if place >= start and (match := self.exact(text, place)) is not None and ours(match.token):
                    found.append(match)
                    start = match.end
                    break
        return found

    def open_from(self, text: str, start: int = 0) -> int:
        """Return where the first spelling begins that may go on behind the end of ``text``, else its length."""
        begun = self.begun
        for found in self._places.finditer(text, max(start, len(text) - LONGEST)):
            place = found.start()
            pattern = begun[text[place]]
            if pattern is not None and pattern.match(text, place):
                return place
        return len(text)

    def exact(self, text: str, place: int) -> Match | None:
        """Return the candidate that begins at ``place``, ``None`` when there is none."""
        whole = self.whole[text[place : place + 1]]
        match = whole.match(text, place) if whole else None
        if match is None or match.lastgroup is None:
            return None
        shape = BY_NAME[match.lastgroup]
        read = shape.read(match[0])
        if read is not None:
            return Match(match.start(), match.end(), Token(shape.write(*read)))
        return _NOT_TURNED.exact(text, place) if shape is TURNED else None


def _hint(shape: Shape) -> str:
    """Return a pattern for RE2 that matches at a spelling, or one character before where that must not be a digit."""
    anywhere = re.search(f"{shape.before}#", "0#") is not None
    bodies = "|".join(body.full for body in shape.bodies.values())
    return f"{'' if anywhere else '(?:^|[^0-9])'}(?:{bodies})"


def _whole(shape: Shape, bodies: Sequence[Part]) -> str:
    return f"(?P<{shape.name}>{shape.before}(?:{'|'.join(body.full for body in bodies)}){shape.after})"


def _begun(shape: Shape, bodies: Sequence[Part]) -> str:
    """Return what may go on behind the end of the text: there a lookahead holds that the next letter may break."""
    ends = [*(body.open for body in bodies), *(f"{body.full}(?!{SETTLED})" for body in bodies if shape.after)]
    return f"{shape.before}(?:{'|'.join(ends)})"


CODES = Reader(SHAPES, SHAPES, "[0-9]")
"""Reads all tokens but invented names."""

ALL = Reader((*SHAPES, *SURROGATES), (*SHAPES, SURROGATE), f"[0-9]|{SURNAME.full}")
"""Reads all tokens."""

_NOT_TURNED = Reader((SURROGATE,), (SURROGATE,), SURNAME.full)
"""Reads what stands where a surname is followed by another's given name: that surname alone."""
