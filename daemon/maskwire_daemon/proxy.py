"""mitmproxy inside our process: a Master with six of its addons and ours, on one loopback port or more. IO.

Decided here, with the reason:

- ``connection_strategy=eager``: the provider is dialled while the client's handshake runs, and ALPN is
  mirrored. Lazy would dial nothing for a refused request, but then an HTTP/2 client of an HTTP/1.1 provider
  shares five connections (measured: 20 streams of 1 s took 4.1 s).
- ``rawtcp=False``: what is not HTTP inside a decrypted tunnel stalls instead of passing unread.
- ``tcp_timeout=3600``: a model may think for longer than mitmproxy's ten minutes without a byte.
- ``stream_large_bodies`` and ``body_size_limit`` stay unset: the first sends before the hook runs, the second
  holds for other people's downloads too; the limit is in ``maskwire.mitm.patches``.
"""

import asyncio
import hashlib
import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from maskwire.errors import ConfigError
from maskwire.mitm import patches
from maskwire.mitm.addon import Addon
from maskwire.mitm.baseurl import BaseUrls
from maskwire.mitm.bypass import NOTHING, Scope, is_address
from maskwire.mitm.corporate import Corporate
from maskwire.mitm.dialling import Dialling
from maskwire.mitm.engine import (
    Core,
    DisableH2C,
    Master,
    NextLayer,
    Options,
    OptionsError,
    ProxyConnectionHandler,
    Proxyserver,
    ServerInstance,
    UpstreamAuth,
    net_tls,
)
from maskwire.mitm.probe import Probes
from maskwire.mitm.quiet import quiet
from maskwire.mitm.route import Route, parse_connect_to
from maskwire.mitm.services import Services
from maskwire.mitm.tls import Authority, OwnTlsConfig
from maskwire.wire.hosts import known_hosts
from maskwire_daemon.paths import write_private
from maskwire_daemon.platform.ports import holder
from maskwire_daemon.platform.roots import system_roots

log = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"

SWITCH_INTERVAL_S = 0.0005
"""Seconds a thread may keep the interpreter: with the default of 5 ms, events wait that long behind a large body."""

_POLL_S = 0.01

_SETTLE_S = 5.0
"""Seconds for mitmproxy to open or close sockets, which takes milliseconds."""


