"""The icon on the bus: ``org.kde.StatusNotifierItem``.

It says that it is a menu (``ItemIsMenu``) and has no ``Activate``: a left click opens the menu, on every panel.
Source: https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/StatusNotifierItem/
"""

from collections.abc import Sequence
from typing import Annotated, Any

from dbus_fast import PropertyAccess
from dbus_fast.annotations import DBusBool, DBusInt32, DBusObjectPath, DBusSignature, DBusStr
from dbus_fast.service import ServiceInterface, dbus_property, dbus_signal

from maskwire_tray.sni.pixels import Pixmap

ITEM_PATH = "/StatusNotifierItem"
"""Where panels look for an item that registered by a name."""

MENU_PATH = "/StatusNotifierItem/Menu"

Pixmaps = Annotated[list[Pixmap], DBusSignature("a(iiay)")]
ToolTip = Annotated[list[Any], DBusSignature("(sa(iiay)ss)")]


class ItemService(ServiceInterface):
    """Answers a panel about the icon. Used on the bus's loop alone."""

    def __init__(self, name: str) -> None:
        super().__init__("org.kde.StatusNotifierItem")
        self._id = name
        self._pixmaps: list[Pixmap] = []
        self._text = name
        self._shown = False

    def picture(self, pixmaps: Sequence[Pixmap]) -> None:
        """Show another picture."""
        self._pixmaps = list(pixmaps)
        self._new_icon()

    def text(self, text: str) -> None:
        """Say something else when the pointer rests on the icon."""
        self._text = text
        self._new_title()
        self._new_tool_tip()

    def show(self, *, shown: bool) -> None:
        """Show the icon or hide it."""
        self._shown = shown
        self._new_status()

    @dbus_property(PropertyAccess.READ, "Category")
    def _category(self) -> DBusStr:
        return "SystemServices"

    @dbus_property(PropertyAccess.READ, "Id")
    def _identity(self) -> DBusStr:
        return self._id

    @dbus_property(PropertyAccess.READ, "Title")
    def _title(self) -> DBusStr:
        return self._text

    @dbus_property(PropertyAccess.READ, "Status")
    def _status(self) -> DBusStr:
        return "Active" if self._shown else "Passive"

    @dbus_property(PropertyAccess.READ, "WindowId")
    def _window(self) -> DBusInt32:
        return 0

    @dbus_property(PropertyAccess.READ, "IconName")
    def _icon_name(self) -> DBusStr:
        return ""

    @dbus_property(PropertyAccess.READ, "IconPixmap")
    def _icon(self) -> Pixmaps:
        return self._pixmaps

    @dbus_property(PropertyAccess.READ, "OverlayIconName")
    def _overlay_name(self) -> DBusStr:
        return ""

    @dbus_property(PropertyAccess.READ, "OverlayIconPixmap")
    def _overlay(self) -> Pixmaps:
        return []

    @dbus_property(PropertyAccess.READ, "AttentionIconName")
    def _attention_name(self) -> DBusStr:
        return ""

    @dbus_property(PropertyAccess.READ, "AttentionIconPixmap")
    def _attention(self) -> Pixmaps:
        return []

    @dbus_property(PropertyAccess.READ, "AttentionMovieName")
    def _movie(self) -> DBusStr:
        return ""

    @dbus_property(PropertyAccess.READ, "ToolTip")
    def _tool_tip(self) -> ToolTip:
        return ["", [], self._text, ""]

    @dbus_property(PropertyAccess.READ, "ItemIsMenu")
    def _is_menu(self) -> DBusBool:
        return True

    @dbus_property(PropertyAccess.READ, "Menu")
    def _menu(self) -> DBusObjectPath:
        return MENU_PATH

    @dbus_signal("NewIcon")
    def _new_icon(self) -> None:
        pass

    @dbus_signal("NewTitle")
    def _new_title(self) -> None:
        pass

    @dbus_signal("NewToolTip")
    def _new_tool_tip(self) -> None:
        pass

    @dbus_signal("NewStatus")
    def _new_status(self) -> DBusStr:
        return "Active" if self._shown else "Passive"
