"""Which kind of tray this session can have. IO: a look at the environment and the session's bus."""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Kind(StrEnum):
    """What shows the icon."""

    SNI = "StatusNotifierItem"
    APPINDICATOR = "AppIndicator"
    NATIVE = "the system's own"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Desktop:
    """How an icon can be shown. ``note`` is a sentence for the person: why none is shown, or not yet."""

    kind: Kind
    address: str = ""
    note: str = ""


NO_SCREEN = "there is no tray here: this session has no D-Bus and no panel; `maskwire status` tells the same"
"""What is said where no desktop runs, as on a server."""

WAITING = (
    "no panel shows icons yet: waiting for one. GNOME needs the extension AppIndicator and KStatusNotifierItem "
    "Support; `maskwire status` tells the same"
)
"""What is said where a desktop runs whose panel takes no icons."""


def bus_address(environ: Mapping[str, str]) -> str:
    """Return the address of the session's bus, empty when there is none.

    Source: https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-types-login
    """
    if address := environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return address
    runtime = environ.get("XDG_RUNTIME_DIR")
    socket = Path(runtime) / "bus" if runtime else None
    return f"unix:path={socket}" if socket is not None and socket.is_socket() else ""


def look(environ: Mapping[str, str], platform: str = sys.platform) -> Desktop:
    """Return what this session can show."""
    if platform != "linux":
        return Desktop(Kind.NATIVE)
    address = bus_address(environ)
    found = asyncio.run(_ask(address)) if address else None
    if found is not None and found.kind is Kind.SNI and not found.note:
        return found
    if environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        from maskwire_tray.toolkit import appindicator

        if address and appindicator() is not None:
            return Desktop(Kind.APPINDICATOR, address)
    return found or Desktop(Kind.NONE, note=NO_SCREEN)


async def _ask(address: str) -> Desktop | None:
    """Return what the bus tells, ``None`` when it does not answer."""
    from dbus_fast import DBusFastError
    from dbus_fast.aio import MessageBus

    from maskwire_tray.sni.watcher import WATCHER, has_owner

    try:
        bus = await MessageBus(bus_address=address).connect()
    except (OSError, EOFError, DBusFastError):
        return None
    try:
        return Desktop(Kind.SNI, address, "" if await has_owner(bus, WATCHER) else WAITING)
    finally:
        bus.disconnect()
