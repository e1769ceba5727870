"""Installs the daemon with this system's service manager, and takes it out again. IO: the manager, one file."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from maskwire.errors import ControlError
from maskwire_daemon.platform.service_unit import LABEL, TASK, UNIT, launch_agent, scheduled_task, systemd_unit

PATIENCE_S: Final = 60.0
"""Seconds that a manager may take for one command; stopping the daemon lets open exchanges finish."""

PACKAGED: Final = tuple(Path(folder) for folder in ("/etc/systemd/user", "/usr/lib/systemd/user", "/lib/systemd/user"))
"""Where a package puts the unit for every person of the machine."""

PACKAGED_AGENT: Final = Path("/Library/LaunchAgents") / f"{LABEL}.plist"
"""Where a package puts the agent for every person of a Mac."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How one command ended, and what it said on both streams."""

    code: int
    said: str


type Runner = Callable[[Sequence[str]], Ran]


def run_command(command: Sequence[str]) -> Ran:
    """Run one command of a service manager."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=PATIENCE_S
        )
    except FileNotFoundError:
        return Ran(127, f"there is no {command[0]} here")
    except subprocess.TimeoutExpired:
        return Ran(124, f"{command[0]} did not answer")
    return Ran(done.returncode, (done.stdout + done.stderr).strip())


@dataclass(frozen=True, slots=True)
class ServiceState:
    """How the service stands. ``file`` is what describes it, ``pid`` is 0 when it does not run."""

    manager: str
    installed: bool
    active: bool
    file: str = ""
    pid: int = 0
    restarts: int = 0


class Manager(Protocol):
    """One system's service manager."""

    def install(self, *, start: bool) -> None:
        """Run the daemon at each login, and at once with ``start``; raises ``ControlError``."""

    def uninstall(self) -> None:
        """Stop it and do not run it again; nothing of ours stays with the manager; raises ``ControlError``."""

    def state(self) -> ServiceState:
        """Return how it stands."""


def manager_of(
    command: Sequence[str],
    environ: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    runner: Runner = run_command,
) -> Manager:
    """Return this system's manager, which is to run ``command``; nothing is written yet."""
    kept = {"MASKWIRE_HOME": environ["MASKWIRE_HOME"]} if environ.get("MASKWIRE_HOME") else {}
    user = Path(environ.get("HOME") or Path.home())
    if platform == "win32":
        person = f"{environ.get('USERDOMAIN', '')}\\{environ.get('USERNAME', '')}".removeprefix("\\")
        return TaskScheduler(scheduled_task(command, person), runner)
    if platform == "darwin":
        return Launchd(user / "Library" / "LaunchAgents" / f"{LABEL}.plist", launch_agent(command, kept), runner)
    config = Path(environ.get("XDG_CONFIG_HOME") or user / ".config")
    return Systemd(config / "systemd" / "user" / UNIT, systemd_unit(command, kept), runner)


@dataclass(frozen=True, slots=True)
class Systemd:
    """A user's systemd. Where a package brings the unit for everybody, this person's own choice is made over it."""

    file: Path
    text: str
    runner: Runner = run_command
    packaged: Sequence[Path] = PACKAGED

    def install(self, *, start: bool) -> None:
        """Write the unit, or take back that this person masked the packaged one."""
        if self._of_package():
            self._ask("unmask", UNIT)
        else:
            self._ask("show-environment")
            _write(self.file, self.text.encode())
            self._ask("daemon-reload")
            self._ask("enable", UNIT)
        if start:
            self._ask("restart", UNIT)

    def uninstall(self) -> None:
        """Remove the unit, or mask the packaged one for this person."""
        if self._of_package():
            self._ask("mask", "--now", UNIT)
            return
        if self.file.exists():
            self._ask("disable", "--now", UNIT)
            self.file.unlink(missing_ok=True)
            self._ask("daemon-reload")

    def state(self) -> ServiceState:
        """Ask systemd."""
        names = ("LoadState", "ActiveState", "FragmentPath", "MainPID", "NRestarts")
        said = self.runner(["systemctl", "--user", "show", UNIT, *(f"--property={name}" for name in names)])
        found = dict(line.partition("=")[::2] for line in said.said.splitlines())
        return ServiceState(
            manager="systemd",
            installed=found.get("LoadState") == "loaded",
            active=found.get("ActiveState") in ("active", "activating", "reloading"),
            file=found.get("FragmentPath", ""),
            pid=int(found.get("MainPID") or 0),
            restarts=int(found.get("NRestarts") or 0),
        )

    def _of_package(self) -> bool:
        return any((folder / UNIT).exists() for folder in self.packaged)

    def _ask(self, *words: str) -> None:
        _must(self.runner(["systemctl", "--user", *words]), "systemd")


