"""Which parts of a JSON body are not plain text: patterns as data, compiled to an automaton. Sans-IO.

Everything that no pattern names is text, so a field that a provider adds tomorrow is masked. A pattern is a
path of steps joined by dots: ``key``, ``a|b`` (either), ``*`` (any key), ``**`` (any number of levels), each
with ``[]`` for every element of an array and ``<…>`` for a condition on the object reached: ``<text>`` its
``type`` is text, ``<role=tool>``,
``<mime=image/*>`` (a beginning), ``<+signature>`` it has
that key and it is not null, ``<!signature>`` it has not. Several
conditions must all hold. Patterns are separated by white space.
"""

import re
from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple

from maskwire.wire.jsonspan import Kind, Node


class Verdict(IntEnum):
    """What stands at a place. Where two patterns meet, the smaller one wins."""

    TEXT = 0
    """Text after all, although a wider pattern says otherwise."""
    KEEP = 1
    """Never edited: what is bound to a signature, and what is no text in any reading."""
    SEALED = 2
    """A signature or encrypted content: never edited as long as it looks like one, text if it does not."""
    ID = 3
    """An id or a protocol word: never edited as long as it looks like one, text if it does not."""
    IMAGE = 4
    """An image or sound that cannot be read; text if it is an address or not encoded."""
    FILE = 5
    """A document that cannot be read; text likewise."""
    TOKENS = 6
    """Text, unless it was sent as token numbers."""
    CALL = 7
    """A tool's arguments: an object, or a string that holds its JSON source."""
    INPUT = 8
    """A tool's input as plain text."""
    RESULT = 9
    """What a tool gave back: text that may be JSON source."""
    FREE = 10
    """A free object: keys and numbers may hold values as well."""
    SCHEMA = 11
    """A JSON schema: its words are protocol, its descriptions are text."""
    SCHEMAS = 12
    """A map from names, which are protocol, to JSON schemas. Follows from SCHEMA."""
    ARGUMENT = 13
    """Anything inside a tool's arguments. Follows from CALL."""


OPEN = frozenset({Verdict.TEXT, Verdict.IMAGE, Verdict.FILE, Verdict.TOKENS, Verdict.RESULT})
"""Verdicts below which patterns go on matching."""


class _Step(NamedTuple):
    kind: str  # "key", "item", "deep" or "if"
    keys: frozenset[str] = frozenset()


class _Condition(NamedTuple):
    key: str
    values: frozenset[str]
    present: bool


Op = _Step | _Condition
Item = tuple[int, int]
Signature = tuple[str, ...]

_STEP = re.compile(r"([^.\[\]<>]*)((?:\[\])*)((?:<[^<>]*>)*)(?:\.|$)")


def _condition(source: str) -> _Condition:
    if source[:1] in "+!":
        return _Condition(source[1:], frozenset(), source[0] == "+")
    key, equals, values = source.rpartition("=")
    return _Condition(key if equals else "type", frozenset(values.split("|")), present=True)


