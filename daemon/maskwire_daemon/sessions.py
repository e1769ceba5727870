"""Vaults for a while: values under a key that exists in memory alone, gone when their time is over or at a word.

For programs that mask a text, send it somewhere themselves and restore what comes back. Sans-IO but for the clock.
"""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
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

LARGEST: Final = 16 * 1024 * 1024
"""Bytes that the values of one session may take in memory, with all that belongs to them: some 25,000 values."""

LARGEST_OF_ONE: Final = 64 * 1024 * 1024
"""Bytes that the sessions of one caller may take together."""

LARGEST_OF_ALL: Final = 128 * 1024 * 1024
"""Bytes that all sessions may take together: as much again as the daemon itself."""

LONGEST_S: Final = 24 * 3600.0
"""Seconds that a session may last."""


class NoSession(MaskwireError):
    """There is no such session of this caller, or its time is over."""


class TooMany(MaskwireError):
    """No further session can be opened until one ends."""


class Full(MaskwireError):
    """A session can hold no further value. ``all_full`` tells that no session of anybody can."""

    def __init__(self, sentence: str, *, all_full: bool = False) -> None:
        super().__init__(sentence)
        self.all_full = all_full


@dataclass(slots=True)
class Opened:
    """One session: whose it is, when it ends (by the clock of ``Sessions``), and how many bytes it holds."""

    owner: str
    ends: float
    vault: MemoryVault = field(init=False)
    held: int = 0

    @property
    def texts(self) -> Session:
        """What masks and restores in it."""
        return Session(self.vault)


class Sessions:
    """The sessions of all callers. A caller reaches only its own."""

    def __init__(self, clock: Callable[[], float] = elapsed) -> None:
        self._clock = clock
        self._opened: dict[str, Opened] = {}
        self._charging = threading.Lock()

    def open(self, owner: str, ttl_s: float) -> str:
        """Open a session for ``ttl_s`` seconds and return its id.

        Raises:
            TooMany: there are as many as there may be.
        """
        self.expire()
        if len(self._opened) >= MOST or sum(each.owner == owner for each in self._opened.values()) >= MOST_OF_ONE:
            raise TooMany("too many sessions are open: end one first")
        name = secrets.token_urlsafe(16)
        opened = Opened(owner, self._clock() + min(ttl_s, LONGEST_S))
        opened.vault = MemoryVault(Minter(secrets.token_bytes(32)), charge=partial(self._charge, opened))
        self._opened[name] = opened
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

    def _charge(self, opened: Opened, size: int) -> None:
        """Count ``size`` bytes to a session; called by threads that mask.

        Raises:
            Full: it has no room for them.
        """
        with self._charging:
            others = list(self._opened.values())
            if opened.held + size > LARGEST:
                raise Full(f"this session holds as much as one may ({LARGEST >> 20} MB): end it and open another")
            if sum(each.held for each in others if each.owner == opened.owner) + size > LARGEST_OF_ONE:
                raise Full(f"your sessions hold as much as they may ({LARGEST_OF_ONE >> 20} MB): end one first")
            if sum(each.held for each in others) + size > LARGEST_OF_ALL:
                raise Full("all sessions together hold as much as they may: end one first", all_full=True)
            opened.held += size
