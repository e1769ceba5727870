"""Builds the daemon and keeps it running: the one place that knows all its parts. IO: everything.

The order is that of need. The worker process starts first, since loading its model takes longest and another core
does it; then the key, the vault and the authority; then the proxy listens, and protection stands. The control API
comes up after that. What cannot be protected yet does not leave: without a key the proxy does not listen, without the
worker a request that may hold names waits.
"""

import asyncio
import contextlib
import importlib
import logging
import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maskwire.errors import ConfigError, ControlError, MaskwireError, VaultLocked
from maskwire.mitm.services import Limits, Services
from maskwire.wire.hosts import known_hosts
from maskwire_client.discovery import Runtime
from maskwire_daemon.announcing import ready_line, waiting_line
from maskwire_daemon.config.local import local_server
from maskwire_daemon.config.restarts import needs_restart
from maskwire_daemon.config.settings import Config, KeyProvider
from maskwire_daemon.config.watch import ConfigWatch
from maskwire_daemon.coverage.canary_route import CanaryRoute
from maskwire_daemon.detection.searching import Searching
from maskwire_daemon.housekeeping import MEGABYTE, keep_house, watch_detector, watch_team
from maskwire_daemon.live import Live, with_ports
from maskwire_daemon.paths import Paths, write_private
from maskwire_daemon.platform.ports import check_free, listeners
from maskwire_daemon.platform.programs import program_at
from maskwire_daemon.platform.roots import write_bundle
from maskwire_daemon.singleton import only_one
from maskwire_daemon.storage import Opening, Storage
from maskwire_daemon.version import VERSION

if TYPE_CHECKING:
    from maskwire_daemon.capture.captures import Captures
    from maskwire_daemon.proxy import CompanyProxy, ProxySettings

_log = logging.getLogger(__name__)

RETRY_S = 2.0
"""Seconds between two looks at a locked keyring."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the command line decides over the configuration. Ports: 0 takes any free one."""

    proxy_port: int | None = None
    api_port: int | None = None
    any_port: bool = False

    def applied(self, config: Config) -> Config:
        """Return the settings with these ports, and free ones where that was asked for."""
        ports = {
            "proxy": config.proxy.port if self.proxy_port is None else self.proxy_port,
            "api": config.api.port if self.api_port is None else self.api_port,
        }
        return with_ports(config, {n: _usable(p) for n, p in ports.items()} if self.any_port else ports)

    @property
    def fixes_proxy(self) -> bool:
        """Whether the configuration's port of the proxy is not followed."""
        return self.any_port or self.proxy_port is not None


def run(chosen: Chosen, say: Say, environ: Mapping[str, str] = os.environ) -> None:
    """Run this home's daemon until it is told to stop.

    ``say`` gets the lines for the person: the one that it is ready, or why it must wait.

    Raises:
        ConfigError: the configuration is wrong.
        ControlError: a daemon runs already, or a port is taken.
        VaultError: the vault cannot be used.
    """
    paths = Paths.of(environ)
    paths.create()
    with only_one(paths.lock):
        again = True
        while again:
            daemon = _Daemon(paths, ConfigWatch(paths.config, known_hosts()), chosen, environ)
            try:
                again = asyncio.run(daemon.run(say))
            except* MaskwireError as group:
                raise _first(group) from None


