"""Masks and restores plain texts over a vault: for scripts, the command line and the control API. Sans-IO.

A session is an object of its own: many may live in one process, each over its own vault.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from maskwire.errors import VaultError
from maskwire.masker import Decide, edits, plan
from maskwire.spans import Span
from maskwire.tokens import Ours, canonical, find, worn
from maskwire.vault import Finding, Token, Vault
from maskwire.wire.document import Edit, Field, edited

WHERE = "text"
"""The path under which a plain text is named in a refusal."""


def unscoped(finding: Finding) -> Finding:
    """Return ``finding`` as it is: without settings there is one scope."""
    return finding


class Restored(NamedTuple):
    """A text with values in place of ``known`` tokens; behind ``unresolved`` ones there is none (any more)."""

    text: str
    known: int
    unresolved: int


def restored(text: str, ours: Ours, resolve: Callable[[Token], str | None]) -> Restored:
    """Return ``text`` with what ``resolve`` gives in place of every token that ``ours`` takes; all else stays."""
    changes: list[Edit] = []
    unresolved = 0
    for match in find(text, ours):
        if (value := resolve(match.token)) is None:
            unresolved += 1
        else:
            spelling = text[match.start : match.end]
            changes.append(Edit(match.start, match.end, worn(match.token, spelling, value)))
    return Restored(edited(text, changes), len(changes), unresolved)


class UnknownToken(VaultError):
    """A text that must be a token of this vault is none, or its value has expired or was destroyed."""


class Session:
    """Explicit use of one vault. Every method may raise ``VaultError`` when the vault is locked or damaged."""

    __slots__ = ("_vault",)

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def mask_text(
        self, text: str, spans: Sequence[Span], decide: Decide, scoped: Callable[[Finding], Finding] = unscoped
    ) -> str:
        """Return ``text`` with a token in place of every finding in ``spans`` that ``decide`` does not allow.

        ``scoped`` says in which scope a value gets its token.

        Raises:
            BlockedError: the policy blocks a finding.
        """
        planned = plan([Field(text, WHERE)], [spans], decide, self._knows)
        tokens = self._vault.tokenize([scoped(finding) for finding in planned.findings])
        return edited(text, edits(planned, tokens).get(0, ()))

    def restore_text(self, text: str) -> str:
        """Return ``text`` with the value in place of every token that the vault knows; all else stays.

        Values come back inside addresses too: the text is the person's own, not a model's answer on its way to
        a program that would follow them.
        """
        return restored(text, self._knows, self._vault.resolve).text

    def detokenize(self, token: str) -> str:
        """Return the value behind ``token``, however it is spelled.

        Raises:
            UnknownToken: ``token`` is not exactly one token that the vault knows.
        """
        known = canonical(token)
        value = None if known is None else self._vault.resolve(known)
        if value is None:
            raise UnknownToken("this is not a token of this vault, or its value has expired")
        return value

    def is_token(self, text: str) -> bool:
        """Tell whether ``text`` as a whole is a token that the vault knows."""
        known = canonical(text)
        return known is not None and self._knows(known)

    def _knows(self, token: Token) -> bool:
        return self._vault.resolve(token) is not None
