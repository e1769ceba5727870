"""Finds the panel, and finds it again when it was restarted. IO: the session's bus.

Panels own ``org.kde.StatusNotifierWatcher``; each new owner is told of the icon anew.
Source: https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/StatusNotifierWatcher/
"""

import asyncio

from dbus_fast import Message, MessageFlag, MessageType
from dbus_fast.aio import MessageBus

WATCHER = "org.kde.StatusNotifierWatcher"

TRIES_S = (0.2, 1.0, 3.0)
"""Seconds between tries: some panels take the name a moment before they listen."""


class Watcher:
    """Registers one item with whatever panel there is."""

    def __init__(self, bus: MessageBus, item: str) -> None:
        self._bus = bus
        self._item = item
        self._appeared = asyncio.Event()

    async def follow(self) -> None:
        """Register with the panel that is there and with each that comes later, until cancelled."""
        self._bus.add_message_handler(self._heard)
        await call(self._bus, "org.freedesktop.DBus", "AddMatch", owner_rule(WATCHER))
        self._appeared.set()
        while True:
            await self._appeared.wait()
            self._appeared.clear()
            await self._register()

    async def _register(self) -> None:
        for pause_s in TRIES_S:
            if await call(self._bus, WATCHER, "RegisterStatusNotifierItem", self._item) is not None:
                return
            if self._appeared.is_set() or not await has_owner(self._bus, WATCHER):
                return
            await asyncio.sleep(pause_s)

    def _heard(self, message: Message) -> None:
        if owns(message, WATCHER):
            self._appeared.set()


def owner_rule(name: str) -> str:
    """Return the match rule of the signal that a name has another owner."""
    return f"type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='{name}'"


def owns(message: Message, name: str) -> bool:
    """Tell whether a message says that somebody took this name."""
    return message.member == "NameOwnerChanged" and message.body[0] == name and bool(message.body[2])


async def has_owner(bus: MessageBus, name: str) -> bool:
    """Tell whether somebody on the bus has this name."""
    answer = await call(bus, "org.freedesktop.DBus", "NameHasOwner", name)
    return answer is not None and bool(answer.body[0])


async def call(bus: MessageBus, name: str, member: str, text: str) -> Message | None:
    """Call a method that takes one string, at the place that goes with ``name``; ``None`` when it failed."""
    answer = await bus.call(
        Message(
            destination=name,
            path="/" + (name.rpartition(".")[2] if name == WATCHER else name.replace(".", "/")),
            interface=name,
            member=member,
            signature="s",
            body=[text],
            flags=MessageFlag.NO_AUTOSTART,
        )
    )
    return None if answer.message_type is MessageType.ERROR else answer
