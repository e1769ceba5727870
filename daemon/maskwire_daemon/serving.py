"""The daemon as its control API sees it: every call that a client can make, on the parts that run now."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from maskwire.detect.fragment import Fragment
from maskwire.policy import Mode
from maskwire.spans import Span
from maskwire.wire.hosts import known_hosts
from maskwire_client.models import HostEntry, KnownSecret, NewAllowance, NewSecret, Purged, Restored, Status
from maskwire_daemon.config.edit import edit_mode
from maskwire_daemon.config.file import load
from maskwire_daemon.config.settings import policy_of
from maskwire_daemon.coverage.canary_route import HOST, CanaryRoute
from maskwire_daemon.detection import knowing
from maskwire_daemon.hosts import entries
from maskwire_daemon.live import Live
from maskwire_daemon.reveal import Asked, Gate
from maskwire_daemon.storage import purge
from maskwire_daemon.store.export import as_json
from maskwire_daemon.store.history import Event
from maskwire_daemon.texts import mask_texts, restore_texts

FOLLOW_S = 0.25
"""Seconds between looks for new events while somebody follows them."""

FOLLOW_MOST = 200
"""Exchanges of one look: about as many kilobytes, so that a slow reader is asked often whether it still may read."""


class LiveControl:
    """Implements ``api.control.Control``. Whatever touches the disk runs in a thread."""

    def __init__(self, live: Live, canary: CanaryRoute) -> None:
        self._live = live
        self._canary = canary

    async def status(self) -> Status:
        """Return how protection stands now."""
        return await self._live.status()

    def pause(self, minutes: float, *, floor: bool) -> None:
        """Pause protection; it comes back by itself."""
        self._live.pause.start(minutes, floor=floor)

    def resume(self) -> None:
        """Protect again."""
        self._live.pause.end()

    def hosts(self) -> Sequence[HostEntry]:
        """Return every known host and its mode."""
        return entries(self._live.policy, known_hosts())

    async def set_host(self, host: str, mode: Mode) -> None:
        """Write a host's mode to the configuration and follow it at once."""
        file = self._live.paths.config
        await asyncio.to_thread(edit_mode, file, host, mode, known_hosts())
        self._live.follow(await asyncio.to_thread(load, file, known_hosts()))

    async def events(self, limit: int, after: int) -> Sequence[Mapping[str, Any]]:
        """Return exchanges, oldest first: those after an id, or else the newest."""
        journal = self._live.opened().journal
        if after:
            return [_row(e) for e in await asyncio.to_thread(journal.events, limit, after_id=after)]
        return [_row(e) for e in reversed(await asyncio.to_thread(journal.events, limit))]

    async def follow(self, after: int) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        """Yield at each look what ended since the last, some at a time, until the daemon stops."""
        journal = self._live.opened().journal
        while not self._live.stop.is_set():
            events = await asyncio.to_thread(journal.events, FOLLOW_MOST, after_id=after)
            after = events[-1].id if events else after
            yield [_row(event) for event in events]
            if len(events) < FOLLOW_MOST:
                await asyncio.sleep(FOLLOW_S)

    async def scan(self, texts: Sequence[str]) -> Sequence[Sequence[Span]]:
        """Return the findings of each text that the settings would act on."""
        policy = policy_of(self._live.config)
        found = await self._live.detector.find([Fragment(text) for text in texts])
        return [[s for s in spans if s.score >= policy.thresholds.get(s.entity, policy.threshold)] for spans in found]

    async def mask(self, texts: Sequence[str]) -> Sequence[str]:
        """Return the texts with tokens in place of values; a pause does not concern it."""
        storage = self._live.opened()
        spans = await self._live.detector.find([Fragment(text) for text in texts])
        return await asyncio.to_thread(mask_texts, texts, spans, storage, policy_of(self._live.config))

    async def restore(self, texts: Sequence[str]) -> Restored:
        """Return the texts with values in place of tokens."""
        return await asyncio.to_thread(restore_texts, texts, self._live.opened())

    async def reveal(self, asked: Asked) -> str | None:
        """Return the value behind one token, however it is spelled."""
        return await asyncio.to_thread(Gate(self._live.opened()).reveal, asked)

    async def purge(self, older_than_days: float) -> Purged:
        """Delete values and exchanges that are older; 0 deletes all."""
        return await asyncio.to_thread(purge, self._live.opened(), older_than_days)

    async def learn(self, found: Sequence[NewSecret]) -> int:
        """Keep keyed fingerprints of secrets, search for them at once, and return how many are new."""
        learned = await asyncio.to_thread(knowing.learn, self._live.opened(), found)
        self._live.secrets_changed()
        return learned

    async def secrets(self) -> Sequence[KnownSecret]:
        """Return the secrets that were learned."""
        return await asyncio.to_thread(knowing.known, self._live.opened())

    async def forget(self, names: Sequence[str]) -> int:
        """Forget the secrets of these names or sources, or all when none is given."""
        forgotten = await asyncio.to_thread(self._live.opened().secrets.forget, names)
        self._live.secrets_changed()
        return forgotten

    async def allow(self, allowance: NewAllowance) -> None:
        """Write a value's keyed hash to the configuration and follow it at once."""
        file = self._live.paths.config
        await asyncio.to_thread(knowing.allow, self._live.opened(), file, allowance)
        self._live.follow(await asyncio.to_thread(load, file, known_hosts()))

    async def disallow(self, value: str) -> int:
        """Take every allowance of a value out of the configuration and follow it at once."""
        file = self._live.paths.config
        removed = await asyncio.to_thread(knowing.disallow, self._live.opened(), file, value)
        self._live.follow(await asyncio.to_thread(load, file, known_hosts()))
        return removed

    async def open_canary(self, address: str, pem: str) -> str:
        """Lead the canary's host to a stand-in on this machine for a minute."""
        self._live.opened()
        await self._canary.open(address, pem, self._live.config.upstream.trusted_ca)
        return HOST

    async def close_canary(self, *, proven: bool) -> None:
        """Lead it nowhere again, and remember when it was ``proven`` that it masks and restores."""
        self._live.proven_at = time.time() if proven else self._live.proven_at
        await self._canary.close()

    def shutdown(self) -> None:
        """Stop the daemon."""
        self._live.stop.set()


def _row(event: Event) -> Mapping[str, Any]:
    """Return an event as JSON takes it."""
    return {"id": event.id, **as_json(event.exchange)}
