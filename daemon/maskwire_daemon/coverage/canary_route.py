"""The way of the canary: one invented host that leads to a stand-in on this machine, for a minute. IO: one file.

``maskwire verify`` needs the daemon as it runs, with its own keys, policy and proxy, but a provider of its own. The
host lies below a known one, so it is protected like it; no real provider has it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from maskwire_daemon.paths import write_private

HOST = "maskwire-verify.api.openai.com"
"""The canary's host. Source of the pattern above it: OpenAI's regional hosts."""

OPEN_S = 60.0
"""Seconds after which the way closes by itself, should nobody close it."""

LOOK_S = 5.0
"""Seconds between looks at the clock."""


class CanaryRoute:
    """Open or closed. ``apply`` makes the proxy take over what ``connect_to`` and ``trusted_ca`` say then."""

    def __init__(self, folder: Path, apply: Callable[[], Awaitable[None]]) -> None:
        self._file = folder / "canary.pem"
        self._apply = apply
        self._address = ""
        self._until = 0.0

    async def open(self, address: str, pem: str, trusted_ca: Path | None) -> None:
        """Lead the host to ``address``, and trust ``pem`` beside the authorities of the settings.

        Raises:
            ConfigError: the proxy cannot take it; the way is closed again.
        """
        await asyncio.to_thread(self._write, pem, trusted_ca)
        self._address, self._until = address, asyncio.get_running_loop().time() + OPEN_S
        try:
            await self._apply()
        except BaseException:
            self._shut()
            raise

    async def close(self) -> None:
        """Lead nowhere again."""
        if self._address:
            self._shut()
            await self._apply()

    async def expire(self) -> None:
        """Close the way when its time is over, until cancelled; then forget it."""
        try:
            while True:
                await asyncio.sleep(LOOK_S)
                if self._address and asyncio.get_running_loop().time() > self._until:
                    await self.close()
        finally:
            self._shut()

    def connect_to(self, settings: Mapping[str, str]) -> Mapping[str, str]:
        """Return the addresses of the settings, with the canary's while it is open."""
        return {**settings, f"{HOST}:443": self._address} if self._address else settings

    def trusted_ca(self, settings: Path | None) -> Path | None:
        """Return the authorities of the settings, with the canary's while it is open."""
        return self._file if self._address else settings

    def _write(self, pem: str, trusted_ca: Path | None) -> None:
        own = trusted_ca.read_text(encoding="ascii") if trusted_ca is not None else ""
        write_private(self._file, f"{own}\n{pem}\n")

    def _shut(self) -> None:
        self._address = ""
        self._file.unlink(missing_ok=True)
