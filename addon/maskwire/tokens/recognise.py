"""Finds tokens in a text, in any spelling that a model gives them. Sans-IO."""

from functools import lru_cache

from maskwire.tokens.digits import only_digits
from maskwire.tokens.folding import fold
from maskwire.tokens.keyed import divide
from maskwire.tokens.reader import ALL, Match, Ours, any_token
from maskwire.tokens.table import BY_NAME, DRESSED
from maskwire.vault import Token

__all__ = ["KEPT", "Match", "Ours", "canonical", "find", "numeric", "shape_name", "spell", "telling"]

KEPT = 4096
"""Spellings that are remembered, with their values as the vault remembers them: each turn of a conversation asks for
those of all turns before."""


def find(text: str, ours: Ours = any_token) -> list[Match]:
    """Return every candidate in ``text`` that ``ours`` accepts, sorted, none overlapping; the leftmost wins.

    What ``ours`` refuses is ordinary text, in which a candidate may begin as anywhere else.
    """
    folded = fold(text)
    return [
        Match(folded.raw_start(match.start), folded.raw_end(match.end), match.token)
        for match in ALL.spelled(folded.text, 0, ours)
    ]


def canonical(spelling: str) -> Token | None:
    """Return the token that ``spelling`` as a whole says, in its canonical spelling."""
    match find(spelling):
        case [only] if (only.start, only.end) == (0, len(spelling)):
            return only.token
    return None


def shape_name(token: Token) -> tuple[str, str, int] | None:
    """Return shape, variant and number of a canonical token, ``None`` when it is not one."""
    whole = ALL.whole[token[:1]]
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
