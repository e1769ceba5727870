"""Masks and restores plain texts, outside any request: for the command line and the API. Blocks on the vault."""

from collections.abc import Sequence
from itertools import islice

from maskwire.masker import edits, plan
from maskwire.policy import Action, Policy
from maskwire.session import restored
from maskwire.spans import Span
from maskwire.wire.document import Field, edited
from maskwire_client.models import Restored
from maskwire_daemon.storage import Storage


def mask_texts(texts: Sequence[str], spans: Sequence[Sequence[Span]], storage: Storage, policy: Policy) -> list[str]:
    """Return the texts with tokens in place of their values; the new tokens are on disk when it returns.

    An entity that requests may not bring (``block``) is masked here: nothing is about to leave.

    Raises:
        VaultError: the tokens could not be kept.
    """

    def decide(entity: str, score: float) -> Action:
        return policy.action(entity, score, "")

    plans = [
        plan([Field(text, "$", fresh=False)], [found], decide, storage.knows)
        for text, found in zip(texts, spans, strict=True)
    ]
    wanted = [policy.scoped(finding, "") for planned in plans for finding in planned.findings]
    tokens = iter(storage.vault.tokenize(wanted))
    changes = [edits(planned, list(islice(tokens, len(planned.findings)))) for planned in plans]
    return [edited(text, change.get(0, ())) for text, change in zip(texts, changes, strict=True)]


def restore_texts(texts: Sequence[str], storage: Storage) -> Restored:
    """Return the texts with values in place of the vault's tokens, in addresses too: the text is the person's own.

    Raises:
        VaultError: the vault cannot be read.
    """
    found = [restored(text, storage.minter.may_be_ours, storage.vault.resolve) for text in texts]
    counts = sum(each.known for each in found), sum(each.unresolved for each in found)
    return Restored(tuple(each.text for each in found), *counts)
