"""The ways to the proxy that are listened on or dialled: its own port, the script, base URLs, a company's proxy.

Each mode is brought to what the settings say, and proven by a probe. IO: ports.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from maskwire.errors import ControlError
from maskwire.wire.hosts import known_hosts
from maskwire_daemon.capture import pac, probing
from maskwire_daemon.capture.pac_server import PacServer
from maskwire_daemon.capture.places import LOOPBACK
from maskwire_daemon.config.settings import Config, SystemSetting
from maskwire_daemon.platform.ports import check_free
from maskwire_daemon.proxy import CompanyProxy, Proxy, Ways


class Mode(Protocol):
    """One way. Errors are ``MaskwireError`` with a sentence for the person."""

    @property
    def name(self) -> str:
        """What the person calls it."""

    def wanted(self, config: Config) -> bool:
        """Return whether the settings ask for it."""

    async def turn_on(self, config: Config) -> None:
        """Bring it to what the settings say; doing it twice changes nothing."""

    async def turn_off(self) -> None:
        """Take it back, if it was there at all."""

    async def verify(self) -> None:
        """Prove that it leads here."""

    def detail(self) -> str:
        """Return the address or setting that the person needs, or nothing."""


@dataclass
class ProxyMode:
    """The proxy's own port, which is there for as long as the daemon runs."""

    proxy: Proxy
    name: str = "proxy"

    def wanted(self, config: Config) -> bool:
        """Return true: without it there is no daemon."""
        del config
        return True

    async def turn_on(self, config: Config) -> None:
        """Do nothing: the daemon has opened it."""

    async def turn_off(self) -> None:
        """Do nothing: the daemon closes it last."""

    async def verify(self) -> None:
        """Send a probe; if the port was lost, take it back first."""
        try:
            await probing.through_proxy(self.proxy.probes, self.proxy.port)
        except ControlError:
            if not await self.proxy.revive():
                raise
            await probing.through_proxy(self.proxy.probes, self.proxy.port)

    def detail(self) -> str:
        """Return its address."""
        return self.proxy.url


@dataclass
class PacMode:
    """The script over HTTP. The desktop's settings lead to it too."""

    proxy: Proxy
    server: PacServer = field(default_factory=PacServer)
    name: str = "pac"
    _port: int | None = None

    def wanted(self, config: Config) -> bool:
        """Return whether somebody uses the script."""
        return config.capture.pac or config.capture.system is SystemSetting.PAC

    async def turn_on(self, config: Config) -> None:
        """Serve the script as it has to be now."""
        self.server.script = script_of(config, self.proxy)
        if self.server.is_open and self._port == config.capture.pac_port:
            return
        await self.server.close()
        await self.server.open(config.capture.pac_port)
        self._port = config.capture.pac_port

    async def turn_off(self) -> None:
        """Stop serving it."""
        await self.server.close()

    async def verify(self) -> None:
        """Fetch the script; if the port was lost, take it back first."""
        try:
            await probing.through_script(self.server.port, self.server.script)
        except ControlError:
            if self._port is None:
                raise
            await self.server.close()
            await self.server.open(self._port)
            await probing.through_script(self.server.port, self.server.script)

    def detail(self) -> str:
        """Return its address."""
        return f"http://{LOOPBACK}:{self.server.port}{pac.PATH}" if self.server.port else ""


def script_of(config: Config, proxy: Proxy) -> str:
    """Return the proxy script for these settings."""
    company = proxy.company
    return pac.script(
        known_hosts(),
        f"{LOOPBACK}:{proxy.port}",
        f"{company.host}:{company.port}" if company else "",
        tuple(config.upstream.no_proxy),
    )


@dataclass
class Listeners:
    """What the proxy listens on beside its own port; two modes share it, each with its part."""

    proxy: Proxy
    ways: Ways = field(default_factory=Ways)

    async def open(self, ways: Ways, part: str) -> None:
        """Listen on ``ways``.

        Raises:
            ControlError: the ``part`` could not be opened; the ways before stay.
        """
        if ways == self.ways:
            return
        problems: Mapping[str, str] = await self.proxy.open(ways)
        if part in problems:
            await self.proxy.open(self.ways)  # what failed to start would not be tried again otherwise
            raise ControlError(problems[part])
        self.ways = ways


@dataclass
class BaseUrlMode:
    """Base URLs for programs that take one."""

    listeners: Listeners
    name: str = "base-urls"
    _asked: int | None = None

    def wanted(self, config: Config) -> bool:
        """Return whether the settings ask for it."""
        return config.capture.base_urls

    async def turn_on(self, config: Config) -> None:
        """Listen."""
        port, ways = config.capture.base_url_port, self.listeners.ways
        if ways.base_port and self._asked == port:
            port = ways.base_port
        else:
            self._asked, port = port, check_free(port, "capture.base_url_port")
        await self._open(port, tuple(config.capture.base_url_origins))

    async def turn_off(self) -> None:
        """Listen no more."""
        await self._open(0, ())

    async def verify(self) -> None:
        """Send a probe; if the port was lost, take it back first."""
        proxy, ways = self.listeners.proxy, self.listeners.ways
        try:
            await probing.through_base(proxy.probes, ways.base_port)
        except ControlError:
            await self._open(0, ())
            await self._open(ways.base_port, ways.base_origins)
            await probing.through_base(proxy.probes, ways.base_port)

    def detail(self) -> str:
        """Return the beginning of the addresses."""
        port = self.listeners.ways.base_port
        return f"http://{LOOPBACK}:{port}/openai, /anthropic, /gemini" if port else ""

    async def _open(self, port: int, origins: tuple[str, ...]) -> None:
        ways = Ways(port, origins, self.listeners.ways.apps)
        await self.listeners.open(ways, "base")


@dataclass
class CompanyMode:
    """The proxy that the network demands. It is chosen at start; here it is only looked after."""

    company: CompanyProxy | None
    problem: str = ""
    name: str = "upstream"
    check: Callable[[CompanyProxy], Awaitable[None]] = probing.through_company

    def wanted(self, config: Config) -> bool:
        """Return whether the daemon was started with one."""
        del config
        return self.company is not None or bool(self.problem)

    async def turn_on(self, config: Config) -> None:
        """Do nothing: the proxy was built with it."""

    async def turn_off(self) -> None:
        """Do nothing, likewise."""

    async def verify(self) -> None:
        """Let it connect us to a provider, and send nothing."""
        if self.company is None or self.problem:
            raise ControlError(self.problem)
        await self.check(self.company)

    def detail(self) -> str:
        """Return its address."""
        return f"{self.company.host}:{self.company.port}" if self.company else ""
