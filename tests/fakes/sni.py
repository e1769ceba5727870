"""A panel in miniature: it takes in icons over D-Bus, reads their menus and clicks, as GNOME, KDE and Xfce do."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from dbus_fast import Message, MessageType, PropertyAccess, Variant, unpack_variants
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusBool, DBusStr
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property

WATCHER = "org.kde.StatusNotifierWatcher"
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Row:
    """One line of a menu as the panel got it."""

    id: int
    depth: int
    properties: dict[str, Any]

    @property
    def label(self) -> str:
        return str(self.properties.get("label", "")).replace("__", "_")

    @property
    def on(self) -> bool | None:
        state = self.properties.get("toggle-state")
        return None if state is None else bool(state)


class _Watcher(ServiceInterface):
    def __init__(self, registered: "asyncio.Queue[str]") -> None:
        super().__init__(WATCHER)
        self._registered = registered

    @dbus_method("RegisterStatusNotifierItem")
    def register(self, service: DBusStr) -> None:
        self._registered.put_nowait(service)

    @dbus_property(PropertyAccess.READ, "IsStatusNotifierHostRegistered")
    def has_host(self) -> DBusBool:
        return True


@dataclass
class Icon:
    """One icon that registered, as the panel reaches it."""

    bus: MessageBus
    name: str
    signals: list[str] = field(default_factory=list)

    async def call(self, path: str, interface: str, member: str, signature: str = "", *body: Any) -> list[Any]:
        answer = await self.bus.call(
            Message(
                destination=self.name,
                path=path,
                interface=interface,
                member=member,
                signature=signature,
                body=list(body),
            )
        )
        if answer.message_type is MessageType.ERROR:
            raise LookupError(f"{member}: {answer.error_name}")
        found: list[Any] = answer.body
        return found

    async def properties(self) -> dict[str, Any]:
        got = await self.call(
            "/StatusNotifierItem", "org.freedesktop.DBus.Properties", "GetAll", "s", "org.kde.StatusNotifierItem"
        )
        found: dict[str, Any] = unpack_variants(got[0])
        return found

    async def menu_call(self, member: str, signature: str = "", *body: Any) -> list[Any]:
        return await self.call("/StatusNotifierItem/Menu", "com.canonical.dbusmenu", member, signature, *body)

    async def rows(self) -> list[Row]:
        _, (_, _, children) = await self.menu_call("GetLayout", "iias", 0, -1, [])
        found: list[Row] = []

        def walk(node: Variant, depth: int) -> None:
            number, properties, below = node.value
            found.append(Row(number, depth, unpack_variants(properties)))
            for child in below:
                walk(child, depth + 1)

        for child in children:
            walk(child, 0)
        return found

    async def labels(self) -> list[str]:
        return [row.label for row in await self.rows() if row.label]

    async def row(self, label: str, under: str = "") -> Row:
        """Return the first line whose label starts with ``label``, after the one that starts with ``under``."""
        rows = await self.rows()
        start = next((at for at, r in enumerate(rows) if r.label.startswith(under)), len(rows)) if under else 0
        for row in rows[start:]:
            if row.label.startswith(label):
                return row
        raise LookupError(f"{label!r} is not in {[row.label for row in rows]}")

    async def click(self, label: str, under: str = "") -> None:
        await self.press((await self.row(label, under)).id)

    async def press(self, number: int) -> None:
        await self.menu_call("Event", "isvu", number, "clicked", Variant("s", ""), 0)


class FakePanel:
    """Owns the watcher's name while it is entered; an icon that registers is handed out by ``icon``.

    ``deaf_s`` are seconds in which it has the name already and answers nothing, as panels do while they start.
    """

    def __init__(self, address: str, deaf_s: float = 0) -> None:
        self._address = address
        self._deaf_s = deaf_s
        self._registered: asyncio.Queue[str] = asyncio.Queue()
        self._icons: dict[str, Icon] = {}

    async def __aenter__(self) -> Self:
        self._bus = await MessageBus(bus_address=self._address).connect()
        self._bus.add_message_handler(self._heard)
        await self._bus.request_name(WATCHER)
        await asyncio.sleep(self._deaf_s)
        self._bus.export("/StatusNotifierWatcher", _Watcher(self._registered))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bus.disconnect()
        await asyncio.sleep(0)

    async def icon(self) -> Icon:
        """Return the next icon that registers."""
        name = await asyncio.wait_for(self._registered.get(), PATIENCE_S)
        made = self._icons[name] = Icon(self._bus, name)
        rule = f"type='signal',sender='{name}'"
        await self._bus.call(
            Message(
                destination="org.freedesktop.DBus",
                path="/org/freedesktop/DBus",
                interface="org.freedesktop.DBus",
                member="AddMatch",
                signature="s",
                body=[rule],
            )
        )
        return made

    def _heard(self, message: Message) -> None:
        if message.message_type is MessageType.SIGNAL and message.interface in (
            "org.kde.StatusNotifierItem",
            "com.canonical.dbusmenu",
        ):
            for icon in self._icons.values():
                icon.signals.append(str(message.member))


async def until[T](ask: Callable[[], Awaitable[T]], good: Callable[[T], bool]) -> T:
    """Ask again and again until the answer is good, and return it."""
    end = time.monotonic() + PATIENCE_S
    while True:
        answer = await ask()
        if good(answer):
            return answer
        assert time.monotonic() < end, f"still {answer!r}"
        await asyncio.sleep(0.05)
