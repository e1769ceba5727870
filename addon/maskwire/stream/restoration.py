"""What a restorer is told: how to look tokens up, what may be restored where, and who counts. Sans-IO."""

from collections.abc import Callable
from dataclasses import dataclass

from maskwire.errors import VaultError
from maskwire.tokens import Ours, telling, worn
from maskwire.vault import Token

Resolve = Callable[[Token], str | None]
"""The vault's ``resolve``: the value behind a token, ``None`` when there is none."""


@dataclass(slots=True)
class Tally:
    """Counts occurrences; one object may be shared by all restorers of an answer.

    ``unresolved`` are tokens that read like ours and lead to no value, ``withheld`` those that stand inside an
    address and therefore stayed masked.
    """

    restored: int = 0
    unresolved: int = 0
    withheld: int = 0

    @property
    def total(self) -> int:
        """All occurrences that were counted."""
        return self.restored + self.unresolved + self.withheld


def _any(token: Token) -> bool:
    del token
    return True


@dataclass(frozen=True)
class Restoration:
    """How the texts of one answer are restored.

    ``restore_arguments`` and ``masked_tools`` say for which tools arguments come back with values.
    ``known_urls`` are masked addresses that stood in the person's own request: only these are restored inside,
    unless ``restore_urls`` lifts the rule. ``ours`` is the keyed check (``Minter.may_be_ours``): what it refuses
    is ordinary text, neither looked up nor counted. ``surrogates`` tells that invented names are read too.
    """

    resolve: Resolve
    tally: Tally
    restore_arguments: bool = True
    masked_tools: frozenset[str] = frozenset()
    restore_urls: bool = False
    known_urls: frozenset[str] = frozenset()
    ours: Ours = _any
    surrogates: bool = False

    def value(self, token: Token, spelling: str) -> str | None:
        """Return the value behind ``token`` as ``spelling`` says it, and count it; ``None`` when that has to stay.

        A vault that fails in the middle of an answer must not cut it off: the token stays, is counted as
        unresolved, and can be restored later from the text that the person has.
        """
        try:
            value = self.resolve(token)
        except VaultError:
            self.tally.unresolved += 1
            return None
        if value is not None:
            self.tally.restored += 1
            return worn(token, spelling, value)
        if telling(token):
            self.tally.unresolved += 1
        return None
