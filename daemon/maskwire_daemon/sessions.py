"""Vaults for a while: values under a key that exists in memory alone, gone when their time is over or at a word.

For programs that mask a text, send it somewhere themselves and restore what comes back. Sans-IO but for the clock.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from maskwire.errors import MaskwireError
from maskwire.session import Session
from maskwire.tokens import Minter
from maskwire_daemon.countdown import elapsed
from maskwire_daemon.store.memory import MemoryVault

MOST: Final = 256
"""Sessions at once: each may hold as many values as its texts have."""

MOST_OF_ONE: Final = 64
"""Sessions of one caller at once, so that none takes those of all."""

LONGEST_S: Final = 24 * 3600.0
"""Seconds that a session may last."""


class NoSession(MaskwireError):
    """There is no such session of this caller, or its time is over."""


class TooMany(MaskwireError):
    """No further session can be opened until one ends."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One session: whose it is, and when it ends (by the clock of ``Sessions``)."""

    owner: str
    ends: float
    vault: MemoryVault

    @property
    def texts(self) -> Session:
        """What masks and restores in it."""
        return Session(self.vault)


class Sessions:
    """The sessions of all callers. A caller reaches only its own."""

    def __init__(self, clock: Callable[[], float] = elapsed) -> None:
        self._clock = clock
        self._opened: dict[str, Opened] = {}

    def open(self, owner: str, ttl_s: float) -> str:
        """Open a session for ``ttl_s`` seconds and return its id.

        Raises:
            TooMany: there are as many as there may be.
        """
        self.expire()
        if len(self._opened) >= MOST or sum(each.owner == owner for each in self._opened.values()) >= MOST_OF_ONE:
            raise TooMany("too many sessions are open: end one first")
        name = secrets.token_urlsafe(16)
        vault = MemoryVault(Minter(secrets.token_bytes(32)))
        self._opened[name] = Opened(owner, self._clock() + min(ttl_s, LONGEST_S), vault)
        return name

    def get(self, owner: str, name: str) -> Opened:
        """Return the session ``name`` of ``owner``.

        Raises:
            NoSession: there is none, or its time is over.
        """
        self.expire()
        found = self._opened.get(name)
        if found is None or found.owner != owner:
            raise NoSession("there is no such session, or its time is over")
        return found

    def end(self, owner: str, name: str) -> None:
        """Forget a session and its values.

        Raises:
            NoSession: there is none.
        """
        self.get(owner, name).vault.destroy()
        del self._opened[name]

    def __len__(self) -> int:
        """Return how many are kept, those included whose time is over and that nobody asked for since."""
        return len(self._opened)

    def expire(self) -> None:
        """Forget the sessions whose time is over; to be called now and then, so that values end with their time."""
        for name, opened in list(self._opened.items()):
            if opened.ends <= self._clock():
                opened.vault.destroy()
                del self._opened[name]
