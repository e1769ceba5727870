"""Masks and restores plain texts, outside any request: for the command line and the API."""

from collections.abc import Sequence
from itertools import islice

from maskwire.stream.restorer import Restoration, Tally, restore_text

from maskwire.masker import edits, plan
from maskwire.policy import Action, Policy
from maskwire.spans import Span
from maskwire.vault import Token, Vault
from maskwire.wire.document import Edit, Field
from maskwire_client.models import Restored


def mask_texts(texts: Sequence[str], spans: Sequence[Sequence[Span]], vault: Vault, policy: Policy) -> list[str]:
    """Return the texts with tokens in place of their values. Blocks: the new tokens are on disk when it returns.

    An entity that requests may not bring (``block``) is masked here: nothing is about to leave.

    Raises:
        VaultError: the tokens could not be kept.
    """

    def decide(entity: str, score: float) -> Action:
        return policy.action(entity, score, "")

    def ours(token: Token) -> bool:
        return vault.resolve(token) is not None

    plans = [
        plan([Field(text, "$", fresh=False)], [found], decide, ours) for text, found in zip(texts, spans, strict=True)
    ]
    tokens = iter(vault.tokenize([finding for planned in plans for finding in planned.findings]))
    changes = [edits(planned, list(islice(tokens, len(planned.findings)))) for planned in plans]
    return [_edited(text, change.get(0, ())) for text, change in zip(texts, changes, strict=True)]


def restore_texts(texts: Sequence[str], vault: Vault) -> Restored:
    """Return the texts with values in place of the vault's tokens, in addresses too: the text is the person's own.

    Raises:
        VaultError: the vault cannot be read.
    """
    tally = Tally()
    how = Restoration(resolve=vault.resolve, tally=tally, restore_urls=True)
    restored = tuple(restore_text(text, how) for text in texts)
    return Restored(restored, tally.restored, tally.unresolved)


def _edited(text: str, changes: Sequence[Edit]) -> str:
    parts: list[str] = []
    at = 0
    for change in changes:
        parts += [text[at : change.start], change.text]
        at = change.end
    return "".join([*parts, text[at:]])
