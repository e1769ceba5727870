"""Finds tokens in a text, in any spelling that a model gives them. Sans-IO.

One pass of RE2 over the text finds where a token may start; there the exact pattern decides, and the shape reads
the spelling. Neither asks the key or the vault: what is found is a candidate.
"""

import re
from dataclasses import dataclass

from maskwire.tokens.digits import only_digits
from maskwire.tokens.folding import fold
from maskwire.tokens.keyed import divide
from maskwire.tokens.linear import Linear
from maskwire.tokens.table import BY_NAME, DRESSED, SHAPES
from maskwire.vault import Token

_STARTS = Linear("|".join(shape.body.full for shape in SHAPES), case_sensitive=False)
_EXACT = re.compile(
    "|".join(f"(?P<{s.name}>{s.before}{s.body.full}{s.after})" for s in SHAPES), re.IGNORECASE | re.ASCII
)
_OPEN = re.compile(
    "(?:" + "|".join(f"{s.before}(?:{s.body.open}{f'|{s.body.full}' if s.after else ''})" for s in SHAPES) + r")\Z",
    re.IGNORECASE | re.ASCII,
)

LONGEST = 80
"""Characters that the longest spelling of a token may have in folded text."""

CONTEXT = 2
"""Characters before a spelling that decide whether it is one."""


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate: ``text[start:end]`` says ``token``, which is in its canonical spelling."""

    start: int
    end: int
    token: Token


def find(text: str) -> list[Match]:
    """Return every candidate in ``text``, sorted, none overlapping; the leftmost wins."""
    folded = fold(text)
    return [
        Match(folded.raw_start(match.start), folded.raw_end(match.end), match.token) for match in spelled(folded.text)
    ]


def spelled(text: str, start: int = 0) -> list[Match]:
    """Return the candidates of folded ``text`` from ``start`` on; what stands before is context."""
    found: list[Match] = []
    for place, _ in _STARTS.matches(text, start):
        if place >= start and (match := _exact(text, place)) is not None:
            found.append(match)
            start = match.end
    return found


def open_from(text: str, start: int = 0) -> int:
    """Return where the first spelling begins that may go on behind the end of folded ``text``, else its length."""
    match = _OPEN.search(text, max(start, len(text) - LONGEST))
    return match.start() if match else len(text)


def canonical(spelling: str) -> Token | None:
    """Return the token that ``spelling`` as a whole says, in its canonical spelling."""
    match find(spelling):
        case [only] if (only.start, only.end) == (0, len(spelling)):
            return only.token
    return None


def shape_name(token: Token) -> tuple[str, str, int] | None:
    """Return shape, variant and number of a canonical token, ``None`` when it is not one."""
    match = _EXACT.fullmatch(token)
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


def spell(token: Token, value: str) -> str:
    """Return ``token`` in the grouping and case of ``value``: what stands in a masked text.

    A dress in which ``find`` would not know the token again is not worn.
    """
    parts = shape_name(token)
    shape = DRESSED.get(parts[0]) if parts else None
    if shape is None or shape.variant(value) is None:
        return token
    dressed = shape.dress(token, value)
    return dressed if canonical(dressed) == token else token


def _exact(text: str, place: int) -> Match | None:
    match = _EXACT.match(text, place)
    if match is None or match.lastgroup is None:
        return None
    shape = BY_NAME[match.lastgroup]
    read = shape.read(match[0])
    return Match(match.start(), match.end(), Token(shape.write(*read))) if read else None
