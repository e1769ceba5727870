"""The vault as its page asks for it: what it holds, its keys, its end. Blocking work runs in threads."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from maskwire.errors import ControlError, MaskwireError
from maskwire_daemon.destroying import destroy
from maskwire_daemon.live import Live
from maskwire_daemon.reveal import Asked, Gate, Lock
from maskwire_daemon.storage import DAY_S, Storage
from maskwire_daemon.store.care import KeyCare
from maskwire_daemon.store.contract import Holding

GRACE_S = 3.0
"""Seconds between the end of a vault and a new start, in which the page that tells it can load."""


@dataclass(frozen=True, slots=True)
class Stock:
    """What the vault holds and how it is kept: ``team`` in a team's Redis. ``ttl_days`` is 0 when values are kept for
    good."""

    holdings: tuple[Holding, ...]
    provider: str
    persistent: bool
    ttl_days: float
    lock: Lock
    team: bool

    @property
    def count(self) -> int:
        """How many values there are."""
        return sum(holding.count for holding in self.holdings)


@dataclass(slots=True)
class Rotation:
    """A change of keys that runs or ran; written by one thread, read by pages."""

    values: bool
    done: int = 0
    total: int = 0
    problem: str = ""
    ended: bool = False


class VaultDesk:
    """What a person can do with the vault of the running daemon."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._rotating: asyncio.Future[None] | None = None
        self.rotation: Rotation | None = None
        """The last change of keys that was begun here."""

    async def stock(self) -> Stock:
        """Return what the vault holds, without a value."""
        return await asyncio.to_thread(self._counted, self._live.opened())

    async def reveal(self, asked: Asked) -> str | None:
        """Return the value behind a token; see ``Gate.reveal``."""
        return await asyncio.to_thread(Gate(self._live.opened()).reveal, asked)

    async def lock(self) -> Lock:
        """Return which passphrase is asked for before a value is shown."""
        storage = self._live.opened()
        return await asyncio.to_thread(lambda: Gate(storage).lock)

    async def change_passphrase(self, actor: str, old: str, new: str) -> None:
        """Set or change that passphrase; see ``Gate.change``."""
        await asyncio.to_thread(Gate(self._live.opened()).change, actor, old, new)

    async def purge(self, unused_days: float, entity: str) -> int:
        """Remove the values of ``entity`` (or all) that were not used for so many days; return how many.

        Raises:
            VaultError: the vault cannot be written.
        """
        storage = self._live.opened()
        if storage.team is not None and not unused_days:
            raise ControlError("these are the team's values: give a number of days, or `maskwire team destroy`")
        before = time.time() - unused_days * DAY_S if unused_days else time.time() + DAY_S
        vault = storage.vault
        return await asyncio.to_thread(lambda: vault.purge(before=before, entity=entity or None))

    async def destroy(self) -> None:
        """Make every value unreadable for good, and begin anew; see ``destroying.destroy``."""
        await asyncio.to_thread(destroy, self._live.opened(), self._live.paths.config)
        asyncio.get_running_loop().call_later(GRACE_S, self._live.begin_anew)

    def rotate(self, *, values: bool) -> None:
        """Begin to change the master key, or to encrypt every value under a new one; one at a time.

        Raises:
            ControlError: the key is in memory.
        """
        if self.rotation is not None and not self.rotation.ended:
            return
        self.rotation = Rotation(values)
        work = _rotating(self._live.opened().key_care, self.rotation)
        self._rotating = asyncio.get_running_loop().run_in_executor(None, work)

    async def rotated(self) -> Rotation | None:
        """Wait until the change of keys that was begun last is over, and return it."""
        if self._rotating is not None:
            await self._rotating
        return self.rotation

    def _counted(self, storage: Storage) -> Stock:
        return Stock(
            tuple(storage.vault.holdings()),
            storage.provider,
            storage.persistent,
            self._live.config.vault.ttl_days,
            Gate(storage).lock,
            storage.team is not None,
        )


def _rotating(care: KeyCare, rotation: Rotation) -> Callable[[], None]:
    """Return the work of ``rotation``, which tells how far it is."""

    def tell(done: int, total: int) -> None:
        rotation.done, rotation.total = done, total

    def work() -> None:
        try:
            if rotation.values:
                rotation.done = rotation.total = care.rotate_values(tell)
            else:
                care.rotate_master()
        except MaskwireError as e:
            rotation.problem = str(e)
        finally:
            rotation.ended = True

    return work
