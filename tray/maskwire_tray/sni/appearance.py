"""Whether panels are light or dark here. IO: the desktop portal, over the session's bus.

Source: https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html
"""

import asyncio
from collections.abc import Mapping

from dbus_fast import Message, MessageFlag, MessageType, Variant
from dbus_fast.aio import MessageBus

from maskwire_tray.icons import Panel

PATIENCE_S = 1.0
"""Seconds that the portal may take; without it an icon is drawn that can be seen on both."""

ALWAYS_DARK = frozenset({"GNOME", "Unity"})
"""Desktops whose panel is dark whatever the applications are."""

_SCHEMES: Mapping[int, Panel] = {1: Panel.DARK, 2: Panel.LIGHT}


async def panel_of(bus: MessageBus, environ: Mapping[str, str]) -> Panel:
    """Return what the icon will stand on."""
    if ALWAYS_DARK & set(environ.get("XDG_CURRENT_DESKTOP", "").split(":")):
        return Panel.DARK
    question = Message(
        destination="org.freedesktop.portal.Desktop",
        path="/org/freedesktop/portal/desktop",
        interface="org.freedesktop.portal.Settings",
        member="Read",
        signature="ss",
        body=["org.freedesktop.appearance", "color-scheme"],
        flags=MessageFlag.NO_AUTOSTART,
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            answer = await bus.call(question)
    except TimeoutError:
        return Panel.UNKNOWN
    if answer.message_type is MessageType.ERROR:
        return Panel.UNKNOWN
    return _SCHEMES.get(_plain(answer.body[0]), Panel.UNKNOWN)


def _plain(value: object) -> int:
    """Return the number inside nested variants: older portals wrap it twice."""
    while isinstance(value, Variant):
        value = value.value
    return value if isinstance(value, int) else 0
