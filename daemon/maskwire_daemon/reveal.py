"""What stands before a single value is shown: a passphrase, a limit on tries, an entry of the audit log.

Page, API and command line pass the same gate. Its passphrase is the vault's own where the key is behind one, else one
that the person sets; until then only the limit and the log stand here. Tries are counted in the database, so that
neither a restart nor another process begins them anew. IO, blocking: one try of a passphrase takes 0.1 to 0.5 s.
"""

import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from maskwire.errors import ConfigError, MaskwireError, VaultCorrupt
from maskwire.tokens import canonical
from maskwire_daemon.storage import Storage
from maskwire_daemon.store import meta
from maskwire_daemon.store.act import Act
from maskwire_daemon.store.keys import fresh
from maskwire_daemon.store.passphrase import SHORTEST, SealedKey
from maskwire_daemon.web.words import duration

FREE_TRIES: Final = 5
"""Wrong passphrases in a row before the next has to wait: a person who mistypes needs two or three."""

FIRST_WAIT_S: Final = 60.0
"""Seconds of the first wait; each wrong passphrase after it doubles the next."""

LONGEST_WAIT_S: Final = 3600.0
"""Seconds of the longest wait: 24 tries a day find no passphrase, and the person is never locked out for long."""

MOST_A_MINUTE: Final = 60
"""Values shown within a minute: more than a person reads, and no way to empty a vault."""

DEED: Final = "reveal"
"""What the audit log calls it."""


class Lock(StrEnum):
    """Which passphrase is asked for."""

    NONE = "none"
    OWN = "own"
    VAULT = "vault"


class Withheld(MaskwireError):
    """A value is not shown; ``status`` is the HTTP status that says why."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody wants the value behind ``token``. ``repr`` shows only who, since any text may stand in the others."""

    token: str = field(repr=False)
    actor: str
    passphrase: str = field(default="", repr=False)


class Gate:
    """The gate of one opened vault; it holds nothing itself, so that it may be made for each call."""

    def __init__(self, storage: Storage, clock: Callable[[], float] = time.time) -> None:
        """Guard the vault of ``storage``; ``clock`` gives Unix time."""
        self._storage = storage
        self._clock = clock

    @property
    def lock(self) -> Lock:
        """Which passphrase is asked for now."""
        care = self._storage.care
        if care is not None and care.behind_passphrase:
            return Lock.VAULT
        return Lock.NONE if meta.value(self._storage.database, meta.REVEAL) is None else Lock.OWN

    def reveal(self, asked: Asked) -> str | None:
        """Return the value behind a token, however it is spelled; ``None`` when the vault does not know it.

        Raises:
            Withheld: the passphrase is missing or wrong, or it is too soon.
            VaultError: the vault cannot be read, or the audit log not be written.
        """
        self.unlock(asked.actor, asked.passphrase)
        self._spare()
        token = canonical(asked.token)
        value = None if token is None else self._storage.vault.resolve(token)
        known = token is not None and value is not None
        self._note(asked.actor, token if known and token is not None else "", 200 if known else 404)
        return value

    def unlock(self, actor: str, passphrase: str) -> None:
        """Check the passphrase, if there is one.

        Raises:
            Withheld: it is missing or wrong, or it is too soon for another try.
            VaultError: the database cannot be read or written.
        """
        lock = self.lock
        if lock is Lock.NONE:
            return
        if not passphrase:
            raise Withheld(403, f"this takes {NAMES[lock]}")
        self._charge()
        if not self._opens(lock, passphrase):
            self._note(actor, "wrong passphrase", 403)
            raise Withheld(403, f"that is not {NAMES[lock]}: nothing was shown or changed")
        with self._storage.database.write() as connection:
            meta.put(connection, meta.REVEAL_TRIES, _NO_TRIES)

    def change(self, actor: str, old: str, new: str) -> None:
        """Ask for ``new`` from now on; ``old`` must be the present passphrase, where there is one.

        Raises:
            Withheld: ``old`` is missing or wrong, or it is too soon for another try.
            ConfigError: ``new`` is too short.
            VaultError: it could not be kept.
        """
        if len(new) < SHORTEST:
            raise ConfigError(f"a passphrase has at least {SHORTEST} characters", key="reveal")
        self.unlock(actor, old)
        behind = self.lock is Lock.VAULT
        self._storage.audit.record_now(Act(self._clock(), actor, "passphrase", "vault" if behind else DEED))
        if behind:
            assert self._storage.care is not None  # what ``lock`` looked at
            self._storage.care.change_passphrase(old, new)
            return
        sealed = SealedKey.seal(fresh(), new).to_json()
        with self._storage.database.write() as connection:
            meta.put(connection, meta.REVEAL, sealed)

    def _opens(self, lock: Lock, passphrase: str) -> bool:
        if lock is Lock.VAULT:
            assert self._storage.care is not None  # what ``lock`` looked at
            return self._storage.care.opens(passphrase)
        kept = meta.value(self._storage.database, meta.REVEAL)
        try:
            return kept is not None and bool(SealedKey.from_json(kept).open(passphrase))
        except (VaultCorrupt, ValueError):
            return False

    def _charge(self) -> None:
        """Count a try before it is made, so that one that is cut off counts too."""
        now = self._clock()
        with self._storage.database.write() as connection:
            count, last = _TRIES.unpack(meta.value(connection, meta.REVEAL_TRIES) or _NO_TRIES)
            wait_s = min(wait_after(count), last + wait_after(count) - now)
            if wait_s > 0:
                raise Withheld(429, f"too many wrong passphrases: try again in {duration(max(1.0, wait_s))}")
            meta.put(connection, meta.REVEAL_TRIES, _TRIES.pack(count + 1, now))

    def _spare(self) -> None:
        """Refuse when the log holds as many values of the last minute as are shown within one."""
        ((shown,),) = self._storage.database.read(
            "SELECT count(*) FROM acts WHERE at > ? AND deed = ? AND status = 200", (self._clock() - 60.0, DEED)
        )
        if shown >= MOST_A_MINUTE:
            raise Withheld(429, f"{MOST_A_MINUTE} values were shown within a minute: wait for the next")

    def _note(self, actor: str, subject: str, status: int) -> None:
        self._storage.audit.record_now(Act(self._clock(), actor, DEED, subject, status))


NAMES: Final = {Lock.OWN: "the reveal passphrase", Lock.VAULT: "the vault's passphrase"}
"""What a person is asked for."""

_TRIES: Final = struct.Struct(">Id")
"""How many wrong passphrases came in a row, and when the last one did (Unix time)."""

_NO_TRIES: Final = _TRIES.pack(0, 0.0)


def wait_after(wrong: int) -> float:
    """Return the seconds to wait after so many wrong passphrases in a row."""
    if wrong < FREE_TRIES:
        return 0.0
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(wrong - FREE_TRIES, 20))
