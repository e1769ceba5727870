"""Every way to the proxy, kept as the settings say and proven again and again. IO: by its modes.

Modes come up in order: what a later one leads to is there before. They go down in the opposite order, so that the
machine's settings are back before the proxy closes.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from maskwire.errors import MaskwireError
from maskwire.wire.hosts import known_hosts
from maskwire_client.models import CaptureMode
from maskwire_daemon.capture import notify
from maskwire_daemon.capture.apps import AppsMode
from maskwire_daemon.capture.desktop import EnvironmentMode, SystemMode
from maskwire_daemon.capture.guardian import Guardian, at_login
from maskwire_daemon.capture.keeper import Keeper
from maskwire_daemon.capture.kept import AfterDeath
from maskwire_daemon.capture.modes import BaseUrlMode, CompanyMode, Listeners, Mode, PacMode, ProxyMode, script_of
from maskwire_daemon.capture.places import places
from maskwire_daemon.cli.background import daemon_command
from maskwire_daemon.config.settings import AfterCrash, Capture, Config
from maskwire_daemon.countdown import elapsed
from maskwire_daemon.live import Live
from maskwire_daemon.platform.clientenv import Route, variables
from maskwire_daemon.platform.system_proxy import SystemProxy
from maskwire_daemon.proxy import Proxy

_log = logging.getLogger(__name__)

ROUND_S = 1.0
"""Seconds between looks at the settings, the ports and the watchdog; each costs microseconds."""

VERIFY_S = 30.0
"""Seconds between proofs: a way that was lost shows, or is taken back, within this time."""


@dataclass(slots=True)
class _State:
    """What is known of one mode.

    ``up`` tells that it was brought up; ``verified`` is Unix time of its last proof, ``None`` after a failure.
    """

    on: bool = False
    up: bool = False
    verified: float | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Means:
    """What the ways need beside the settings: the environment, and why a company's proxy has no password, if so."""

    environ: Mapping[str, str]
    company_problem: str = ""


