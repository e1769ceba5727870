"""The values used last, readable in memory, so that a long conversation costs no decryption. Sans-IO."""

import threading
from collections import OrderedDict
from collections.abc import Iterable

from maskwire.vault import Finding, Token
from maskwire_daemon.store.entries import Entry, cost


class Recent:
    """A bounded memory of entries both ways, least recently used first out. Safe between threads.

    It belongs to one *epoch* of the vault: entries read before a purge never enter the memory after it.
    """

    def __init__(self, entries: int, size_bytes: int) -> None:
        self._limit = entries
        self._limit_bytes = size_bytes
        self._lock = threading.Lock()
        self._by_token: OrderedDict[Token, Entry] = OrderedDict()
        self._by_finding: dict[Finding, Entry] = {}
        self._size = 0
        self._epoch = -1

    def enter(self, epoch: int) -> None:
        """Forget everything when ``epoch`` is news."""
        with self._lock:
            if epoch != self._epoch:
                self._by_token.clear()
                self._by_finding.clear()
                self._size, self._epoch = 0, epoch

    def add(self, entries: Iterable[Entry], epoch: int) -> None:
        """Remember ``entries`` that were read during ``epoch``; nothing when that is over."""
        with self._lock:
            if epoch != self._epoch:
                return
            for entry in entries:
                self._drop(self._by_token.get(entry.token))
                self._by_token[entry.token] = entry
                self._by_finding[entry.finding] = entry
                self._size += cost(entry.finding)
            while self._by_token and (len(self._by_token) > self._limit or self._size > self._limit_bytes):
                self._drop(next(iter(self._by_token.values())))

    def by_token(self, token: Token) -> Entry | None:
        """Return the entry of ``token`` if it is remembered."""
        with self._lock:
            return self._used(self._by_token.get(token))

    def by_finding(self, finding: Finding) -> Entry | None:
        """Return the entry of ``finding`` if it is remembered."""
        with self._lock:
            return self._used(self._by_finding.get(finding))

    def _used(self, entry: Entry | None) -> Entry | None:
        if entry is not None:
            self._by_token.move_to_end(entry.token)
        return entry

    def _drop(self, entry: Entry | None) -> None:
        if entry is not None:
            del self._by_token[entry.token]
            del self._by_finding[entry.finding]
            self._size -= cost(entry.finding)