def _compile(pattern: str) -> list[Op]:
    ops: list[Op] = []
    at = 0
    while at < len(pattern):
        match = _STEP.match(pattern, at)
        if match is None or match.end() == at:
            raise ValueError(f"not a pattern: {pattern!r}")
        name, items, conditions = match.groups()
        if name == "**":
            ops.append(_Step("deep"))
        elif name:
            ops.append(_Step("key", frozenset() if name == "*" else frozenset(name.split("|"))))
        ops += [_Step("item")] * (len(items) // 2)
        ops += [_condition(c) for c in re.findall(r"<([^<>]*)>", conditions)]
        at = match.end()
    return ops


class State:
    """Where the automaton stands at one node. Made on demand, then remembered."""

    __slots__ = ("_items", "_keys", "_rules", "_typed", "element", "guarded", "verdict")

    def __init__(self, rules: "Rules", items: frozenset[Item]) -> None:
        ends = [rules.verdicts[rule] for rule, at in items if at == len(rules.ops[rule])]
        self.verdict: Verdict | None = min(ends, default=None)
        self.guarded = any(isinstance(rules.op(item), _Condition) for item in items)
        self._rules = rules
        self._items = items
        self._keys: dict[str, State] = {}
        self._typed: dict[Signature, State] = {}
        self.element: State | None = None

    def key(self, name: str) -> "State":
        """Return the state of the member ``name``."""
        if name not in self._rules.words:
            name = ""
        if (state := self._keys.get(name)) is None:
            state = self._keys[name] = self._rules.move(self._items, name)
        return state

    def item(self) -> "State":
        """Return the state of the elements of an array."""
        if self.element is None:
            self.element = self._rules.move(self._items, None)
        return self.element

    def enter(self, node: Node) -> "State":
        """Return the state of ``node`` after the conditions on it; a no-op where there are none."""
        if not self.guarded:
            return self
        signature = self._rules.signature(node)
        if (state := self._typed.get(signature)) is None:
            state = self._typed[signature] = self._rules.meet(self._items, signature)
        return state


class Rules:
    """Patterns compiled together. Every argument holds patterns of the verdict of that name."""

    def __init__(self, patterns: Mapping[Verdict, str]) -> None:
        pairs = [(pattern, verdict) for verdict, source in patterns.items() for pattern in source.split()]
        self.ops = [_compile(pattern) for pattern, _ in pairs]
        self.verdicts = [verdict for _, verdict in pairs]
        flat = [op for ops in self.ops for op in ops]
        self.words = frozenset(word for op in flat if isinstance(op, _Step) for word in op.keys)
        self._tested = sorted({op.key for op in flat if isinstance(op, _Condition)})
        values = {value for op in flat if isinstance(op, _Condition) for value in op.values}
        self._values = {value for value in values if not value.endswith("*")}
        self._beginnings = sorted((value for value in values if value.endswith("*")), reverse=True)
        self._states: dict[frozenset[Item], State] = {}
        self.start = self._state({(rule, 0) for rule in range(len(self.ops))})

    def op(self, item: Item) -> Op | None:
        """Return the operation that ``item`` waits for, ``None`` at the end of its pattern."""
        ops = self.ops[item[0]]
        return ops[item[1]] if item[1] < len(ops) else None

    def signature(self, node: Node) -> Signature:
        """Return what the conditions of all patterns can see of an object.

        A key that stands there twice with two values meets no condition on its value.
        """
        if node.kind is not Kind.OBJECT:
            return ()
        seen: dict[str, str] = {}
        for name, value in node.members:
            if value.text != "null" or value.kind is not Kind.LITERAL:
                known = self._class(value.text)
                seen[name.text] = known if seen.get(name.text, known) == known else "?"
        return tuple(seen.get(key, "") for key in self._tested)

    def _class(self, value: str) -> str:
        """Return what the conditions can tell of a value: itself, its beginning, or that there is one."""
        if value in self._values:
            return value
        return next((known for known in self._beginnings if value.startswith(known[:-1])), "?")

    def move(self, items: frozenset[Item], key: str | None) -> State:
        """Return the state after a member (``key``) or an element (``None``)."""
        reached: set[Item] = set()
        for rule, at in items:
            op = self.op((rule, at))
            if not isinstance(op, _Step):
                continue
            if op.kind == "deep":
                reached.add((rule, at))
            elif (op.kind == "item" and key is None) or (
                op.kind == "key" and key is not None and (not op.keys or key in op.keys)
            ):
                reached.add((rule, at + 1))
        return self._state(reached)

    def meet(self, items: frozenset[Item], signature: Signature) -> State:
        """Return the state in which the conditions of an object with ``signature`` are settled."""
        seen = dict(zip(self._tested, signature, strict=True)) if signature else {}
        settled: set[Item] = set()
        for rule, at in items:
            reached = at
            while isinstance(op := self.op((rule, reached)), _Condition):
                value = seen.get(op.key, "")
                if bool(value) is not op.present or (op.values and value not in op.values):
                    break
                reached += 1
            else:
                settled.add((rule, reached))
        return self._state(settled)

    def _state(self, items: set[Item]) -> State:
        whole: set[Item] = set()
        todo = list(items)
        while todo:
            rule, at = item = todo.pop()
            if item in whole:
                continue
            whole.add(item)
            op = self.op(item)
            if isinstance(op, _Step) and op.kind == "deep":
                todo.append((rule, at + 1))
        key = frozenset(whole)
        if (state := self._states.get(key)) is None:
            state = self._states[key] = State(self, key)
        return state


def rules(**patterns: str) -> Rules:
    """Return compiled rules; each argument is named for a verdict in lower case (``keep="model …"``)."""
    return Rules({Verdict[name.upper()]: source for name, source in patterns.items()})
