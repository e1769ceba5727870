"""The ways that change settings of this machine: the desktop's proxy, and variables for programs of a session. IO."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from maskwire.errors import ControlError
from maskwire_daemon.capture.keeper import Keeper
from maskwire_daemon.capture.modes import PacMode
from maskwire_daemon.capture.places import ENVIRONMENT, KNOWN_DESKTOPS, LOOPBACK, desktop_of, pac_url
from maskwire_daemon.config.settings import Config, SystemSetting
from maskwire_daemon.platform.system_proxy import SystemProxy, Way


@dataclass
class SystemMode:
    """The desktop's proxy settings.

    ``look`` finds the places of this session; ``desktop`` is the name of its desktop's, empty while there is none
    that we know. ``again`` lets the next turn overwrite what somebody else has set: the person asked for it just now.
    """

    keeper: Keeper
    pac: PacMode
    look: Callable[[], Mapping[str, SystemProxy]]
    desktop: str = ""
    name: str = "system"
    again: bool = False
    _led: Way | None = None

    def wanted(self, config: Config) -> bool:
        """Return whether the settings ask for it."""
        return config.capture.system is not SystemSetting.OFF

    async def turn_on(self, config: Config) -> None:
        """Set them, and keep what stood there."""
        if not self.desktop:
            found = await asyncio.to_thread(self.look)
            self.keeper.add(found)
            self.desktop = desktop_of(found)
        if not self.desktop:
            raise ControlError(
                f"this session's desktop is none whose proxy settings maskwire can set ({KNOWN_DESKTOPS}): set "
                "its proxy script by hand, see `maskwire capture on pac`"
            )
        server, proxy = self.pac.server, self.pac.proxy
        script = config.capture.system is SystemSetting.PAC
        if script and not server.is_open:
            raise ControlError("the proxy script is not served, so the settings stay as they are")
        way = Way(LOOPBACK, proxy.port, pac_url(server.port, server.script) if script else "")
        if way == self._led and not self.again:
            return
        again, self.again = self.again, False
        await asyncio.to_thread(self.keeper.lead, self.desktop, way, past=proxy.company is not None, again=again)
        self._led = way

    async def turn_off(self) -> None:
        """Put back what stood there."""
        self._led = None
        await asyncio.to_thread(self._let_go)

    async def verify(self) -> None:
        """Read them, and see that what they lead to is ours."""
        await asyncio.to_thread(self.keeper.check, self.desktop)
        if self._led is not None and self._led.pac_url:
            await self.pac.verify()

    def detail(self) -> str:
        """Return what they lead to."""
        if self._led is None:
            return ""
        return f"{self.desktop}: {self._led.pac_url or f'{self._led.host}:{self._led.port}'}"

    def _let_go(self) -> None:
        """Put back every desktop's settings, also those of another session that a killed daemon left."""
        for name in [name for name in self.keeper.kept().places if name != ENVIRONMENT]:
            self.keeper.let_go(name)


@dataclass
class EnvironmentMode:
    """Variables for programs that start after the next login. ``variables`` are those of ``maskwire env``."""

    keeper: Keeper
    port: Callable[[], int]
    variables: Callable[[], Mapping[str, str]]
    name: str = ENVIRONMENT
    again: bool = False
    _led: Way | None = None

    def wanted(self, config: Config) -> bool:
        """Return whether the settings ask for it."""
        return config.capture.environment

    async def turn_on(self, config: Config) -> None:
        """Write the file."""
        del config
        way = Way(LOOPBACK, self.port(), variables=await asyncio.to_thread(self.variables))
        if way == self._led and not self.again:
            return
        again, self.again = self.again, False
        await asyncio.to_thread(self.keeper.lead, ENVIRONMENT, way, again=again)
        self._led = way

    async def turn_off(self) -> None:
        """Remove the file, or put back what stood there."""
        self._led = None
        await asyncio.to_thread(self.keeper.let_go, ENVIRONMENT)

    async def verify(self) -> None:
        """Read the file."""
        await asyncio.to_thread(self.keeper.check, ENVIRONMENT)

    def detail(self) -> str:
        """Return when it holds."""
        return "for programs that start after the next login" if self._led is not None else ""
