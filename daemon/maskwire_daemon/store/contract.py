"""What every vault of the daemon can do, and the settings they share."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from maskwire.vault import Token, Vault

ATTEMPTS: Final = 1_000
"""Tokens tried for one value. At a million values the fullest shape is 1 % taken, so a second try is rare."""

_GRAIN_S: Final = 3600
"""Uses of a value are noted this coarsely, so that reading a vault seldom writes it."""


@dataclass(frozen=True, slots=True)
class VaultOptions:
    """How a vault keeps values.

    A value unused for ``ttl_s`` seconds expires; ``None`` keeps it for good. ``scope`` separates tokens: the
    same value has another token in another scope. ``cache_entries`` and ``cache_bytes`` bound the readable
    values in memory. ``clock`` gives Unix time.
    """

    ttl_s: float | None = None
    scope: bytes = b""
    cache_entries: int = 20_000
    cache_bytes: int = 16 * 1024 * 1024
    clock: Callable[[], float] = time.time

    def now(self) -> int:
        """Return the time in whole seconds, as entries keep it."""
        return int(self.clock())

    @property
    def grain_s(self) -> int:
        """How long a noted use may lag behind the real one."""
        return _GRAIN_S if self.ttl_s is None else int(min(_GRAIN_S, self.ttl_s / 20))

    def due(self, used: int) -> bool:
        """Tell whether a value noted as ``used`` has reached its term: to use it again must be noted at once."""
        return self.ttl_s is not None and used + self.ttl_s <= self.now()

    def expired(self, used: int) -> bool:
        """Tell whether it is gone for everybody, uses that are not yet noted included."""
        return self.ttl_s is not None and used < self.horizon()

    def horizon(self) -> int:
        """Return the time before which a value must have been noted as used to have expired."""
        assert self.ttl_s is not None
        return self.now() - int(self.ttl_s) - 2 * self.grain_s


DEFAULTS: Final = VaultOptions()
"""Values are kept for good, in one scope."""


@dataclass(frozen=True, slots=True)
class Holding:
    """The values of one entity: how many, when the first and the last came, when any was used last.

    Times are Unix seconds; uses are noted up to an hour late. A vault in memory does not know when values came.
    """

    entity: str
    count: int
    oldest: int | None
    newest: int | None
    used: int


class KeptVault(Vault, Protocol):
    """A vault with the housekeeping that the daemon does and the person may ask for."""

    def purge(self, *, before: float | None = None, entity: str | None = None, token: Token | None = None) -> int:
        """Remove the values that meet every given condition; return how many.

        ``before`` is Unix time: values last used earlier. Their tokens are never given to another value.

        Raises:
            ValueError: no condition was given; ``destroy`` removes everything.
        """

    def expire(self) -> int:
        """Remove what has expired and note recent uses; return how many were removed."""

    def count(self) -> dict[str, int]:
        """Return the number of values per entity."""

    def holdings(self) -> list["Holding"]:
        """Return how many values of each entity there are and how old, by entity."""

    def destroy(self) -> None:
        """Make every value unreadable for good, keys first. The vault is of no use afterwards."""

    def close(self) -> None:
        """Note recent uses and forget readable values. Does not close the database."""


def exhausted(entity: str) -> str:
    """Return the sentence for a shape of token that has no room left."""
    return f"no token is left for another {entity}. Run `maskwire purge` to remove old values."
