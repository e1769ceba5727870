"""The icon on a real bus: panels see it, read it, click it, are restarted; the bus ends."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from dbus_fast import Message, Variant
from dbus_fast.aio import MessageBus

from maskwire_tray.acting import Surroundings
from maskwire_tray.app import App
from maskwire_tray.desktop import Desktop, Kind, look
from maskwire_tray.icons import SIZES, Face, Panel, draw_all
from maskwire_tray.sni.appearance import follow
from maskwire_tray.sni.icon import SniIcon
from maskwire_tray.toolkit import Menu, MenuItem
from tests.e2e.keyring_session import Session, session
from tests.fakes.sni import FakePanel, Icon, until

LABELS = ["State", "Pause", "5 minutes", "Loud", "Quiet", "EMAIL_ADDRESS & <b>"]


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Session]:
    with session(tmp_path, activation=False) as made:
        yield made


def address(desktop: Session) -> str:
    return desktop.environment["DBUS_SESSION_BUS_ADDRESS"]


def menu(pressed: list[str]) -> Any:
    def item(label: str, **more: Any) -> Any:
        return MenuItem(label, lambda: pressed.append(label), **more)

    return Menu(
        MenuItem("State", None, enabled=False),
        Menu.SEPARATOR,
        MenuItem("Pause", Menu(item("5 minutes"))),
        item("Loud", checked=lambda _: True),
        item("Quiet", checked=lambda _: False, radio=True),
        item("EMAIL_ADDRESS & <b>"),
    )


@asynccontextmanager
async def shown(desktop: Session, pressed: list[str]) -> AsyncIterator[SniIcon]:
    """Run an icon on a thread, as an application's main thread would."""
    icon = SniIcon("maskwire", address(desktop), "maskwire: fine")
    icon.menu = menu(pressed)
    icon.icon = draw_all(Face.PROTECTING)
    thread = threading.Thread(target=icon.run)
    thread.start()
    try:
        yield icon
    finally:
        await asyncio.to_thread(icon.stop)
        await asyncio.to_thread(thread.join, 20)
        assert not thread.is_alive()


async def test_a_panel_gets_picture_title_and_menu(desktop: Session) -> None:
    async with FakePanel(address(desktop)) as panel, shown(desktop, []):
        icon = await panel.icon()
        found = await icon.properties()

        assert (found["Id"], found["Title"], found["Status"]) == ("maskwire", "maskwire: fine", "Active")
        assert found["ToolTip"][2] == "maskwire: fine"
        assert found["ItemIsMenu"]
        assert [(width, height) for width, height, _ in found["IconPixmap"]] == [(size, size) for size in SIZES]
        assert all(len(pixels) == width * height * 4 for width, height, pixels in found["IconPixmap"])
        assert await icon.labels() == LABELS
        assert [(r.label, r.on) for r in await icon.rows() if r.on is not None] == [("Loud", True), ("Quiet", False)]


async def test_a_click_reaches_its_item_and_no_other(desktop: Session) -> None:
    pressed: list[str] = []
    async with FakePanel(address(desktop)) as panel, shown(desktop, pressed):
        icon = await panel.icon()
        await icon.click("5 minutes")
        await icon.click("EMAIL")
        await icon.click("State")

        assert pressed == ["5 minutes", "EMAIL_ADDRESS & <b>"]


async def test_what_panels_ask_is_answered(desktop: Session) -> None:
    pressed: list[str] = []
    async with FakePanel(address(desktop)) as panel, shown(desktop, pressed):
        icon = await panel.icon()
        pause = (await icon.row("Pause")).id
        _, (number, own, below) = await icon.menu_call("GetLayout", "iias", pause, 0, ["label"])
        asked = await icon.menu_call("AboutToShowGroup", "ai", [pause, 999])
        five = (await icon.row("5 minutes")).id
        missing = await icon.menu_call("EventGroup", "a(isvu)", [[five, "clicked", Variant("s", ""), 0]] * 2)
        one = await icon.menu_call("GetProperty", "is", pause, "label")
        group = await icon.menu_call("GetGroupProperties", "aias", [pause, 999], ["children-display"])

        assert (number, own["label"].value, list(own), below) == (pause, "Pause", ["label"], [])
        assert await icon.menu_call("AboutToShow", "i", 0) == [False]
        assert asked == [[], [999]]
        assert (missing, pressed) == ([[]], ["5 minutes", "5 minutes"])
        assert one[0].value == "Pause"
        assert [(row[0], {k: v.value for k, v in row[1].items()}) for row in group[0]] == [
            (pause, {"children-display": "submenu"})
        ]
        with pytest.raises(LookupError, match="InvalidArgs"):
            await icon.menu_call("AboutToShow", "i", 999)
        with pytest.raises(LookupError, match="UnknownMethod"):
            await icon.call("/StatusNotifierItem", "org.kde.StatusNotifierItem", "Activate", "ii", 0, 0)


