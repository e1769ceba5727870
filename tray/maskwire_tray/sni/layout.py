"""A pystray menu as dbusmenu sees it: numbered nodes with properties. Sans-IO.

A panel may show a menu while it changes, and clicks by number. A number therefore stands for one text in one place
and is never given to another: a late click reaches what the person read, or nothing. Lines that cannot be clicked
(the state, a countdown) keep their number while their text changes, so that an open menu need not be built anew.
Source: https://github.com/AyatanaIndicators/libdbusmenu/blob/master/libdbusmenu-glib/dbus-menu.xml
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from maskwire_tray.toolkit import Menu

ROOT = 0
"""The number of the menu as a whole, by the protocol."""

type Value = str | bool | int
type Key = tuple[int, str, str, int]
"""The parent's number, the sort of line, its text where it can be clicked, and which of several such it is."""

DEFAULTS: Mapping[str, Value] = {
    "label": "",
    "enabled": True,
    "type": "standard",
    "toggle-type": "",
    "toggle-state": -1,
}
"""What a property is when it is not sent."""


@dataclass(frozen=True, slots=True)
class Node:
    """One line. ``press`` is what a click does; it is no part of what two nodes are compared by."""

    id: int
    properties: Mapping[str, Value]
    children: tuple["Node", ...] = ()
    press: Callable[[], None] | None = field(default=None, compare=False, repr=False)

    def walk(self) -> Iterator["Node"]:
        """Yield this node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def shape(self) -> tuple[Any, ...]:
        """Return the numbers and their order, which is what a panel must build anew when it changes."""
        return (self.id, tuple(child.shape() for child in self.children))


class Numbers:
    """Gives numbers to lines, the same to the same."""

    def __init__(self) -> None:
        self._numbers: dict[Key, int] = {}

    def tree(self, menu: Any, press: Callable[[Any], Callable[[], None]]) -> Node:
        """Return the node of a pystray menu; ``press`` makes what a click on one of its items does."""
        return Node(ROOT, {"children-display": "submenu"}, self._below(ROOT, menu, press))

    def _below(self, parent: int, menu: Any, press: Callable[[Any], Callable[[], None]]) -> tuple[Node, ...]:
        seen: Counter[tuple[str, str]] = Counter()
        nodes = []
        for item in menu or ():
            kind, text = _kind(item)
            number = self._number((parent, kind, text, seen[kind, text]))
            seen[kind, text] += 1
            children = self._below(number, item.submenu, press) if kind == "submenu" else ()
            nodes.append(Node(number, properties(item), children, press(item) if kind == "action" else None))
        return tuple(nodes)

    def _number(self, key: Key) -> int:
        return self._numbers.setdefault(key, len(self._numbers) + 1)


def _kind(item: Any) -> tuple[str, str]:
    """Return the sort of a line, and the text that it is known by where a click on it does something."""
    if item is Menu.SEPARATOR:
        return "separator", ""
    if item.submenu is not None:
        return "submenu", item.text
    return ("action", item.text) if item.enabled else ("words", "")


def properties(item: Any) -> dict[str, Value]:
    """Return what dbusmenu says of a pystray item, without what is as it always is."""
    if item is Menu.SEPARATOR:
        return {"type": "separator"}
    found: dict[str, Value] = {"label": item.text.replace("_", "__")}  # one underscore would mark an access key
    if not item.enabled:
        found["enabled"] = False
    if item.checked is not None:
        found["toggle-type"] = "radio" if item.radio else "checkmark"
        found["toggle-state"] = int(item.checked)
    if item.submenu is not None:
        found["children-display"] = "submenu"
    return found


def changed(old: Node, new: Node) -> list[tuple[int, dict[str, Value], list[str]]]:
    """Return, for two trees of one shape, each number with the properties that are new and the names of those gone."""
    found = []
    for before, after in zip(old.walk(), new.walk(), strict=True):
        fresh = {name: value for name, value in after.properties.items() if before.properties.get(name) != value}
        gone = [name for name in before.properties if name not in after.properties]
        if fresh or gone:
            found.append((after.id, fresh, gone))
    return found
