"""Does what was chosen in the menu. IO: the control API, the `maskwire` command, the clipboard."""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from maskwire_client import Client, ControlError
from maskwire_tray.choices import AtLogin, Capture, Choice, Do, Pause, SetMode
from maskwire_tray.clipboard import copy
from maskwire_tray.notices import Notice

MORNING = 6
"""The hour at which "until tomorrow morning" ends: before work begins, and after late work ended."""

DAY_MINUTES = 24 * 60.0
"""The longest pause that the daemon takes."""

SOON_MINUTES = 120.0
"""A morning that is nearer than this is this one, not the next: who pauses at five does not mean an hour."""

COMMAND_S = 30.0
"""Seconds that a command of ours may take on a busy machine."""


class LoginSwitch(Protocol):
    """Whether the icon is shown at login, as the desktop keeps it."""

    def enabled(self) -> bool | None:
        """Tell, or return ``None`` where it cannot be set."""

    def switch(self, *, on: bool) -> None:
        """Set it.

        Raises:
            OSError: the desktop's folder cannot be written.
        """


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the tray is given by whoever starts it.

    ``program`` runs `maskwire`, ``start`` starts a daemon and raises ``ControlError`` with the reason when it cannot.
    """

    program: Sequence[str]
    start: Callable[[], object]
    at_login: LoginSwitch
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)


class Acting:
    """One method for each sort of choice. What the person should hear is returned, what fails raises."""

    def __init__(self, around: Surroundings, client: Callable[[], Client]) -> None:
        self._around = around
        self._client = client

    def do(self, choice: Choice) -> Notice | None:
        """Do it; may take as long as the daemon takes.

        Raises:
            ControlError: the daemon refused or is gone.
            OSError: a program or file cannot be used.
        """
        match choice:
            case Pause(minutes, floor):
                length = until_morning(datetime.now().astimezone()) if minutes is None else minutes
                self._client().pause(length, floor=floor)
            case SetMode(host, mode):
                self._client().set_host(host, mode)
            case AtLogin(on):
                self._around.at_login.switch(on=on)
            case Do.RESUME:
                self._client().resume()
            case Do.START:
                self._around.start()
            case Do.STOP_AND_QUIT:
                self._client().shutdown()
            case Do.OPEN:
                return self._opened(self._run("open"))
            case Do.COPY_PROXY:
                return self._copied("Proxy settings", self._run("env"), "`maskwire env` prints them.")
            case Do.COPY_EXEC:
                return self._copied("Command", EXEC, f"Start the program from a terminal by {EXEC}")
            case Capture(mode, on):
                return Notice("Protect an app", self._run("capture", "on" if on else "off", mode).strip())
            case _:
                return None
        return None

    def _run(self, *arguments: str) -> str:
        """Run a command of ours and return what it printed."""
        done = subprocess.run(
            [*self._around.program, *arguments],
            env=dict(self._around.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_S,
            check=False,
        )
        if done.returncode:
            said = done.stderr.strip().splitlines() or [f"it left with {done.returncode}"]
            raise ControlError(f"`maskwire {' '.join(arguments)}` failed: {said[-1]}")
        return done.stdout

    def _opened(self, said: str) -> Notice | None:
        """Say where the dashboard is when there was no browser to open it: the command prints the address then."""
        if not said.startswith("http"):
            return None
        return self._copied("Dashboard's address", said.strip(), "`maskwire open --print` prints it.", "a browser")

    def _copied(self, what: str, text: str, otherwise: str, where: str = "a terminal") -> Notice:
        if copy(text, self._around.environ):
            return Notice(f"{what} copied", f"Paste it into {where}.")
        return Notice(what, f"This desktop has no program for the clipboard (wl-copy, xclip). {otherwise}")


EXEC = "maskwire exec -- "
"""What stands before the command of a program that is to be protected."""


def until_morning(now: datetime) -> float:
    """Return the minutes until the next morning, a day at most."""
    morning = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    while (morning - now) < timedelta(minutes=SOON_MINUTES):
        morning += timedelta(days=1)
    return min((morning - now) / timedelta(minutes=1), DAY_MINUTES)