async def test_changes_are_signalled_as_what_they_are(desktop: Session) -> None:
    async with FakePanel(address(desktop)) as panel, shown(desktop, []) as app:
        icon = await panel.icon()
        before = [row.id for row in await icon.rows()]
        icon.signals.clear()
        app.menu = Menu(MenuItem("Other state", None, enabled=False), *menu([]).items[1:])
        await until(icon.labels, lambda found: found[0] == "Other state")
        signals = list(icon.signals)
        app.title = "maskwire: paused"
        app.icon = draw_all(Face.PAUSED, Panel.DARK)
        app.menu = Menu(MenuItem("Nothing", lambda: None))
        await until(icon.labels, lambda found: found == ["Nothing"])

        assert signals == ["ItemsPropertiesUpdated"]
        assert {"NewTitle", "NewToolTip", "NewIcon", "LayoutUpdated"} <= set(icon.signals)
        assert (await icon.properties())["Title"] == "maskwire: paused"
        assert (await icon.rows())[0].id not in before


async def test_a_click_on_a_line_that_is_gone_does_nothing(desktop: Session) -> None:
    pressed: list[str] = []
    async with FakePanel(address(desktop)) as panel, shown(desktop, pressed) as app:
        icon = await panel.icon()
        old = (await icon.row("Loud")).id
        app.menu = Menu(MenuItem("Dangerous", lambda: pressed.append("Dangerous")))
        await until(icon.labels, lambda found: found == ["Dangerous"])
        with pytest.raises(LookupError, match="InvalidArgs"):
            await icon.press(old)

        assert pressed == []


async def test_a_restarted_panel_gets_the_icon_again(desktop: Session) -> None:
    async with shown(desktop, []):
        async with FakePanel(address(desktop)) as first:
            await first.icon()
        async with FakePanel(address(desktop)) as second:
            assert await (await second.icon()).labels() == LABELS


async def test_a_panel_that_listens_late_gets_the_icon_too(desktop: Session) -> None:
    async with shown(desktop, []), FakePanel(address(desktop), deaf_s=0.5) as panel:
        assert await (await panel.icon()).labels() == LABELS


async def test_a_hidden_icon_says_so(desktop: Session) -> None:
    async def status() -> str:
        return str((await icon.properties())["Status"])

    async with FakePanel(address(desktop)) as panel, shown(desktop, []) as app:
        icon: Icon = await panel.icon()
        app.visible = False
        assert await until(status, lambda found: found == "Passive")
        app.visible = True
        assert await until(status, lambda found: found == "Active")


async def test_a_notification_goes_to_whoever_shows_them(desktop: Session) -> None:
    heard: list[Message] = []
    bus = await MessageBus(bus_address=address(desktop)).connect()

    def answer(message: Message) -> Message | None:
        if message.member not in ("Notify", "CloseNotification"):
            return None
        heard.append(message)
        return Message.new_method_return(message, "u", [7]) if message.member == "Notify" else None

    bus.add_message_handler(answer)
    await bus.request_name("org.freedesktop.Notifications")
    async with shown(desktop, []) as app:
        app.notify("a < b", "Title")
        app.notify("again")
        app.remove_notification()
        await until(lambda: asyncio.sleep(0, len(heard)), lambda count: count == 3)
    bus.disconnect()
    first, second, third = (message.body for message in heard)

    assert first[1:5] == [0, "", "Title", "a &lt; b"]
    assert list(first[6]["image-data"].value[:2]) == [48, 48]
    assert second[1:5] == [7, "", "maskwire: fine", "again"]
    assert third == [7]


async def test_the_icon_ends_with_its_session(tmp_path: Path) -> None:
    with session(tmp_path, activation=False) as desktop:
        icon = SniIcon("maskwire", address(desktop))
        icon.icon = draw_all(Face.ERROR)
        thread = threading.Thread(target=icon.run)
        thread.start()
        async with FakePanel(address(desktop)) as panel:
            await panel.icon()
    await asyncio.to_thread(thread.join, 20)

    assert not thread.is_alive()


