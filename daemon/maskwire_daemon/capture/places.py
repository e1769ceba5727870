"""The places of this session whose settings lead programs to the proxy, by name, and how they are led."""

import os
import sys
from collections.abc import Mapping

from maskwire.errors import ControlError
from maskwire_daemon.capture import pac
from maskwire_daemon.platform.environmentd import EnvironmentFile
from maskwire_daemon.platform.system_proxy import Run, SystemProxy, run, system_proxy

LOOPBACK = "127.0.0.1"

ENVIRONMENT = "environment"
"""The place of variables; every other one is a desktop's."""

DESKTOP_VARIABLES = ("XDG_CURRENT_DESKTOP", "KDE_SESSION_VERSION")
"""What tells which desktop it is."""

KNOWN_DESKTOPS = "GNOME, KDE, macOS and Windows"


def places(environ: Mapping[str, str] = os.environ) -> dict[str, SystemProxy]:
    """Return the desktop's settings, if it is one that we know, and the file of variables where systemd reads one."""
    found: dict[str, SystemProxy] = {}
    if (desktop := system_proxy(session(environ))) is not None:
        found[desktop.name] = desktop
    if sys.platform == "linux":
        found[ENVIRONMENT] = EnvironmentFile.of(environ, run)
    return found


def session(environ: Mapping[str, str], run: Run = run) -> Mapping[str, str]:
    """Return ``environ`` with what the session's manager knows of the desktop.

    A service may start before the desktop does, and its environment then says nothing of it.
    """
    if sys.platform != "linux" or "XDG_CURRENT_DESKTOP" in environ:
        return environ
    try:
        lines = run(("systemctl", "--user", "show-environment")).splitlines()
    except ControlError:
        return environ
    known = dict(line.partition("=")[::2] for line in lines)
    return {**environ, **{name: known[name] for name in DESKTOP_VARIABLES if name in known}}


def desktop_of(found: Mapping[str, SystemProxy]) -> str:
    """Return the name of the desktop's settings, ``""`` when there is none."""
    return next((name for name in found if name != ENVIRONMENT), "")


def pac_url(port: int, script: str) -> str:
    """Return the script's address. It changes with the script, since browsers ask again only then."""
    return f"http://{LOOPBACK}:{port}{pac.PATH}?v={pac.version(script)}"
