"""What went wrong with the team's Redis, as a sentence that names the remedy. Sans-IO.

Redis begins each error with a word in capitals. Only that word is read: what follows may repeat what was sent.

Source: https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors
"""

from types import MappingProxyType
from typing import Final

from maskwire_daemon.store.team.address import Address

_SENTENCES: Final = MappingProxyType(
    {
        "NOAUTH": "wants a password: set MASKWIRE_REDIS_PASSWORD, or join again with it",
        "WRONGPASS": "does not take the password: set MASKWIRE_REDIS_PASSWORD, or join again with the right one",
        "NOPERM": "does not allow this user what a vault needs: see docs/team.md for the rights",
        "OOM": "has no memory left: give it more, or run `maskwire purge --older-than DAYS`",
        "READONLY": "is a replica that takes no values: lead vault.redis_url to the primary",
        "MISCONF": "cannot write its disk and takes no values until it can: free some space there",
        "LOADING": "is still loading its data: it will answer in a moment",
        "BUSY": "is busy with somebody's script: it will answer in a moment",
        "MASTERDOWN": "has lost its primary: it will answer when that is back",
        "NOREPLICAS": "has too few replicas for what it was told to promise: start them",
    }
)

GONE: Final = (
    "the team's Redis has lost the team's vault: it was emptied, or started anew without its data. Restore its backup, "
    "or run `maskwire team repair` to go on with an empty one; tokens of values that are not seen again stay tokens"
)

DESTROYED: Final = (
    "the team's vault was destroyed. Leave it with `maskwire team leave`; whoever leads the team makes a new one"
)

OTHER_KEY: Final = (
    "the team's Redis holds this vault under another key than this machine has: somebody changed it. Ask whoever leads "
    "the team, and join again"
)


def refused(address: Address, word: str) -> str:
    """Return the sentence for an error that Redis answers with; ``word`` is what it begins with."""
    known = word.isascii() and word.isupper() and word.isalpha()
    what = _SENTENCES.get(word, f"answers {word} to what a vault needs" if known else "answers with an error")
    return f"the team's Redis at {address.name} {what}"


def unreachable(address: Address, *, late: bool, tls: bool) -> str:
    """Return the sentence for a Redis that does not answer; ``late`` in time, ``tls`` with a certificate to trust."""
    if tls:
        why = "shows a certificate that is not trusted: set vault.redis_ca to the authority that signed it"
    elif late:
        why = "does not answer in time: see whether it runs and the network reaches it"
    else:
        why = "cannot be reached: see whether it runs and the network reaches it"
    return f"the team's Redis at {address.name} {why}"