@dataclass(frozen=True, slots=True)
class Launchd:
    """The launchd of a person's session on macOS. A package's agent for everybody is switched for this person."""

    file: Path
    text: bytes
    runner: Runner = run_command
    packaged: Path = PACKAGED_AGENT

    def install(self, *, start: bool) -> None:
        """Write the agent and load it; loading starts it, so without ``start`` it waits for the next login."""
        file = self.file
        if self.packaged.exists():
            file = self.packaged
            _must(self.runner(["launchctl", "enable", self._target]), "launchd")
        else:
            _write(file, self.text)
        if start:
            self.runner(["launchctl", "bootout", self._target])
            _must(self.runner(["launchctl", "bootstrap", f"gui/{_user_id()}", str(file)]), "launchd")

    def uninstall(self) -> None:
        """Unload the agent, and remove or disable it."""
        if self.state().active:
            _must(self.runner(["launchctl", "bootout", self._target]), "launchd")
        if self.packaged.exists():
            _must(self.runner(["launchctl", "disable", self._target]), "launchd")
        self.file.unlink(missing_ok=True)

    def state(self) -> ServiceState:
        """Ask launchd."""
        said = self.runner(["launchctl", "print", self._target])
        found = dict(line.strip().partition(" = ")[::2] for line in said.said.splitlines())
        file = self.packaged if self.packaged.exists() else self.file
        pid = int(found.get("pid") or 0) if said.code == 0 else 0
        return ServiceState("launchd", self._enabled(file), said.code == 0, str(file), pid)

    def _enabled(self, file: Path) -> bool:
        off = f'"{LABEL}" => disabled'
        return file.exists() and off not in self.runner(["launchctl", "print-disabled", f"gui/{_user_id()}"]).said

    @property
    def _target(self) -> str:
        return f"gui/{_user_id()}/{LABEL}"


@dataclass(frozen=True, slots=True)
class TaskScheduler:
    """The task scheduler of Windows."""

    text: bytes
    runner: Runner = run_command

    def install(self, *, start: bool) -> None:
        """Create the task, in place of an earlier one."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "maskwire.xml"
            file.write_bytes(self.text)
            self._ask("/Create", "/XML", str(file), "/F")
        if start:
            self._ask("/Run")

    def uninstall(self) -> None:
        """End and delete the task."""
        if self.state().installed:
            self.runner(["schtasks", "/End", "/TN", TASK])
            self._ask("/Delete", "/F")

    def state(self) -> ServiceState:
        """Ask PowerShell: what schtasks says is in the system's language."""
        asked = f"(Get-ScheduledTask -TaskName {TASK} -ErrorAction Stop).State"
        found = self.runner(["powershell", "-NoProfile", "-NonInteractive", "-Command", asked])
        return ServiceState("task scheduler", found.code == 0, found.said == "Running", TASK)

    def _ask(self, action: str, *words: str) -> None:
        _must(self.runner(["schtasks", action, "/TN", TASK, *words]), "the task scheduler")


def _must(ran: Ran, manager: str) -> None:
    if ran.code:
        raise ControlError(f"{manager} refused: {ran.said or f'exit code {ran.code}'}")


def _write(file: Path, text: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    fresh.write_bytes(text)
    fresh.replace(file)


def _user_id() -> int:
    return os.getuid() if sys.platform != "win32" else 0