class _Daemon:
    """Brings the parts up in order; ``_down`` brings them down in the opposite one."""

    def __init__(self, paths: Paths, watch: ConfigWatch, chosen: Chosen, environ: Mapping[str, str]) -> None:
        self._paths = paths
        self._watch = watch
        self._written = watch.read()
        self._config = chosen.applied(self._written)
        self._chosen = chosen
        self._environ = environ
        self._token = secrets.token_urlsafe(32)
        self._down = contextlib.AsyncExitStack()
        self._canary = CanaryRoute(paths.authority, self._apply)
        self._searching = Searching(paths, self._config)
        self._company: CompanyProxy | None = None
        self._captures: Captures | None = None
        self._live: Live

    async def run(self, say: Say) -> bool:
        """Run until ``live.stop`` is set by a signal or a client, or a part fails; return whether to run again."""
        sockets = listeners(self._config.api.port, "--api-port or api.port")
        self._live = live = Live(self._paths, self._config, self._searching.detector)
        live.ports = {"api": self._config.api.port}
        if self._chosen.fixes_proxy:
            live.ports |= {"proxy": self._config.proxy.port}
        live.secrets_changed = self._searching.learned
        live.search_changed = self._searching.follow_config
        live.api_url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
        async with self._down:
            for each in sockets:
                self._down.callback(each.close)
            self._down.callback(self._paths.runtime.unlink, missing_ok=True)
            self._down.push_async_callback(live.detector.stop)
            await live.detector.start()
            with _signals(live.stop):
                await self._until_stopped(sockets, say)
        return live.again

    async def _until_stopped(self, sockets: Sequence[socket.socket], say: Say) -> None:
        live, announced = self._live, asyncio.Event()
        async with asyncio.TaskGroup() as group:
            background = [
                group.create_task(self._protect(say, announced)),
                group.create_task(keep_house(live)),
                group.create_task(self._watch.follow(self._changed)),
                group.create_task(self._canary.expire()),
                group.create_task(watch_detector(live)),
                group.create_task(watch_team(live)),
                group.create_task(self._searching.load(announced)),
                group.create_task(self._searching.follow(live)),
            ]
            group.create_task(self._serve(sockets, announced))
            await live.stop.wait()
            announced.set()
            for task in background:
                task.cancel()

    async def _protect(self, say: Say, announced: asyncio.Event) -> None:
        """Open the vault, make the authority, listen, and say so."""
        async with asyncio.TaskGroup() as group:
            opening = group.create_task(self._open_storage(say, announced))
            group.create_task(asyncio.to_thread(importlib.import_module, "maskwire_daemon.proxy"))
        self._live.storage = storage = opening.result()
        if storage.problem:
            self._live.health.attention("key", storage.problem)
        elif not storage.persistent:
            self._live.health.note("key", "key and vault are in memory, as chosen: tokens end with this process")
        self._searching.opened(storage)
        await self._open_proxy(storage)
        self._write_runtime()
        say(ready_line(await self._live.status()))
        announced.set()
        assert self._captures is not None  # made with the proxy
        await self._captures.follow()

    async def _open_storage(self, say: Say, announced: asyncio.Event) -> Storage:
        """Open the vault; wait for as long as the keyring is locked."""
        health, said = self._live.health, ""
        opening = Opening(self._paths, self._config, self._environ)
        while True:
            try:
                storage = await opening.open()
            except VaultLocked as e:
                if opening.provider is not KeyProvider.KEYRING:
                    raise
                health.attention("key", str(e))
                if not said:
                    said = waiting_line(str(e))
                    self._write_runtime()
                    say(said)
                    announced.set()
                await asyncio.sleep(RETRY_S)
            else:
                health.clear("key")
                self._down.push_async_callback(asyncio.to_thread, storage.close)
                return storage

    async def _open_proxy(self, storage: Storage) -> None:
        """Build the authority and the proxy; it listens when this returns."""
        from maskwire_daemon.proxy import Proxy
        from maskwire_daemon.trust.authority import Authority

        live, hosts = self._live, known_hosts()
        await self._find_company()
        authority = await asyncio.to_thread(Authority.load_or_create, self._paths.authority, storage.keys, hosts)
        await asyncio.to_thread(write_bundle, self._paths.bundle, authority.ca_pem.decode("ascii"))
        limits = self._config.limits
        services = Services(
            detector=live.detector,
            vault=storage.vault,
            policy=lambda: live.policy,
            journal=live.record,
            limits=Limits(body_bytes=int(limits.body_mb * MEGABYTE), detect_s=limits.scan_timeout_s),
            program=program_at,
            notice=live.notice,
            ours=storage.minter.may_be_ours,
            local=lambda: local_server(live.config.local, self._environ),
            generation=lambda: live.detector.generation,
            expect=storage.team.expect if storage.team is not None else None,
        )
        proxy = live.proxy = Proxy(services, authority, self._proxy_settings(live.config))
        self._down.push_async_callback(proxy.stop)
        await proxy.start()
        live.policy_changed = proxy.refresh
        live.ca_file, live.proxy_open = str(authority.ca_file), True
        live.refresh_policy()  # the settings may have changed while it opened

    async def _find_company(self) -> None:
        """Find out how the network's own proxy is reached; without its password it refuses us, which then shows."""
        from maskwire_daemon.capture.captures import Captures, Means
        from maskwire_daemon.capture.company import address_of, company_proxy
        from maskwire_daemon.proxy import CompanyProxy

        settings, problem = self._config.upstream, ""
        try:
            self._company = await asyncio.to_thread(company_proxy, settings, self._environ)
        except ConfigError as e:
            address, problem = address_of(settings.proxy), str(e)
            self._company = CompanyProxy(address.host, address.port, no_proxy=tuple(settings.no_proxy))
        self._captures = Captures(self._live, Means(self._environ, problem))
        self._live.capture = self._captures.modes

    def _proxy_settings(self, config: Config) -> "ProxySettings":
        from maskwire_daemon.proxy import ProxySettings

        return ProxySettings(
            folder=self._paths.authority,
            hosts=known_hosts(),
            port=config.proxy.port,
            api_port=int(self._live.api_url.rpartition(":")[2]),
            connect_to=self._canary.connect_to(config.upstream.connect_to),
            trusted_ca=self._canary.trusted_ca(config.upstream.trusted_ca),
            company=self._company,
        )

    async def _apply(self) -> None:
        """Let the proxy take over the settings as they are now."""
        if self._live.proxy is not None and self._live.proxy_open:
            await self._live.proxy.apply(self._proxy_settings(self._live.config))

    async def _changed(self, found: Config | ConfigError) -> None:
        """Follow the file: a good one takes effect, a wrong one changes nothing and is shown."""
        live = self._live
        if isinstance(found, ConfigError):
            _log.warning("settings are wrong", extra={"line": found.line, "key": found.key})
            live.health.attention("config", f"{found} (the settings before that stay in force)")
            return
        fixed = needs_restart(self._written, found)
        found = with_ports(found, live.ports)
        try:
            if live.proxy is not None and live.proxy_open:
                await live.proxy.apply(self._proxy_settings(found))
        except ConfigError as e:
            live.health.attention("config", f"{e} (the settings before that stay in force)")
            return
        live.follow(found)
        live.health.clear("config")  # not before the settings are in force
        self._write_runtime()
        live.health.clear("restart")
        if fixed:
            live.health.note("restart", f"takes effect at the next start: {', '.join(fixed)}")

    async def _serve(self, sockets: Sequence[socket.socket], announced: asyncio.Event) -> None:
        """Answer the control API, once the proxy listens or must wait; it is imported only then."""
        await announced.wait()
        for name in ("web.wiring", "api.server", "capture.routes"):
            await asyncio.to_thread(importlib.import_module, f"maskwire_daemon.{name}")
        from maskwire_daemon.api.entrance import Entrance
        from maskwire_daemon.api.server import serve
        from maskwire_daemon.api.tokens import finder
        from maskwire_daemon.capture.routes import CaptureRoutes
        from maskwire_daemon.serving import LiveControl
        from maskwire_daemon.web.wiring import front_of

        entrance = Entrance(self._token, sockets[0].getsockname()[1], find=finder(lambda: self._live.storage))
        more = CaptureRoutes(self._live, lambda: self._captures).routes()
        front = front_of(self._live, LiveControl(self._live, self._canary), entrance, more)
        await serve(front, sockets, self._live.stop)

    def _write_runtime(self) -> None:
        """Say in the runtime file how this daemon is reached."""
        live = self._live
        runtime = Runtime(
            pid=os.getpid(),
            proxy=live.proxy.url if live.proxy is not None and live.proxy_open else "",
            api=live.api_url,
            ca_file=live.ca_file,
            bundle_file=str(self._paths.bundle) if live.proxy_open else "",
            started=live.started,
            version=VERSION,
            token=self._token,
        )
        write_private(self._paths.runtime, runtime.dumps())


def _usable(port: int) -> int:
    """Return ``port``, or 0 when it is taken."""
    try:
        return check_free(port, "") if port else 0
    except ControlError:
        return 0


def _first(group: BaseExceptionGroup[MaskwireError]) -> MaskwireError:
    """Return the first error inside nested groups."""
    found: BaseException = group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    assert isinstance(found, MaskwireError)  # `except*` lets in nothing else
    return found


@contextlib.contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    """Set ``stop`` at SIGTERM, SIGINT and the terminal's end while the body runs."""
    loop = asyncio.get_running_loop()
    if sys.platform == "win32":
        for number in (signal.SIGINT, signal.SIGBREAK):
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
        yield
        return
    asked = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    numbers = [n for n in asked if signal.getsignal(n) is not signal.SIG_IGN]  # nohup has its way
    for number in numbers:
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
