"""Mints tokens under a key, and tells where they can stand. Sans-IO."""

from functools import lru_cache

from maskwire.tokens.keyed import Digest, divide
from maskwire.tokens.recognise import KEPT, find, shape_name, spell
from maskwire.tokens.table import BY_NAME, OPAQUE, shape_of
from maskwire.vault import Token

KEY_BYTES = 32
"""Bytes of the key: HMAC-SHA256 takes no more strength from a longer one."""

DRAWS = 1000
"""Numbers that are tried for a readable spelling: nine in ten opaque ones are, all of the others."""

NEIGHBOURHOOD = 16
"""Characters on each side of a token that can change how it is read, escapes included."""


class Minter:
    """Gives a value its token, and tells its own tokens from look-alikes.

    ``scope`` separates tokens: two minters with the same key and different scopes (one for each host, say) give
    the same value different tokens, and neither takes the other's tokens for its own.
    """

    __slots__ = ("_digest", "_scope")

    def __init__(self, key: bytes, scope: bytes = b"") -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a token key has {KEY_BYTES} bytes, not {len(key)}")
        self._digest = Digest(key)
        self._scope = scope

    def mint(self, entity: str, value: str, attempt: int = 0, scope: str = "") -> Token:
        """Return the token of ``value``: the same for the same key, scopes, entity, value and ``attempt``.

        Unlike the minter's own, this ``scope`` only separates tokens, and tells whether they are invented names:
        ``may_be_ours`` takes those of each.

        Another value may get the same one (the vault knows, and asks for the next ``attempt``); a value whose
        text is itself a spelling of the token, or holds its given name, is given another.
        """
        shape, variant = shape_of(entity, value, scope)
        room = divide(shape.size(variant))
        for draw in range(DRAWS):
            drawn = (entity, value, str(attempt), str(draw), *([scope] if scope else ()))
            number = self._digest.number("value", self._scope, *drawn)
            identifier = number % room.ids
            checked = identifier * room.checks + self._check(shape.name, variant, identifier) % room.checks
            token = shape.write(variant, checked)
            if shape.read(token) == (variant, checked) and not _tells(token, value):
                return Token(token)
        raise AssertionError(f"{shape.name} has no readable spelling")

    def may_be_ours(self, token: Token) -> bool:
        """Tell whether the keyed check of ``token`` is right.

        A shape without room for a check answers ``True`` for every canonical token of its shape: there only the
        vault knows. ``False`` is final for all shapes.
        """
        parts = shape_name(token)
        if parts is None:
            return False
        name, variant, number = parts
        room = divide(BY_NAME[name].size(variant))
        identifier, check = divmod(number, room.checks)
        return identifier < room.ids and check == self._check(name, variant, identifier) % room.checks

    def _check(self, shape: str, variant: str, identifier: int) -> int:
        return self._digest.number("check", self._scope, shape, variant, str(identifier))


def _tells(token: str, value: str) -> bool:
    """Tell whether ``token`` says ``value``, or one of its words."""
    return _bare(token) == _bare(value) or (" " in token and not set(token.split()).isdisjoint(value.title().split()))


def _bare(text: str) -> str:
    """Return the letters and digits of ``text``: what a token is read by."""
    return "".join(filter(str.isalnum, text.lower()))


_PROBE = Minter(bytes(KEY_BYTES))


def stands(before: str, entity: str, value: str, after: str) -> bool:
    """Tell whether a token of ``value`` is read back where that stands, between ``before`` and ``after``.

    Opaque tokens of shipped entities are read anywhere; digits beside digits are not. The answer comes from a
    token of the same shape under a key that hides nothing.
    """
    if shape_of(entity, value)[0] is OPAQUE:
        return True
    return _read_back(before[-NEIGHBOURHOOD:], entity, value, after[:NEIGHBOURHOOD])


@lru_cache(maxsize=KEPT)
def _read_back(before: str, entity: str, value: str, after: str) -> bool:
    spelling = spell(_PROBE.mint(entity, value), value)
    place = (len(before), len(before) + len(spelling))
    return any((match.start, match.end) == place for match in find(before + spelling + after))