@dataclass(frozen=True, slots=True)
class CompanyProxy:
    """The proxy that this network demands. ``login`` is ``user:password``, empty for none, and never shown."""

    host: str
    port: int
    login: str = field(default="", repr=False)
    no_proxy: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways to the proxy beside its own port.

    ``base_port`` takes base URLs, 0 is none; ``base_origins`` are pages that may use it. ``apps`` are names or
    process ids of programs whose connections are redirected.
    """

    base_port: int = 0
    base_origins: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProxySettings:
    """What the proxy is told by the configuration.

    ``folder`` gets the bundle of public roots. ``hosts`` are those that may be decrypted at all. ``port`` 0
    takes any free one. ``api_port`` is the control API's, which no proxied program may reach. ``connect_to``
    and ``trusted_ca`` work as curl's ``--connect-to`` and ``--cacert``, the latter in addition to the system's.
    ``company`` cannot change while the proxy runs.
    """

    folder: Path
    hosts: tuple[str, ...] = field(default_factory=known_hosts)
    port: int = 8877
    api_port: int = 0
    connect_to: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    trusted_ca: Path | None = None
    company: CompanyProxy | None = None


class _Ready:
    """Tells when mitmproxy has opened its listeners, or tried to."""

    def __init__(self) -> None:
        self.event = asyncio.Event()

    def running(self) -> None:
        self.event.set()


class Proxy:
    """The listening proxy. One per process at a time, since mitmproxy keeps its Master in a global."""

    def __init__(self, services: Services, authority: Authority, settings: ProxySettings) -> None:
        self._services = services
        self._settings = settings
        self._addon = Addon(services, Scope(settings.hosts))
        self._route = Route(services.report)
        self._base = BaseUrls(lambda: self._addon.scope)
        self._company = Corporate()
        self._ways = Ways()
        self._spec = self._mode(settings.port)
        self._bound = settings.port
        self.probes = Probes()
        self._tls = OwnTlsConfig(authority, lambda: self._addon.scope, services.policy)
        self._server = Proxyserver()  # type: ignore[no-untyped-call]
        self._dialling = Dialling(
            lambda: self._server.connections, lambda host: self._addon.scope.decrypts(host, services.policy())
        )
        self._master: Master | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """The port that is listened on, 0 when none is."""
        server = self._listener(self._spec)
        return int(server.listen_addrs[0][1]) if server is not None and server.is_running else 0

    @property
    def url(self) -> str:
        """What clients are given as their proxy."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def company(self) -> CompanyProxy | None:
        """The proxy that this network demands, if there is one."""
        return self._settings.company

    @property
    def active(self) -> int:
        """How many exchanges with protected hosts have begun and not ended."""
        return self._addon.active

    async def start(self) -> None:
        """Listen. When this returns, clients are served.

        Raises:
            ConfigError: the port is taken, or a setting cannot be used; nothing listens then.
        """
        if self._master is not None:
            raise RuntimeError("the proxy runs already")
        patches.apply()
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        self._adopt(self._settings)
        roots = await asyncio.to_thread(write_roots, self._settings)
        master = self._master = Master(Options(mode=[self._spec], confdir=str(self._settings.folder)))
        quiet()
        ready = _Ready()
        stock = (Core(), self._server, NextLayer(), DisableH2C(), UpstreamAuth())
        before, after = (self._dialling, self._base, self._company), (self._route, self.probes, ready)
        master.addons.add(*stock, self._tls, *before, self._addon, *after)  # type: ignore[no-untyped-call]
        self._update(
            allow_hosts=self._addon.scope.allow_hosts(self._services.policy()),
            connection_strategy="eager",
            rawtcp=False,
            tcp_timeout=3600,
            websocket=True,
            ssl_insecure=False,
            ssl_verify_upstream_trusted_ca=str(roots),
            upstream_auth=(self._settings.company.login or None) if self._settings.company else None,
        )
        self._task = asyncio.get_running_loop().create_task(master.run(), name="maskwire proxy")
        opened = asyncio.get_running_loop().create_task(ready.event.wait())
        await asyncio.wait({self._task, opened}, return_when=asyncio.FIRST_COMPLETED)
        opened.cancel()
        if problem := self._problem(self._spec):
            await self.stop(drain_s=0)
            raise problem
        self._bound = self.port

    async def apply(self, settings: ProxySettings) -> None:
        """Change port, hosts, addresses and roots while connections go on.

        Raises:
            ConfigError: the new settings cannot be used; the old ones stay in force.
        """
        self._running()
        roots = await asyncio.to_thread(write_roots, settings)
        parse_connect_to(settings.connect_to)
        if settings.port != self._settings.port:
            await self._move(settings.port)
        self._settings = settings = replace(settings, company=self._settings.company)
        self._adopt(settings)
        if str(roots) != self._running().options.ssl_verify_upstream_trusted_ca:
            self._update(ssl_verify_upstream_trusted_ca=str(roots))
            net_tls.create_proxy_server_context.cache_clear()  # each of the old ones holds all roots: 1.2 MB
        self.refresh()

    async def open(self, ways: Ways) -> Mapping[str, str]:
        """Open and close ways beside the proxy's own port; return why one could not be opened, by its name.

        The names are ``base`` and ``apps``. That redirection claims to run proves nothing: see ``Probes``.
        """
        self._ways = ways
        self._base.port, self._base.origins = ways.base_port, ways.base_origins
        await self._listen([self._spec, *self._others()])
        problems: dict[str, str] = {}
        if ways.base_port and (problem := self._problem(self._mode(ways.base_port))):
            problems["base"] = str(problem.problem)
        server = self._listener(_redirection(ways.apps)) if ways.apps else None
        if ways.apps and (server is None or not server.is_running):
            problems["apps"] = f"redirection did not start: {_reason(server)}"
        return problems

    async def revive(self) -> bool:
        """Listen again on the proxy's own port, which was lost; tell whether that succeeded."""
        await self._listen(self._others())
        self._spec = self._mode(self._bound)
        await self._listen([self._spec, *self._others()])
        return self._problem(self._spec) is None

    def refresh(self) -> None:
        """Follow a change of policy: decide anew what is decrypted, and close tunnels that must be read from now on."""
        master = self._running()
        policy, scope = self._services.policy(), self._addon.scope
        patterns = scope.allow_hosts(policy)
        changed = patterns != list(master.options.allow_hosts)
        self._update(allow_hosts=patterns)
        for handler in list(self._server.connections.values()):
            context = handler.layer.context
            address = context.server.address
            if address is None or context.client.tls_established:
                continue
            hidden = changed and patterns != [NOTHING] and is_address(address[0])
            if hidden or scope.decrypts(address[0], policy):
                _close(handler)

    async def stop(self, drain_s: float = 10.0) -> None:
        """Take no new connections, let exchanges end for ``drain_s`` seconds, then close all."""
        if self._master is None or self._task is None:
            return
        master, task = self._master, self._task
        self._update(server=False)
        await _until(lambda: not self._server.servers.is_updating, _SETTLE_S)
        await _until(lambda: not self._addon.active, drain_s)
        for handler in list(self._server.connections.values()):
            _close(handler)
        await _until(lambda: not self._server.connections, _SETTLE_S)
        master.shutdown()  # type: ignore[no-untyped-call]
        self._master = self._task = None
        await task

    def _running(self) -> Master:
        if self._master is None:
            raise RuntimeError("the proxy does not run")
        return self._master

    def _update(self, **options: object) -> None:
        self._running().options.update(**options)  # type: ignore[no-untyped-call]

    def _adopt(self, settings: ProxySettings) -> None:
        self._addon.scope = Scope(settings.hosts)
        self._route.connect_to = parse_connect_to(settings.connect_to)
        self._route.api_port = settings.api_port
        self._company.active = settings.company is not None
        self._company.no_proxy = settings.company.no_proxy if settings.company else ()

    async def _move(self, port: int) -> None:
        """Open the new port beside the old one, then close the old one; or keep it when that fails."""
        old, new = self._spec, self._mode(port)
        for modes in ([old, new], [new]):
            await self._listen([*modes, *self._others()])
            if problem := self._problem(new):
                self._update(mode=[old, *self._others()])
                raise problem
        self._spec = new
        self._bound = self.port

    async def _listen(self, modes: list[str]) -> None:
        try:
            self._update(mode=modes)
        except OptionsError as e:
            raise ConfigError("a program or port cannot be listened to as it is written", key="capture") from e
        await _until(lambda: not self._server.servers.is_updating, _SETTLE_S)

    def _mode(self, port: int) -> str:
        """Return mitmproxy's word for a listener; without an address it would listen on all interfaces."""
        company = self._settings.company
        kind = f"upstream:http://{company.host}:{company.port}" if company else "regular"
        return f"{kind}@{LOOPBACK}:{port}"

    def _others(self) -> list[str]:
        base = [self._mode(self._ways.base_port)] if self._ways.base_port else []
        return [*base, *([_redirection(self._ways.apps)] if self._ways.apps else [])]

    def _listener(self, spec: str) -> ServerInstance[Any] | None:
        return next((s for s in self._server.servers if s.mode.full_spec == spec), None)

    def _problem(self, spec: str) -> ConfigError | None:
        """Return why the port of ``spec`` is not listened on, ``None`` when it is."""
        server = self._listener(spec)
        if server is not None and server.is_running:
            return None
        port = int(spec.rpartition(":")[2])
        who = holder(port)
        taken = f"port {port} is already used by {who}" if who else f"port {port} cannot be opened"
        return ConfigError(f"{taken}; stop that program or choose another port", key="proxy.port")


