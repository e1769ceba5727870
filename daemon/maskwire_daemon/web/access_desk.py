"""Access as its page asks for it: tokens of other programs, and what was done. Blocking work runs in threads."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from maskwire.errors import VaultError
from maskwire_daemon.storage import Storage
from maskwire_daemon.store.access import Access
from maskwire_daemon.store.act import COLUMNS, Act
from maskwire_daemon.store.audit import Entry

MOST_NAMES = 200
"""Actors offered as a filter."""


@dataclass(frozen=True, slots=True)
class Deeds:
    """Which entries of the audit log are wanted; an empty field means all. ``ended`` is ``done`` or ``refused``."""

    actor: str = ""
    text: str = ""
    ended: str = ""

    def fits(self, act: Act) -> bool:
        """Tell whether ``act`` is wanted, as the query decides."""
        refused = "refused" if act.status >= 400 else "done"
        text = self.text.lower() in f"{act.deed} {act.subject}".lower()
        return text and self.actor in ("", act.actor) and self.ended in ("", refused)


@dataclass(frozen=True, slots=True)
class Pageful:
    """Entries, newest first, and whether there are older ones of the same kind."""

    entries: tuple[Entry, ...]
    more: bool


class AccessDesk:
    """Who may call, and who did. ``opened`` returns the storage, or raises ``ControlError``."""

    def __init__(self, opened: Callable[[], Storage]) -> None:
        self._opened = opened

    async def tokens(self) -> Sequence[Access]:
        """Return the tokens by name, without the tokens."""
        return await asyncio.to_thread(self._opened().access.tokens)

    async def add(self, name: str, role: str, *, restores: bool) -> str:
        """Make a token and return it: it is never shown again.

        Raises:
            NameTaken: choose another name.
        """
        store = self._opened().access
        return await asyncio.to_thread(lambda: store.add(name, role, restores=restores))

    async def remove(self, name: str) -> bool:
        """Take a token back; tell whether there was one."""
        return await asyncio.to_thread(self._opened().access.remove, name)

    async def actors(self) -> Sequence[str]:
        """Return who did something, by name."""
        rows = await asyncio.to_thread(
            self._opened().database.read, "SELECT DISTINCT actor FROM acts ORDER BY 1 LIMIT ?", (MOST_NAMES,)
        )
        return [actor for (actor,) in rows]

    async def deeds(self, wanted: Deeds, limit: int, before: int) -> Pageful:
        """Return one page of the audit log below the id ``before``; 0 is its newest."""
        return await asyncio.to_thread(_deeds, self._opened(), wanted, limit, before)


def _deeds(storage: Storage, wanted: Deeds, limit: int, before: int) -> Pageful:
    with contextlib.suppress(VaultError):  # what is written can be read even when the disk is full
        storage.audit.flush()
    rows = storage.database.read(
        _FITTING, (before or 2**62, wanted.actor, wanted.text, wanted.text, wanted.ended, wanted.ended, limit + 1)
    )
    entries = tuple(Entry(row_id, Act(*cells)) for row_id, *cells in rows)
    counting = () if before else tuple(entry for entry in storage.audit.counting() if wanted.fits(entry.act))
    return Pageful((*counting, *entries[:limit]), len(entries) > limit)


_FITTING = (
    f"SELECT id, {', '.join(COLUMNS)} FROM acts WHERE id < ? AND ? IN ('', actor) "  # noqa: S608 - our own words
    "AND (? = '' OR instr(lower(deed || ' ' || subject), lower(?))) "
    "AND (? = '' OR (status >= 400) = (? = 'refused')) ORDER BY id DESC LIMIT ?"
)
