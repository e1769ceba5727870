"""The vault of this home, opened by the command itself."""

from collections.abc import Sequence
from functools import cached_property

from maskwire.tokens import canonical
from maskwire_client import Purged, Restored
from maskwire_daemon.cli.finding import Finder, local_finder, settings
from maskwire_daemon.config import policy_of
from maskwire_daemon.storage import Storage, purge
from maskwire_daemon.texts import mask_texts, restore_texts


class Direct:
    """Implements ``engine.Engine`` on an opened storage. The detector is loaded at its first use."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._policy = policy_of(settings())

    @cached_property
    def _finder(self) -> Finder:
        return local_finder()

    def mask(self, texts: Sequence[str]) -> Sequence[str]:
        """Return the texts with tokens in place of values."""
        return mask_texts(texts, self._finder(texts), self._storage, self._policy)

    def restore(self, texts: Sequence[str]) -> Restored:
        """Return the texts with values in place of tokens."""
        return restore_texts(texts, self._storage)

    def reveal(self, token: str) -> str | None:
        """Return the value behind one token, however it is spelled."""
        found = canonical(token)
        return None if found is None else self._storage.vault.resolve(found)

    def purge(self, older_than_days: float) -> Purged:
        """Delete what is older."""
        return purge(self._storage, older_than_days)
