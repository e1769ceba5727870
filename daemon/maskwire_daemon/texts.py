"""Masks and restores plain texts, outside any request: for the command line and the API. Blocks on the vault."""

from collections.abc import Sequence
from itertools import islice

from maskwire.masker import edits, plan
from maskwire.policy import Action, Policy
from maskwire.spans import Span
from maskwire.tokens import find, worn
from maskwire.wire.document import Edit, Field
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
    return [_edited(text, change.get(0, ())) for text, change in zip(texts, changes, strict=True)]


def restore_texts(texts: Sequence[str], storage: Storage) -> Restored:
    """Return the texts with values in place of the vault's tokens, in addresses too: the text is the person's own.

    Raises:
        VaultError: the vault cannot be read.
    """
    restored = unresolved = 0
    found: list[str] = []
    for text in texts:
        changes: list[Edit] = []
        for match in find(text, storage.minter.may_be_ours):
            if (value := storage.vault.resolve(match.token)) is None:
                unresolved += 1
            else:
                spelling = text[match.start : match.end]
                changes.append(Edit(match.start, match.end, worn(match.token, spelling, value)))
        restored += len(changes)
        found.append(_edited(text, changes))
    return Restored(tuple(found), restored, unresolved)


def _edited(text: str, changes: Sequence[Edit]) -> str:
    parts: list[str] = []
    at = 0
    for change in changes:
        parts += [text[at : change.start], change.text]
        at = change.end
    return "".join([*parts, text[at:]])
