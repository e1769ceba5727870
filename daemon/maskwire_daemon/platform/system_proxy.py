"""The proxy settings of a desktop, behind one interface: each place that keeps them is a table of names and texts.

A name that is not set has the value ``None``, so that "as it was" includes "was not there". Standard library only,
since the process that watches over a killed daemon needs it too. IO: runs the system's own commands.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from maskwire.errors import ControlError

type Values = Mapping[str, str | None]
"""Settings by name, each as its place spells it; ``None`` is not set."""

type Run = Callable[[Sequence[str]], str]
"""Runs a command and returns what it printed."""

COMMAND_S = 10.0
"""Seconds that a command of the system may take: the first one after a login starts services."""

HIDDEN = "another proxy"
"""Shown in place of an address of which nothing is sure to be public."""

LOCAL = ("localhost", "127.0.0.0/8", "::1")
"""What never goes through a proxy, as GNOME writes it."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where traffic is led: by the script at ``pac_url``, or all of it to ``host:port`` when that is empty.

    ``variables`` are those that lead programs without a desktop's settings.
    """

    host: str
    port: int
    pac_url: str = ""
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class SystemProxy(Protocol):
    """One place that keeps proxy settings."""

    @property
    def name(self) -> str:
        """What the place is called in files and sentences."""

    def read(self) -> Values:
        """Return its settings as they are now.

        Raises:
            ControlError: they cannot be read.
        """

    def wanted(self, way: Way) -> Values:
        """Return what has to be set for ``way``; in this order, since the last one switches it on."""

    def write(self, values: Values) -> None:
        """Set or unset the settings of these names, and no others.

        Raises:
            ControlError: they cannot be written.
        """

    def other(self, values: Values) -> str:
        """Return the proxy or script that ``values`` lead to, ``""`` when they lead straight out.

        It may hold a password: only what ``shown`` makes of it is for people.
        """


def shown(address: str) -> str:
    """Return a proxy's or script's address as it may be shown: without user, password or query, however spelled."""
    before, _, bare = address.rpartition("@")
    if re.search("[?#]", before):
        return HIDDEN  # where a password ends and a query begins cannot be told
    return re.split("[?#/]" if before else "[?#]", bare)[0] or HIDDEN


def run(command: Sequence[str]) -> str:
    """Run a command of the system and return its output.

    Raises:
        ControlError: it is missing, failed or took too long.
    """
    try:
        done = subprocess.run(
            list(command), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=COMMAND_S, check=True
        )
    except FileNotFoundError:
        raise ControlError(f"the system's proxy settings need the program {command[0]}: install it") from None
    except (OSError, subprocess.SubprocessError) as e:
        raise ControlError(f"{command[0]} failed ({type(e).__name__}): the system's proxy settings stay") from e
    return done.stdout


def system_proxy(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> SystemProxy | None:
    """Return the place where this person's desktop keeps its settings, ``None`` when it is none that we know."""
    if platform == "darwin":
        from maskwire_daemon.platform.macos import MacProxy

        return MacProxy(run)
    if platform == "win32":
        from maskwire_daemon.platform.windows import WindowsProxy

        return WindowsProxy(run)
    desktops = {word.upper() for word in environ.get("XDG_CURRENT_DESKTOP", "").split(":")}
    if "KDE" in desktops:
        from maskwire_daemon.platform.kde import KdeProxy

        return KdeProxy.of(environ, run)
    if desktops & GNOME_DESKTOPS:
        from maskwire_daemon.platform.gnome import GnomeProxy

        return GnomeProxy(run)
    return None


GNOME_DESKTOPS = frozenset({"GNOME", "UNITY", "X-CINNAMON", "CINNAMON", "BUDGIE", "PANTHEON", "MATE", "XFCE", "DEEPIN"})
"""Desktops whose settings are GNOME's, or whose browsers read those.

Source: https://chromium.googlesource.com/chromium/src/+/main/base/nix/xdg_util.cc
"""
