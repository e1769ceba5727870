"""JSON with positions: a light tree over the source text, so that edits can be put into the same text. Sans-IO.

Nothing is normalised: duplicate keys stay, numbers keep their spelling, lone surrogates survive. Nesting is
followed with a stack of our own, so depth is a limit that we choose, not the interpreter's.
Source: https://www.rfc-editor.org/rfc/rfc8259
"""

import re
from collections.abc import Callable, Iterator
from enum import IntEnum
from json import decoder

MAX_DEPTH = 256
"""Levels of nesting. Tool schemas reach about 30; Python's own parser stops near 1,000."""

MAX_NODES = 2_000_000
"""Values and keys in one text: about 200 MB of nodes, more than a 32 MiB conversation has."""


_scan: Callable[[str, int, bool], tuple[str, int]] = decoder.scanstring  # type: ignore[attr-defined]
"""The C scanner of the standard library: decodes a literal from after its opening quote, strictly."""


class NotJson(ValueError):
    """The text is not JSON that we read. The message says where, never what."""


class Kind(IntEnum):
    """What a node is."""

    OBJECT = 0
    ARRAY = 1
    STRING = 2
    NUMBER = 3
    LITERAL = 4


class Node:
    """A value at ``source[start:end]``; a string's span includes its quotes.

    ``text`` is the decoded string, or the word of a literal. ``members`` are the pairs of an object in order,
    ``items`` the values of an array. ``repr`` shows none of them.
    """

    __slots__ = ("end", "items", "kind", "members", "start", "text")

    def __init__(self, kind: Kind, start: int) -> None:
        self.kind = kind
        self.start = start
        self.end = start
        self.text = ""
        self.members: list[tuple[Node, Node]] = _NO_MEMBERS
        self.items: list[Node] = _NO_ITEMS

    def __repr__(self) -> str:
        return f"Node({self.kind.name}, {self.start}, {self.end})"

    def get(self, key: str) -> "Node | None":
        """Return the last member named ``key``, as parsers that keep one of two do, or ``None``."""
        found = None
        for name, value in self.members:
            if name.text == key:
                found = value
        return found

    def string(self, key: str) -> str:
        """Return the string member named ``key``, or ``""``."""
        node = self.get(key)
        return node.text if node is not None and node.kind is Kind.STRING else ""

    def elements(self, key: str) -> list["Node"]:
        """Return the values of the array member named ``key``, or none."""
        node = self.get(key)
        return node.items if node is not None else _NO_ITEMS

    def integer(self, source: str, key: str, default: int = 0) -> int:
        """Return the integer member named ``key``, or ``default``."""
        node = self.get(key)
        if node is None or node.kind is not Kind.NUMBER:
            return default
        number = source[node.start : node.end]
        return int(number) if number.isdigit() and len(number) < 19 else default


_NO_MEMBERS: list[tuple[Node, Node]] = []
_NO_ITEMS: list[Node] = []

_BLANKS = frozenset(" \t\n\r")
_SPACE = re.compile(r"[ \t\n\r]*")
_ATOM = re.compile(r"(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)|true|false|null")


class _Reader:
    """Carries the position and the open containers while one text is read."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.open: list[Node] = []
        self.nodes = 0

    def fail(self, problem: str) -> NotJson:
        return NotJson(f"{problem} at character {self.at}")

    def peek(self) -> str:
        """Return the next character that is no white space, ``""`` at the end."""
        following = self.source[self.at : self.at + 1]
        if following not in _BLANKS:
            return following
        match = _SPACE.match(self.source, self.at)
        assert match is not None  # it matches the empty string
        self.at = match.end()
        return self.source[self.at : self.at + 1]

    def node(self, kind: Kind) -> Node:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.fail("too many values")
        return Node(kind, self.at)

    def string(self) -> Node:
        node = self.node(Kind.STRING)
        try:
            node.text, node.end = _scan(self.source, self.at + 1, True)  # noqa: FBT003 - positional in C
        except ValueError:
            node.end = -1
        if node.end < 0:  # raised out here: the other error carries the whole text
            raise self.fail("broken string")
        self.at = node.end
        return node

    def key(self) -> Node:
        if self.peek() != '"':
            raise self.fail("expected a key")
        node = self.string()
        if self.peek() != ":":
            raise self.fail("expected a colon")
        self.at += 1
        return node

    def value(self) -> Node:
        """Return the next value; an object or array comes back open, with nothing in it yet."""
        first = self.peek()
        if first == '"':
            return self.string()
        if first == "{":
            node = self.node(Kind.OBJECT)
            node.members = []
            self.at += 1
            return node
        if first == "[":
            node = self.node(Kind.ARRAY)
            node.items = []
            self.at += 1
            return node
        if (match := _ATOM.match(self.source, self.at)) is None:
            raise self.fail("expected a value")
        node = self.node(Kind.NUMBER if match[1] else Kind.LITERAL)
        node.end = self.at = match.end()
        if node.kind is Kind.LITERAL:
            node.text = match[0]
        return node

    def member(self, parent: Node) -> Node:
        if parent.kind is Kind.OBJECT:
            key = self.key()
            node = self.value()
            parent.members.append((key, node))
        else:
            node = self.value()
            parent.items.append(node)
        return node

    def close(self, parent: Node) -> None:
        self.at += 1
        parent.end = self.at
        self.open.pop()

    def enter(self, node: Node) -> None:
        """Make an open container the innermost one; read its first member unless it is empty."""
        while node.kind <= Kind.ARRAY:
            self.open.append(node)
            if len(self.open) > MAX_DEPTH:
                raise self.fail("nested too deeply")
            if self.peek() == ("}" if node.kind is Kind.OBJECT else "]"):
                self.close(node)
                return
            node = self.member(node)


def parse(source: str) -> Node:
    """Return the one value in ``source``.

    Raises:
        NotJson: it is not exactly one value, or passes a limit.
    """
    reader = _Reader(source)
    root = reader.value()
    reader.enter(root)
    while reader.open:
        parent = reader.open[-1]
        after = reader.peek()
        if after == ",":
            reader.at += 1
            reader.enter(reader.member(parent))
        elif after == ("}" if parent.kind is Kind.OBJECT else "]"):
            reader.close(parent)
        else:
            raise reader.fail("expected a comma or an end")
    if reader.peek():
        raise reader.fail("text after the value")
    return root


def parse_container(source: str) -> Node | None:
    """Return the object or array that ``source`` is, or ``None`` when it is anything else."""
    match = _SPACE.match(source)
    assert match is not None  # it matches the empty string
    if source[match.end() : match.end() + 1] not in ("{", "["):
        return None
    try:
        return parse(source)
    except NotJson:
        return None


def nodes(root: Node) -> Iterator[Node]:
    """Yield ``root`` and every value and key below it."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack += node.items
        for pair in node.members:
            stack += pair
