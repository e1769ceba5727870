"""The vault of a machine without a keyring: values live in this process and end with it."""

import hashlib
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import batched

from maskwire.errors import VaultError
from maskwire.tokens import Minter
from maskwire.vault import Finding, Token
from maskwire_daemon.store.contract import ATTEMPTS, DEFAULTS, Holding, VaultOptions, exhausted
from maskwire_daemon.store.entries import Entry, cost, to_bytes
from maskwire_daemon.store.sealing import framed

AT_ONCE = 32
"""Values that get their tokens under one lock: half a millisecond, after which another thread has its turn."""


class MemoryVault:
    """A vault that no disk sees. Safe between threads; ``resolve`` never waits for one that tokenizes."""

    def __init__(
        self, minter: Minter, options: VaultOptions = DEFAULTS, charge: Callable[[int], None] = lambda _: None
    ) -> None:
        """Keep values as ``options`` say; ``charge`` is told the bytes of each new one first, and may refuse it."""
        self._charge = charge
        self._minter = minter
        self._options = options
        self._lock = threading.Lock()
        self._by_finding: dict[Finding, Entry] = {}
        self._by_token: dict[Token, Entry] = {}
        self._retired: dict[Token, bytes] = {}
        self._owner_key = secrets.token_bytes(32)
        self._destroyed = False

    def tokenize(self, findings: Sequence[Finding]) -> list[Token]:
        """Return the token of each finding, in order. Each is kept or not by itself.

        Raises:
            VaultError: the vault was destroyed, or has no token left.
            MaskwireError: ``charge`` refused.
        """
        tokens: list[Token] = []
        for some in batched(findings, AT_ONCE):
            with self._lock:
                self._usable()
                tokens += [self._entry(finding).token for finding in some]
        return tokens

    def resolve(self, token: Token) -> str | None:
        """Return the value behind ``token``, ``None`` when there is none (any more)."""
        self._usable()
        entry = self._by_token.get(token)  # one step, whatever other threads do; a removal comes before it or after it
        if entry is None or self._options.expired(entry.used):
            return None
        entry.used = self._options.now()
        return entry.finding.value

    def purge(self, *, before: float | None = None, entity: str | None = None, token: Token | None = None) -> int:
        """Remove the values that meet every given condition; see ``KeptVault.purge``."""
        if before is None and entity is None and token is None:
            raise ValueError("say which values to remove")
        return self._remove(
            lambda entry: (
                (before is None or entry.used < before)
                and entity in (None, entry.finding.entity)
                and token in (None, entry.token)
            )
        )

    def expire(self) -> int:
        """Remove what has expired; return how many."""
        return self._remove(lambda entry: self._options.expired(entry.used))

    def count(self) -> dict[str, int]:
        """Return the number of values per entity."""
        with self._lock:
            return dict(sorted(Counter(finding.entity for finding in self._by_finding).items()))

    def holdings(self) -> list[Holding]:
        """Return how many values of each entity there are, by entity."""
        uses: dict[str, list[int]] = {}
        with self._lock:
            for entry in self._by_token.values():
                uses.setdefault(entry.finding.entity, []).append(entry.used)
        return [Holding(entity, len(used), None, None, max(used)) for entity, used in sorted(uses.items())]

    def destroy(self) -> None:
        """Forget every value; the vault is of no use afterwards."""
        self.close()
        self._destroyed = True

    def close(self) -> None:
        """Forget every value: nobody can read them again."""
        with self._lock:
            self._by_finding.clear()
            self._by_token.clear()
            self._retired.clear()

    def _usable(self) -> None:
        if self._destroyed:
            raise VaultError("The vault was destroyed. Restart maskwire to start with an empty one.")

    def _entry(self, finding: Finding) -> Entry:
        entry = self._by_finding.get(finding)
        if entry is None:
            token = self._free_token(finding)
            self._charge(cost(finding))
            entry = Entry(len(self._by_token), finding, token, 0)
            self._by_finding[finding] = self._by_token[token] = entry
        entry.used = self._options.now()
        return entry

    def _free_token(self, finding: Finding) -> Token:
        owner = self._owner(finding)
        for attempt in range(ATTEMPTS):
            token = self._minter.mint(finding.entity, finding.value, attempt, finding.scope)
            if token not in self._by_token and self._retired.get(token, owner) == owner:
                return token
        raise VaultError(exhausted(finding.entity))

    def _owner(self, finding: Finding) -> bytes:
        """Return what is kept of a removed value: enough to know it again, nothing to read."""
        named = framed(finding.entity.encode(), to_bytes(finding.value), to_bytes(finding.scope))
        return hashlib.blake2b(named, key=self._owner_key, digest_size=16).digest()

    def _remove(self, chosen: Callable[[Entry], bool]) -> int:
        with self._lock:
            gone = [entry for entry in self._by_token.values() if chosen(entry)]
            for entry in gone:
                self._retired[entry.token] = self._owner(entry.finding)
                del self._by_token[entry.token], self._by_finding[entry.finding]
            return len(gone)