def write_roots(settings: ProxySettings) -> Path:
    """Write the roots that providers are verified against to a file named by its content, and return its path.

    mitmproxy caches them by name, so other roots need another name.

    Raises:
        ConfigError: ``trusted_ca`` cannot be read.
    """
    import certifi

    parts = [system_roots(), certifi.contents()]
    if settings.trusted_ca is not None:
        try:
            parts.append(settings.trusted_ca.read_text(encoding="ascii"))
        except (OSError, UnicodeError) as e:
            raise ConfigError(f"cannot be read: {type(e).__name__}", key="upstream.trusted_ca") from e
    text = "\n".join(dict.fromkeys(part.strip() for part in parts)) + "\n"
    path = settings.folder / f"roots-{hashlib.sha256(text.encode()).hexdigest()[:16]}.pem"
    if not path.exists():
        for old in settings.folder.glob("roots-*.pem"):
            old.unlink(missing_ok=True)
        write_private(path, text)
    return path


def _redirection(apps: tuple[str, ...]) -> str:
    """Return mitmproxy's word for the redirection of programs."""
    return f"local:{','.join(apps)}"


def _reason(server: ServerInstance[Any] | None) -> str:
    """Return why redirection failed. The message is the system's, about programs and rights."""
    error = server.last_exception if server is not None else None
    return str(error) if error is not None else "no reason was given"


def _close(handler: ProxyConnectionHandler) -> None:
    for transport in list(handler.transports.values()):
        if transport.handler is not None:
            transport.handler.cancel("closed by maskwire")


async def _until(done: Callable[[], bool], timeout_s: float) -> None:
    """Wait until ``done``, at most ``timeout_s`` seconds. mitmproxy tells of none of these things by itself."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout_s
    while not done() and loop.time() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(_POLL_S)
