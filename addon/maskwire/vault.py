"""What the core needs of a vault. The stores that keep values live in ``maskwire_daemon.store``."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NewType, Protocol

Token = NewType("Token", str)
"""A token in its canonical spelling, as ``maskwire.tokens`` mints it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A value and its entity, on the way to becoming a token. ``repr`` never shows the value.

    The same value has a token of its own in each ``scope``: a host's name where hosts are kept apart, else empty;
    ``surrogate`` makes of it the one in which tokens are invented names.
    """

    entity: str
    value: str = field(repr=False)
    scope: str = ""

    def within(self, scope: str) -> "Finding":
        """Return the same value in ``scope``."""
        return self if scope == self.scope else Finding(self.entity, self.value, scope)


_SURROGATE = "name:"
"""Begins scopes in which tokens are invented names; no host's name has a colon."""


def surrogate(scope: str) -> str:
    """Return the scope beside ``scope`` in which tokens are invented names."""
    return _SURROGATE + scope


def is_surrogate(scope: str) -> bool:
    """Tell whether tokens are invented names in ``scope``."""
    return scope.startswith(_SURROGATE)


class Vault(Protocol):
    """Keeps values behind tokens. One value of one entity has one token, for good."""

    def tokenize(self, findings: Sequence[Finding]) -> list[Token]:
        """Return the token of each finding, in order; new ones are durable when this returns.

        Raises:
            VaultError: nothing may leave that depends on these tokens.
        """

    def resolve(self, token: Token) -> str | None:
        """Return the value behind ``token``, or ``None`` when it is not ours, expired or destroyed.

        Raises:
            VaultError: the vault is locked or its bytes do not verify.
        """
