"""Finds tokens in a text, in any spelling that a model gives them. Sans-IO.

One pass of RE2 over the text finds where a token may start; there the exact pattern decides, and the shape reads
the spelling. Neither asks the key or the vault: what is found is a candidate.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from maskwire.tokens.digits import only_digits
from maskwire.tokens.folding import fold
from maskwire.tokens.grammar import Part
from maskwire.tokens.keyed import divide
from maskwire.tokens.linear import Linear
from maskwire.tokens.shape import Shape
from maskwire.tokens.table import BY_NAME, DRESSED, SHAPES
from maskwire.vault import Token

_FLAGS = re.IGNORECASE | re.ASCII


def _hint(shape: Shape) -> str:
    """Return a pattern for RE2 that matches at a spelling, or one character before where that must not be a digit."""
    anywhere = re.search(f"{shape.before}#", "0#") is not None
    bodies = "|".join(body.full for body in shape.bodies.values())
    return f"{'' if anywhere else '(?:^|[^0-9])'}(?:{bodies})"


_HINTS = Linear("|".join(map(_hint, SHAPES)), case_sensitive=False)


class _ByFirst(dict[str, re.Pattern[str] | None]):
    """Patterns by the first character of what they match; each is compiled when it is first asked for."""

    def __init__(self, pattern: Callable[[Shape, Sequence[Part]], str], end: str) -> None:
        super().__init__()
        self._pattern = pattern
        self._end = end

    def __missing__(self, first: str) -> re.Pattern[str] | None:
        if not first or not first.isascii():
            return None
        parts = {shape: [body for chars, body in shape.bodies.items() if first.upper() in chars] for shape in SHAPES}
        either = "|".join(self._pattern(shape, bodies) for shape, bodies in parts.items() if bodies)
        self[first] = re.compile(f"(?:{either}){self._end}", _FLAGS) if either else None
        return self[first]


def _whole(shape: Shape, bodies: Sequence[Part]) -> str:
    return f"(?P<{shape.name}>{shape.before}(?:{'|'.join(body.full for body in bodies)}){shape.after})"


def _begun(shape: Shape, bodies: Sequence[Part]) -> str:
    """Return what may go on behind the end of the text: there a lookahead holds that the next letter may break."""
    ends = [*(body.open for body in bodies), *(body.full for body in bodies if shape.after)]
    return f"{shape.before}(?:{'|'.join(ends)})"


_WHOLE, _BEGUN = _ByFirst(_whole, ""), _ByFirst(_begun, r"\Z")

_FIRST = "".join(sorted({first for shape in SHAPES for firsts in shape.bodies for first in firsts}))
_PLACES = re.compile(rf"[{re.escape(_FIRST)}]|(?:(?<![A-Za-z])|(?<=\\[nrt]))[a-z]", re.ASCII)
"""Where a spelling may begin: a small letter only where ``IN_CAPITALS_OR_AT_WORD`` holds."""

SHORTEST = 9
"""Characters that the shortest spelling of a token has in folded text."""

_DIGIT = re.compile("[0-9]")

LONGEST = 80
"""Characters that the longest spelling of a token may have in folded text."""

KEPT = 4096
"""Spellings that are remembered, with their values as the vault remembers them: each turn of a conversation asks for
those of all turns before."""

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


def _any(token: Token) -> bool:
    del token
    return True


def find(text: str, ours: Ours = _any) -> list[Match]:
    """Return every candidate in ``text`` that ``ours`` accepts, sorted, none overlapping; the leftmost wins.

    What ``ours`` refuses is ordinary text, in which a candidate may begin as anywhere else.
    """
    folded = fold(text)
    return [
        Match(folded.raw_start(match.start), folded.raw_end(match.end), match.token)
        for match in spelled(folded.text, 0, ours)
    ]


def spelled(text: str, start: int = 0, ours: Ours = _any) -> list[Match]:
    """Return what ``find`` does in folded ``text`` from ``start`` on; what stands before is context."""
    found: list[Match] = []
    if len(text) - start < SHORTEST:
        return found
    for hint, _ in _HINTS.matches(text, max(start - 1, 0)):
        for place in (hint, hint + 1):
            if place >= start and (match := _exact(text, place)) is not None and ours(match.token):
                found.append(match)
                start = match.end
                break
    return found


def may_hold(text: str) -> bool:
    """Tell whether a candidate can be in folded ``text``: every spelling has a digit."""
    return _DIGIT.search(text) is not None


def open_from(text: str, start: int = 0) -> int:
    """Return where the first spelling begins that may go on behind the end of folded ``text``, else its length."""
    for found in _PLACES.finditer(text, max(start, len(text) - LONGEST)):
        place = found.start()
        begun = _BEGUN[text[place]]
        if begun is not None and begun.match(text, place):
            return place
    return len(text)


def canonical(spelling: str) -> Token | None:
    """Return the token that ``spelling`` as a whole says, in its canonical spelling."""
    match find(spelling):
        case [only] if (only.start, only.end) == (0, len(spelling)):
            return only.token
    return None


def shape_name(token: Token) -> tuple[str, str, int] | None:
    """Return shape, variant and number of a canonical token, ``None`` when it is not one."""
    whole = _WHOLE[token[:1]]
    match = whole.fullmatch(token) if whole else None
    if match is None or match.lastgroup is None:
        return None
    read = BY_NAME[match.lastgroup].read(token)
    if read is None or BY_NAME[match.lastgroup].write(*read) != token:
        return None
    return match.lastgroup, *read


def numeric(token: Token) -> str | None:
    """Return the spelling of ``token`` that can stand as a bare JSON number, ``None`` when it has none."""
    parts = shape_name(token)
    shape = DRESSED.get(parts[0]) if parts else None
    return only_digits(token) if shape and shape.numeric else None


def telling(token: Token) -> bool:
    """Tell whether ``token`` has a shape with a keyed check: one that text hardly shows unless it was ours."""
    parts = shape_name(token)
    return parts is not None and divide(BY_NAME[parts[0]].size(parts[1])).checks > 1


@lru_cache(maxsize=KEPT)
def spell(token: Token, value: str) -> str:
    """Return ``token`` in the grouping and case of ``value``: what stands in a masked text.

    A dress in which ``find`` would not know the token again is not worn.
    """
    parts = shape_name(token)
    shape = DRESSED.get(parts[0]) if parts else None
    if parts is None or shape is None or shape.variant(fold(value).text) != parts[1]:
        return token
    dressed = shape.dress(token, value)
    return dressed if canonical(dressed) == token else token


def _exact(text: str, place: int) -> Match | None:
    whole = _WHOLE[text[place : place + 1]]
    match = whole.match(text, place) if whole else None
    if match is None or match.lastgroup is None:
        return None
    shape = BY_NAME[match.lastgroup]
    read = shape.read(match[0])
    return Match(match.start(), match.end(), Token(shape.write(*read))) if read else None