class Captures:
    """Follows the settings while the daemon runs. All methods are for its loop."""

    def __init__(self, live: Live, means: Means) -> None:
        self._live = live
        self._means = means
        self._modes: Sequence[Mode] = ()
        self._states: dict[str, _State] = {}
        self._command = daemon_command()
        self._guardian = Guardian(self._command)
        self._keeper: Keeper
        self._proxy: Proxy
        self._applied: tuple[Capture, int] | None = None
        self._verify_at = 0.0
        self._busy = asyncio.Lock()

    def modes(self) -> list[CaptureMode]:
        """Return how each way stands."""
        return [
            CaptureMode(m.name, (s := self._states[m.name]).on, s.verified, s.problem, m.detail() if s.on else "")
            for m in self._modes
        ]

    async def follow(self) -> None:
        """Bring up what the settings ask for and look after it, until cancelled; then take it back."""
        assert self._live.proxy is not None  # the daemon calls this once it is open
        self._build(self._live.proxy, await asyncio.to_thread(places, self._means.environ))
        for sentence in await asyncio.to_thread(notify.told, self._live.paths):
            self._live.health.note(sentence, sentence)
        try:
            while True:
                async with self._busy:
                    await self._round()
                await asyncio.sleep(ROUND_S)
        finally:
            await self._close()

    async def refresh(self, again: str = "") -> None:
        """Apply the settings and prove every way now. ``again`` names the mode that the person has just asked for."""
        async with self._busy:
            for mode in self._modes:
                if isinstance(mode, SystemMode | EnvironmentMode) and mode.name == again:
                    mode.again = True
            self._applied = None
            self._verify_at = 0.0
            await self._round()

    def _build(self, proxy: Proxy, found: Mapping[str, SystemProxy]) -> None:
        self._proxy = proxy
        self._keeper = Keeper(self._live.paths, found)
        pac, listeners = PacMode(proxy), Listeners(proxy)
        self._modes = (
            ProxyMode(proxy),
            CompanyMode(proxy.company, self._means.company_problem),
            pac,
            BaseUrlMode(listeners),
            AppsMode(listeners, self._command),
            SystemMode(self._keeper, pac, lambda: places(self._means.environ)),
            EnvironmentMode(self._keeper, lambda: proxy.port, self._variables),
        )
        self._states = {mode.name: _State() for mode in self._modes}

    def _variables(self) -> Mapping[str, str]:
        """Return what ``maskwire env`` would print in a clean environment."""
        how = Route(self._proxy.url, str(self._live.paths.bundle))
        return variables(how, {}, known_hosts())

    async def _round(self) -> None:
        try:
            await self._look()
        except (MaskwireError, OSError) as e:
            problem = str(e) if isinstance(e, MaskwireError) else f"capture failed ({type(e).__name__})"
            self._live.health.attention("capture", problem)
        else:
            self._live.health.clear("capture")

    async def _look(self) -> None:
        config = self._live.config
        now = (config.capture, self._proxy.port)
        if now != self._applied:
            await self._apply(config)
            self._applied = now
            self._verify_at = 0.0
        await asyncio.to_thread(self._watch, self._after(config))
        if elapsed() >= self._verify_at:  # what was proven before the machine slept has to be proven anew
            await self._verify()
            self._verify_at = elapsed() + VERIFY_S

    async def _apply(self, config: Config) -> None:
        for mode in self._modes:
            state = self._states[mode.name]
            state.on = mode.wanted(config)
            state.up = await self._attempt(mode, partial(mode.turn_on, config) if state.on else mode.turn_off)

    async def _verify(self) -> None:
        for mode in self._modes:
            state = self._states[mode.name]
            if state.on and not state.up:
                state.up = await self._attempt(mode, partial(mode.turn_on, self._live.config))
            if state.on and state.up:
                state.up = await self._attempt(mode, mode.verify)  # if not, it is brought up anew before the next proof
                state.verified = time.time() if state.up else None

    async def _attempt(self, mode: Mode, step: Callable[[], Awaitable[None]]) -> bool:
        """Take one step of a mode; tell whether it went well, and the person if it did not."""
        state = self._states[mode.name]
        try:
            await step()
        except Exception as e:  # noqa: BLE001 - whatever one way does, the others and the proxy go on
            problem = str(e) if isinstance(e, MaskwireError) else f"{mode.name} failed ({type(e).__name__})"
            if problem != state.problem:
                _log.warning("capture", extra={"state": mode.name, "reason": problem})
            state.problem, state.verified = problem, None
            self._live.health.attention(f"capture {mode.name}", problem)
            return False
        state.problem = ""
        self._live.health.clear(f"capture {mode.name}")
        return True

    def _after(self, config: Config) -> AfterDeath:
        capture = config.capture
        pac = next(mode for mode in self._modes if isinstance(mode, PacMode))
        needed = self._states["pac"].on or self._states["system"].on
        return AfterDeath(
            block=capture.after_crash is AfterCrash.BLOCK,
            grace_s=capture.after_crash_s,
            script=script_of(config, self._proxy) if needed else "",
            pac_port=pac.server.port or capture.pac_port,
            apps=", ".join(capture.apps) if self._states["apps"].up else "",
        )

    def _watch(self, after: AfterDeath) -> None:
        """Keep what is to happen after our death, and see that somebody will be there to do it. Blocks."""
        self._keeper.after(after)
        matters = self._keeper.kept().matters
        if matters:
            self._guardian.watch()
        else:
            self._guardian.release()
        at_login(self._command, self._means.environ, wanted=matters)

    async def _close(self) -> None:
        """Take everything back, the last first."""
        for mode in reversed(self._modes):
            await self._attempt(mode, mode.turn_off)
        try:
            await asyncio.to_thread(self._keeper.after, AfterDeath())
            await asyncio.to_thread(at_login, self._command, self._means.environ, wanted=self._keeper.kept().matters)
        except (MaskwireError, OSError) as e:
            _log.warning("capture", extra={"reason": type(e).__name__})
        await asyncio.to_thread(self._guardian.release)
