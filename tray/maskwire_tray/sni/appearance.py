"""Whether panels are light or dark here, now and when that changes. IO: the desktop portal, over the session's bus.

Source: https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html
"""

import asyncio
from collections.abc import Callable, Mapping

from dbus_fast import Message, MessageFlag, MessageType, Variant
from dbus_fast.aio import MessageBus

from maskwire_tray.icons import Panel
from maskwire_tray.sni.watcher import call, owner_rule, owns

PATIENCE_S = 5.0
"""Seconds that the portal may take; until then the icon is one that can be seen on both."""

ALWAYS_DARK = frozenset({"GNOME", "Unity"})
"""Desktops whose panel is dark whatever the applications are."""

_PORTAL = "org.freedesktop.portal.Desktop"
_SETTINGS = "org.freedesktop.portal.Settings"
_KEY = ["org.freedesktop.appearance", "color-scheme"]
_RULE = f"type='signal',interface='{_SETTINGS}',member='SettingChanged',arg0='{_KEY[0]}',arg1='{_KEY[1]}'"
_SCHEMES: Mapping[int, Panel] = {1: Panel.DARK, 2: Panel.LIGHT}


async def follow(bus: MessageBus, environ: Mapping[str, str], heard: Callable[[Panel], None]) -> None:
    """Tell ``heard`` what the icon stands on, and each change of it, until cancelled.

    The portal is never started for this: in a session without a screen it could not run. When it comes it is asked.
    """
    if ALWAYS_DARK & set(environ.get("XDG_CURRENT_DESKTOP", "").split(":")):
        heard(Panel.DARK)
        return

    appeared = asyncio.Event()

    def changed(message: Message) -> None:
        if owns(message, _PORTAL):
            appeared.set()
        if message.interface == _SETTINGS and message.member == "SettingChanged" and message.body[:2] == _KEY:
            heard(_panel(message.body[2]))

    bus.add_message_handler(changed)
    for rule in (_RULE, owner_rule(_PORTAL)):
        await call(bus, "org.freedesktop.DBus", "AddMatch", rule)
    appeared.set()
    while True:
        await appeared.wait()
        appeared.clear()
        heard(await _ask(bus))


async def _ask(bus: MessageBus) -> Panel:
    question = Message(
        destination=_PORTAL,
        path="/org/freedesktop/portal/desktop",
        interface=_SETTINGS,
        member="Read",
        signature="ss",
        body=_KEY,
        flags=MessageFlag.NO_AUTOSTART,
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            answer = await bus.call(question)
    except TimeoutError:
        return Panel.UNKNOWN
    return Panel.UNKNOWN if answer.message_type is MessageType.ERROR else _panel(answer.body[0])


def _panel(value: object) -> Panel:
    """Return what a setting means, inside one variant or two: older portals wrap it twice."""
    while isinstance(value, Variant):
        value = value.value
    return _SCHEMES.get(value, Panel.UNKNOWN) if isinstance(value, int) else Panel.UNKNOWN
