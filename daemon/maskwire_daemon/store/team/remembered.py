"""What one machine remembers of the team's vault: bounded, in memory, and of one era only. Sans-IO."""

from collections.abc import Iterable, Sequence
from typing import Final

from maskwire.vault import Finding, Token
from maskwire_daemon.store.contract import VaultOptions
from maskwire_daemon.store.entries import Entry
from maskwire_daemon.store.recent import Recent
from maskwire_daemon.store.team.bounded import Lately

ABSENT_S: Final = 5.0
"""Seconds for which a token is believed to have no value, as another machine may give it one."""

LOOKED_AT: Final = 50_000
"""Texts that are known to have been searched for tokens: a long conversation sends some hundred with each turn."""

OVERLAP_S: Final = 120
"""Seconds by which the clocks of two machines may differ before one misses what the other has used just now."""

ALWAYS: Final = float("-inf")
"""Before every use of a value."""


class Remembered:
    """Values both ways, tokens without one, and which texts and tags were looked at. Safe between threads.

    ``since`` is when others' uses were asked for last, as Unix time.
    """

    def __init__(self, options: VaultOptions) -> None:
        self._options = options
        self._recent = Recent(options.cache_entries, options.cache_bytes)
        self._absent = Lately[Token](options.cache_entries, ABSENT_S)
        self._texts = Lately[int](LOOKED_AT)
        self._tags = Lately[bytes](options.cache_entries)
        self._era = -1
        self.since = ALWAYS

    def enter(self, era: int) -> int:
        """Forget everything when ``era`` is news; return it."""
        self._recent.enter(era)
        if era != self._era:
            self._era, self.since = era, ALWAYS
            for memory in (self._absent, self._texts, self._tags):
                memory.clear()
        return era

    def add(self, entries: Iterable[Entry], era: int) -> None:
        """Remember ``entries`` that were read during ``era``; nothing when that is over."""
        self._recent.add(entries, era)

    def of_findings(self, findings: Sequence[Finding]) -> dict[Finding, Entry]:
        """Return the entries that are remembered and need not be kept alive at once."""
        found = ((finding, self._recent.by_finding(finding)) for finding in findings)
        return {finding: entry for finding, entry in found if entry is not None and not self._options.due(entry.used)}

    def of_token(self, token: Token) -> Entry | None:
        """Return the entry of ``token`` if it is remembered and, for all that is known here, has not expired."""
        entry = self._recent.by_token(token)
        return None if entry is None or self._options.expired(entry.used) else entry

    def lacks(self, token: Token) -> bool:
        """Tell whether ``token`` is to be fetched: it is not remembered, and not known to have no value."""
        return self._recent.by_token(token) is None and token not in self._absent

    def has_none(self, token: Token) -> bool:
        """Tell whether ``token`` was without a value a moment ago."""
        return token in self._absent

    def note_absent(self, tokens: Iterable[Token]) -> None:
        """Remember for a moment that there is nothing behind ``tokens``."""
        for token in tokens:
            self._absent.add(token)

    def unseen(self, texts: Iterable[str]) -> list[str]:
        """Return the texts that were not asked about in this era, and remember them."""
        found = []
        for text in texts:
            if (mark := hash(text)) not in self._texts:
                self._texts.add(mark)
                found.append(text)
        return found

    def look_again(self, texts: Iterable[str]) -> None:
        """Take ``texts`` for unseen: what was asked about them got no answer."""
        self._texts.forget(map(hash, texts))

    def unread(self, tags: Iterable[bytes], now: int) -> list[bytes]:
        """Return the tags that were not read ahead in this era, half of what fits at most, and remember them."""
        found = [tag for tag in tags if tag not in self._tags][: self.ahead]
        for tag in found:
            self._tags.add(tag)
        self.since = now - OVERLAP_S
        return found

    @property
    def ahead(self) -> int:
        """How many entries may be read ahead: the other half is for what this machine uses itself."""
        return self._options.cache_entries // 2

    def clear(self) -> None:
        """Forget every readable value."""
        self._recent.enter(-1)


class Uses:
    """When values were used last, until that is written. A use that is lost to a race is noted with the next one."""

    def __init__(self, options: VaultOptions) -> None:
        self._options = options
        self._pending: dict[Finding, tuple[Token, int]] = {}

    def note(self, entry: Entry) -> None:
        """Remember that ``entry`` was used now, unless that is known well enough."""
        now = self._options.now()
        if now - entry.used > self._options.grain_s:
            entry.used = now
            self._pending[entry.finding] = (entry.token, now)

    def pending(self) -> dict[Finding, tuple[Token, int]]:
        """Return what is still to be written."""
        return dict(self._pending)

    def written(self, uses: dict[Finding, tuple[Token, int]]) -> None:
        """Forget what was written, but not a later use."""
        for finding, use in uses.items():
            if self._pending.get(finding) == use:
                self._pending.pop(finding, None)
