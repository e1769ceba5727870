"""Tokens for the placeholders of the vectors, and what is behind them."""

from collections.abc import Mapping

from maskwire.stream.restorer import Restoration, Tally
from maskwire.tokens import Minter
from maskwire.vault import Token

VALUES: Mapping[str, str] = {
    "EMAIL": 'o\'neil+"x"@exämple.com',
    "PERSON": 'Zoë "Q" O\\Brien\nJr 😀',
    "PHONE": "+49 30 1234567",
    "SECRET": "sk-\\u0041\t'quoted\"\\end",
}
"""Values with what JSON must escape: quotes, backslashes, line ends, characters outside the BMP."""

_ENTITIES = {"EMAIL": "EMAIL_ADDRESS", "PERSON": "PERSON", "PHONE": "PHONE_NUMBER", "SECRET": "API_KEY"}
_MINTER = Minter(bytes(range(32)))

TOKENS: Mapping[str, Token] = {name: _MINTER.mint(_ENTITIES[name], value) for name, value in VALUES.items()}
_BEHIND: Mapping[Token, str] = {token: VALUES[name] for name, token in TOKENS.items()}


def restoration(**settings: bool | frozenset[str]) -> Restoration:
    """Return how to restore the tokens of ``TOKENS``, counted anew."""
    return Restoration(_BEHIND.get, Tally(), **settings)  # type: ignore[arg-type]
