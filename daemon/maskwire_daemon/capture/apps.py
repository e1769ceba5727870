"""Programs whose connections are redirected to the proxy, whatever their settings. IO: a probing process.

That redirection runs proves nothing: on Linux it may claim so while no connection comes through. So a process of our
own is redirected with the programs and sends a probe, and only when that arrives are they called protected.
"""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from maskwire.errors import ControlError
from maskwire_daemon.capture import probing
from maskwire_daemon.capture.modes import Listeners
from maskwire_daemon.config.settings import Config

CGROUPS = Path("/sys/fs/cgroup")
"""Where Linux must show control groups of version 2 for redirection to find programs."""

SUDO_S = 5.0
"""Seconds that sudo may take to say what it allows."""


@dataclass
class AppsMode:
    """Redirection of programs by process id or name."""

    listeners: Listeners
    command: Sequence[str]
    """Runs maskwire's own command line."""
    name: str = "apps"
    _apps: tuple[str, ...] = ()
    _child: asyncio.subprocess.Process | None = None

    def wanted(self, config: Config) -> bool:
        """Return whether the settings name a program."""
        return bool(config.capture.apps)

    async def turn_on(self, config: Config) -> None:
        """Redirect the programs, and a process of our own with them."""
        if (problem := missing()) and not self._apps:
            raise ControlError(problem)
        self._apps = tuple(config.capture.apps)
        child = await self._probing_child()
        await self.listeners.open(replace(self.listeners.ways, apps=(*self._apps, str(child.pid))), "apps")

    async def turn_off(self) -> None:
        """Redirect nothing any more."""
        self._apps = ()
        await self.listeners.open(replace(self.listeners.ways, apps=()), "apps")
        if self._child is not None:
            with contextlib.suppress(ProcessLookupError):
                self._child.kill()
            await self._child.wait()
            self._child = None

    async def verify(self) -> None:
        """Let our own process connect, and see that it comes out here; look whether the programs are still there."""
        if not self._apps:
            raise ControlError(missing() or "no program is redirected")
        child = await self._probing_child()
        await self.listeners.open(replace(self.listeners.ways, apps=(*self._apps, str(child.pid))), "apps")
        await probing.through_redirection(self.listeners.proxy.probes, child)
        if ended := await asyncio.to_thread(probing.ended, self._apps):
            raise ControlError(
                f"process {', '.join(ended)} is gone, and what starts next has another number: "
                f"`maskwire capture app --remove {ended[0]}`"
            )

    def detail(self) -> str:
        """Return the programs."""
        return ", ".join(self._apps)

    async def _probing_child(self) -> asyncio.subprocess.Process:
        if self._child is None or self._child.returncode is not None:
            self._child = await asyncio.create_subprocess_exec(
                *self.command, "capture", "probe", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
            )
        return self._child


def missing() -> str:
    """Return what this system lacks for redirection, with the remedy; ``""`` when nothing is known to be missing."""
    if sys.platform != "linux":
        return ""
    if shutil.which("sudo") is None:
        return "redirection starts a helper with sudo, which is not installed: install it, or use `maskwire exec`"
    if not (CGROUPS / "cgroup.controllers").exists():
        return (
            f"redirection needs control groups of version 2 at {CGROUPS}, and this system has others there: "
            "use `maskwire exec`"
        )
    if os.geteuid() != 0 and not _sudo_is_silent():
        return (
            "redirection needs an administrator's rights, and sudo would ask for a password here: docs/capture.md "
            f"shows the rule that allows this one program, {redirector()}"
        )
    return ""


def redirector() -> Path:
    """Return the program that redirects, which sudo has to allow."""
    return Path(sysconfig.get_path("scripts")) / "mitmproxy-linux-redirector"


def _sudo_is_silent() -> bool:
    """Tell whether sudo runs the redirector without a question."""
    command = ["sudo", "--non-interactive", "--list", str(redirector())]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SUDO_S, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
