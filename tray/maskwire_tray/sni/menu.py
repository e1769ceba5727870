"""The menu on the bus: ``com.canonical.dbusmenu``.

Source: https://github.com/AyatanaIndicators/libdbusmenu/blob/master/libdbusmenu-glib/dbus-menu.xml
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from dbus_fast import DBusError, ErrorType, PropertyAccess, Variant
from dbus_fast.annotations import DBusBool, DBusInt32, DBusSignature, DBusStr, DBusUInt32, DBusVariant
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal

from maskwire_tray.sni.layout import DEFAULTS, ROOT, Node, Value, changed

VERSION = 3
"""The protocol's version that all panels of today speak."""

_SIGNATURES: Mapping[type[Value], str] = {str: "s", bool: "b", int: "i"}

Names = Annotated[list[str], DBusSignature("as")]
Numbers = Annotated[list[int], DBusSignature("ai")]
Laid = Annotated[tuple[int, list[Any]], DBusSignature("u(ia{sv}av)")]
Groups = Annotated[list[list[Any]], DBusSignature("a(ia{sv})")]
Presses = Annotated[list[Sequence[Any]], DBusSignature("a(isvu)")]
Changes = Annotated[tuple[list[list[Any]], list[list[Any]]], DBusSignature("a(ia{sv})a(ias)")]
Revised = Annotated[tuple[int, int], DBusSignature("ui")]
Shown = Annotated[tuple[list[int], list[int]], DBusSignature("aiai")]


class MenuService(ServiceInterface):
    """Answers a panel about the menu and passes clicks on. Used on the bus's loop alone."""

    def __init__(self) -> None:
        super().__init__("com.canonical.dbusmenu")
        self._root = Node(ROOT, {})
        self._nodes = {ROOT: self._root}
        self._revision = 1

    def replace(self, root: Node) -> None:
        """Show another menu: as changed lines where only these differ, else as a menu to build anew."""
        old, self._root = self._root, root
        self._nodes = {node.id: node for node in root.walk()}
        if old.shape() != root.shape():
            self._revision += 1
            self._layout_updated()
        elif found := changed(old, root):
            self._properties_updated(
                [[number, _variants(fresh)] for number, fresh, _ in found if fresh],
                [[number, gone] for number, _, gone in found if gone],
            )

    @dbus_property(PropertyAccess.READ, "Version")
    def _version(self) -> DBusUInt32:
        return VERSION

    @dbus_property(PropertyAccess.READ, "TextDirection")
    def _text_direction(self) -> DBusStr:
        return "ltr"

    @dbus_property(PropertyAccess.READ, "Status")
    def _status(self) -> DBusStr:
        return "normal"

    @dbus_property(PropertyAccess.READ, "IconThemePath")
    def _icon_theme_path(self) -> Names:
        return []

    @dbus_method("GetLayout")
    def layout(self, parent: DBusInt32, depth: DBusInt32, names: Names) -> Laid:
        """Return the lines below ``parent``, ``depth`` deep (-1: all), with the properties ``names`` (none: all)."""
        return self._revision, _laid(self._node(parent), depth, frozenset(names))

    @dbus_method("GetGroupProperties")
    def group_properties(self, numbers: Numbers, names: Names) -> Groups:
        """Return the properties of these lines, of all lines when none is named."""
        wanted = [self._nodes[n] for n in numbers if n in self._nodes] if numbers else list(self._nodes.values())
        return [[node.id, _variants(_chosen(node.properties, frozenset(names)))] for node in wanted]

    @dbus_method("GetProperty")
    def property(self, number: DBusInt32, name: DBusStr) -> DBusVariant:
        """Return one property of one line."""
        value = self._node(number).properties.get(name, DEFAULTS.get(name))
        if value is None:
            raise DBusError(ErrorType.INVALID_ARGS, "no such property")
        return _variant(value)

    @dbus_method("Event")
    def event(self, number: DBusInt32, kind: DBusStr, data: DBusVariant, timestamp: DBusUInt32) -> None:
        """Hear what happened to a line: a click does what the line says, opening and closing do nothing."""
        del data, timestamp
        self._happened(self._node(number), kind)

    @dbus_method("EventGroup")
    def event_group(self, events: Presses) -> Numbers:
        """Hear several at once; return the numbers that there are none of."""
        for number, kind, *_ in events:
            if number in self._nodes:
                self._happened(self._nodes[number], kind)
        return [number for number, *_ in events if number not in self._nodes]

    @dbus_method("AboutToShow")
    def about_to_show(self, number: DBusInt32) -> DBusBool:
        """Return whether the lines below changed unsaid: never, since each change is signalled."""
        self._node(number)
        return False

    @dbus_method("AboutToShowGroup")
    def about_to_show_group(self, numbers: Numbers) -> Shown:
        """Return which of these changed unsaid, and which there are none of."""
        return [], [number for number in numbers if number not in self._nodes]

    @dbus_signal("ItemsPropertiesUpdated")
    def _properties_updated(self, fresh: list[list[Any]], gone: list[list[Any]]) -> Changes:
        return fresh, gone

    @dbus_signal("LayoutUpdated")
    def _layout_updated(self) -> Revised:
        return self._revision, ROOT

    def _node(self, number: int) -> Node:
        try:
            return self._nodes[number]
        except KeyError:
            raise DBusError(ErrorType.INVALID_ARGS, "no such item") from None

    def _happened(self, node: Node, kind: str) -> None:
        if kind == "clicked" and node.press is not None:
            node.press()


def _laid(node: Node, depth: int, names: frozenset[str]) -> list[Any]:
    below: Iterable[Node] = node.children if depth else ()
    children = [Variant("(ia{sv}av)", _laid(child, depth - 1, names)) for child in below]
    return [node.id, _variants(_chosen(node.properties, names)), children]


def _chosen(properties: Mapping[str, Value], names: frozenset[str]) -> Mapping[str, Value]:
    return {name: value for name, value in properties.items() if name in names} if names else properties


def _variants(properties: Mapping[str, Value]) -> dict[str, Variant]:
    return {name: _variant(value) for name, value in properties.items()}


def _variant(value: Value) -> Variant:
    return Variant(_SIGNATURES[type(value)], value)