def test_whatever_first_finds_the_bus_gone_ends_the_icon(desktop: Session) -> None:
    asked = []

    def gone(panel: Panel) -> None:
        asked.append(panel)
        raise OSError(9, "Bad file descriptor")

    icon = SniIcon("maskwire", address(desktop), on_panel=gone)
    icon.icon = draw_all(Face.ERROR)
    icon.run()

    assert asked


def test_no_bus_is_said_and_does_not_hang(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="the session's D-Bus cannot be used"):
        SniIcon("maskwire", f"unix:path={tmp_path}/nobody").run()


async def test_a_session_is_known_by_its_bus_and_panel(desktop: Session) -> None:
    async def asked() -> tuple[Kind, bool]:
        found = await asyncio.to_thread(look, {"DBUS_SESSION_BUS_ADDRESS": address(desktop)}, "linux")
        return found.kind, bool(found.note)

    await until(asked, lambda found: found == (Kind.SNI, True))  # the panel of the test before may still be leaving
    async with FakePanel(address(desktop)):
        await until(asked, lambda found: found == (Kind.SNI, False))


@asynccontextmanager
async def portal(desktop: Session, scheme: int) -> AsyncIterator[MessageBus]:
    """Answer for the desktop portal, which wraps its settings twice."""
    bus = await MessageBus(bus_address=address(desktop)).connect()
    bus.add_message_handler(
        lambda m: (
            Message.new_method_return(m, "v", [Variant("v", Variant("u", scheme))]) if m.member == "Read" else None
        )
    )
    await bus.request_name("org.freedesktop.portal.Desktop")
    try:
        yield bus
    finally:
        bus.disconnect()


async def test_the_desktop_says_whether_it_is_dark_and_when_that_changes(desktop: Session) -> None:
    told: list[Panel] = []

    async def heard() -> list[Panel]:
        return told

    icon = SniIcon("maskwire", address(desktop), on_panel=told.append)
    icon.icon = draw_all(Face.ERROR)
    thread = threading.Thread(target=icon.run)
    async with portal(desktop, 1) as bus:
        thread.start()
        await until(heard, lambda found: found == [Panel.DARK])
        for scheme in (2, 0):
            await bus.send(
                Message.new_signal(
                    "/org/freedesktop/portal/desktop",
                    "org.freedesktop.portal.Settings",
                    "SettingChanged",
                    "ssv",
                    ["org.freedesktop.appearance", "color-scheme", Variant("u", scheme)],
                )
            )
        await until(heard, lambda found: len(found) == 3)
    await asyncio.to_thread(icon.stop)
    await asyncio.to_thread(thread.join, 20)

    assert told == [Panel.DARK, Panel.LIGHT, Panel.UNKNOWN]


async def test_gnomes_panel_is_always_dark(desktop: Session) -> None:
    told: list[Panel] = []
    bus = await MessageBus(bus_address=address(desktop)).connect()
    await follow(bus, {"XDG_CURRENT_DESKTOP": "ubuntu:GNOME"}, told.append)
    bus.disconnect()

    assert told == [Panel.DARK]


async def test_a_portal_that_comes_later_is_asked_then(desktop: Session) -> None:
    told: list[Panel] = []

    async def heard() -> list[Panel]:
        return told

    bus = await MessageBus(bus_address=address(desktop)).connect()
    async with asyncio.TaskGroup() as group:
        following = group.create_task(follow(bus, {}, told.append))
        await until(heard, lambda found: found == [Panel.UNKNOWN])
        async with portal(desktop, 2):
            await until(heard, lambda found: found == [Panel.UNKNOWN, Panel.LIGHT])
        following.cancel()
    bus.disconnect()


class BrokenSwitch:
    """Fails as no caller expects."""

    def enabled(self) -> bool | None:
        raise ZeroDivisionError

    def switch(self, *, on: bool) -> None:
        raise ZeroDivisionError


def test_an_icon_that_fails_inside_goes_away_instead_of_showing_what_was(desktop: Session, tmp_path: Path) -> None:
    around = Surroundings(["maskwire"], lambda: None, BrokenSwitch(), {"MASKWIRE_HOME": str(tmp_path)})

    with pytest.raises(ZeroDivisionError):
        App(around, Desktop(Kind.SNI, address(desktop))).run()
