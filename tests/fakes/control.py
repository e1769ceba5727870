"""A daemon in miniature for tests of the API and of clients."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from maskwire.errors import ConfigError
from maskwire.policy import Mode
from maskwire.spans import Span
from maskwire_client.models import HostEntry, KnownSecret, NewAllowance, NewSecret, Purged, Restored, Status
from maskwire_daemon.reveal import Asked

STATUS = Status(
    state="protecting",
    reasons=(),
    notes=("a note",),
    proxy="http://127.0.0.1:8877",
    api="http://127.0.0.1:8878",
    ca_file="ca.pem",
    bundle_file="bundle.pem",
    home="home",
    pid=1,
    version="0",
    started=1.5,
    paused_until=None,
    secrets_pass=False,
    detector="ready",
    key_provider="env",
    vault="sqlite",
    persistent=True,
    values=0,
    exchanges=0,
)


class FakeControl:
    """Keeps one value, ``Jane``, behind one token; knows one host."""

    token = "PERSON_K7Q2MXA4"

    def __init__(self) -> None:
        self.mode = Mode.PROTECT
        self.minutes: float | None = None
        self.floor = True
        self.stopped = asyncio.Event()
        self.goes_on = False
        self.canary = ""
        self.proven = False
        self.learned: list[NewSecret] = []
        self.allowed: list[NewAllowance] = []

    async def status(self) -> Status:
        return STATUS

    def pause(self, minutes: float, *, floor: bool) -> None:
        self.minutes, self.floor = minutes, floor

    def resume(self) -> None:
        self.minutes = None

    def hosts(self) -> Sequence[HostEntry]:
        return [HostEntry("api.openai.com", self.mode, self.mode is not Mode.PROTECT)]

    async def set_host(self, host: str, mode: Mode) -> None:
        if host != "api.openai.com":
            raise ConfigError("matches no host that maskwire knows", key=host)
        self.mode = mode

    async def events(self, limit: int, after: int) -> Sequence[Mapping[str, Any]]:
        return [self._event(n) for n in range(after + 1, min(after + 1 + limit, 4))]

    async def follow(self, after: int) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
        """Yield what there is, then nothing until somebody calls ``shutdown``."""
        yield await self.events(10, after)
        while self.goes_on and not self.stopped.is_set():
            await asyncio.sleep(0.01)
            yield []

    async def scan(self, texts: Sequence[str]) -> Sequence[Sequence[Span]]:
        return [
            [Span(at, at + 4, "PERSON", 0.98765, "fake")] if (at := text.find("Jane")) >= 0 else [] for text in texts
        ]

    async def mask(self, texts: Sequence[str]) -> Sequence[str]:
        return [text.replace("Jane", self.token) for text in texts]

    async def restore(self, texts: Sequence[str]) -> Restored:
        return Restored(tuple(t.replace(self.token, "Jane") for t in texts), sum(self.token in t for t in texts), 0)

    async def reveal(self, asked: Asked) -> str | None:
        return "Jane" if asked.token == self.token else None

    async def purge(self, older_than_days: float) -> Purged:
        return Purged(values=1, exchanges=int(older_than_days))

    async def learn(self, found: Sequence[NewSecret]) -> int:
        self.learned += found
        return len(found)

    async def secrets(self) -> Sequence[KnownSecret]:
        return [KnownSecret(secret.name, secret.source, 1.5) for secret in self.learned]

    async def forget(self, names: Sequence[str]) -> int:
        before = len(self.learned)
        self.learned = [s for s in self.learned if names and s.name not in names]
        return before - len(self.learned)

    async def allow(self, allowance: NewAllowance) -> None:
        self.allowed.append(allowance)

    async def disallow(self, value: str) -> int:
        before = len(self.allowed)
        self.allowed = [a for a in self.allowed if a.value != value]
        return before - len(self.allowed)

    async def open_canary(self, address: str, pem: str) -> str:
        self.canary = address
        return "canary.example"

    async def close_canary(self, *, proven: bool) -> None:
        self.proven = proven
        self.canary = ""

    def shutdown(self) -> None:
        self.stopped.set()

    def _event(self, number: int) -> Mapping[str, Any]:
        return {"id": number, "host": "api.openai.com", "surface": "openai.chat", "outcome": "masked", "started": 1.0}
