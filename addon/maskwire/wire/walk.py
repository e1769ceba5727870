"""The places of a body where text stands: one walk that masking and restoring share. Sans-IO."""

import re
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from maskwire.wire.document import Place
from maskwire.wire.jsonspan import Kind, Node, nodes, parse_container
from maskwire.wire.literal import Source
from maskwire.wire.rules import OPEN, Rules, State, Verdict

MAX_LEVEL = 3
"""JSON inside a string inside JSON …: how many times. Code in tool arguments reaches the third level."""

LEAST_DIGITS = 7
"""Digits from which a bare number may be a finding: the shortest phone numbers. Counters stay shorter."""

_WORDS = frozenset(
    {
        *("annotations", "arguments", "candidates", "choices", "citations", "code", "content", "contents", "data"),
        *("default", "delta", "description", "documents", "error", "example", "examples", "filename", "function"),
        *("id", "index", "input", "instructions", "item", "items", "logs", "message", "messages", "metadata", "name"),
        *("output", "parameters", "part", "parts", "prompt", "properties", "queries", "query", "reasoning", "refusal"),
        *("response", "result", "results", "role", "schema", "source", "stderr", "stdout", "suffix", "summary"),
        *("system", "text", "thinking", "title", "tools", "type", "url", "value", "values"),
    }
)
"""Words of the protocols that no pattern names; any other key is journalled as ``*``."""

_SCHEMA_KEEP = frozenset({"pattern", "$ref", "$id", "$schema", "$dynamicRef", "$vocabulary"})
_SCHEMA_WORDS = frozenset(
    {
        *("type", "enum", "const", "required", "format", "nullable", "encrypted", "discriminator", "$anchor"),
        *("$dynamicAnchor", "dependentRequired", "propertyOrdering", "property_ordering", "contentEncoding"),
        "contentMediaType",
    }
)
_SCHEMA_MAPS = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
_SCHEMA_DATA = frozenset({"default", "example", "examples"})
"""Source of these: https://json-schema.org/draft/2020-12/json-schema-validation"""

_FREE = frozenset({Verdict.CALL, Verdict.ARGUMENT, Verdict.FREE})
_MAY_NEST = frozenset({*_FREE, Verdict.RESULT})
_ID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|(?![-+.\d]{7,}$)[A-Za-z0-9_.:/~$=#-]{0,512}")
"""An id has no ``@``, no space and is not only digits: then it may be an address, a name or a number.

A UUID is one even of digits alone, as the first message's parent is (RFC 9562 section 4).
"""

_ENCODED = re.compile(r"(?:data:[^,\s]{0,200};base64,)?[A-Za-z0-9+/=_\s-]*", re.IGNORECASE)
"""Base64, bare or in a data URL. A data URL of another coding holds its text in the open."""

_SEALED = re.compile(r"[^\s@]*")
"""Base64 in any alphabet, and nothing that a person writes."""

_INSIDE = {Verdict.CALL: Verdict.ARGUMENT, Verdict.ARGUMENT: Verdict.ARGUMENT}
_SCHEMATIC = frozenset({Verdict.SCHEMA, Verdict.SCHEMAS})
_ADDRESS = ("https://", "http://", "gs://")


def looks_like_id(text: str) -> bool:
    """Tell whether a string is an opaque id or a protocol word, or a JSON text of nothing else.

    What could be an address, a phone number or a sentence is none.
    """
    if _ID.fullmatch(text) is not None:
        return True
    inner = parse_container(text)
    return inner is not None and all(_is_id(text, node) for node in nodes(inner))


def _is_id(source: str, node: Node) -> bool:
    return _ID.fullmatch(source[node.start : node.end] if node.kind is Kind.NUMBER else node.text) is not None


class Context(NamedTuple):
    """What is known of a place: how it was reached and what surrounds it.

    ``state`` is ``None`` where patterns no longer apply. ``label`` is the nearest key. ``tool`` names the tool
    whose input this is. ``turn`` is the index in the conversation, or -1.
    """

    state: State | None
    verdict: Verdict
    path: str
    label: str
    tool: str
    turn: int


_ROOT = Context(None, Verdict.TEXT, "$", "", "", -1)


class Leaf(NamedTuple):
    """One text: its literal, number or key is ``source.text[node.start:node.end]``."""

    source: Source
    node: Node
    place: Place
    context: Context


_Entry = tuple[Source, Node, Context, bool]
"""A node still to be walked; the flag tells that it is a key."""


class Walk:
    """Yields the leaves of one body in their order.

    ``turns`` is the path of the conversation's array, such as ``$.messages``. Nodes in ``apart`` are left out:
    their caller sees to them. ``sealed`` names arguments of tools that are kept. ``media`` collects images
    that were met, ``tokens`` arrays of token numbers: neither is a leaf. ``files`` are strings of base64 that their
    caller opens.
    """

    def __init__(
        self,
        rules: Rules,
        turns: str = "",
        *,
        apart: Collection[Node] = (),
        sealed: Mapping[str, frozenset[str]] = MappingProxyType({}),
    ) -> None:
        self._sealed = sealed
        self._rules = rules
        self._turns = turns
        self._apart = apart
        self.media: list[Context] = []
        self.files: list[Leaf] = []
        self.tokens: list[Context] = []

    def leaves(self, source: Source, root: Node) -> Iterator[Leaf]:
        """Yield every place that may hold text; what the rules keep is left out."""
        start = _below(self._rules.start.enter(root), _ROOT, "$", "")
        stack: list[_Entry] = [(source, root, start, False)] if start is not None else []
        while stack:
            source, node, context, is_key = stack.pop()
            if is_key:
                if node.text:
                    yield Leaf(source, node, Place.KEY, context)
            elif node.kind is Kind.STRING:
                if self._apart and node in self._apart:
                    continue
                if (inner := self._inside(source, node, context)) is not None:
                    stack.append(inner)
                elif node.text and self._readable(source, node, context):
                    yield Leaf(source, node, Place.TEXT, context)
            elif node.kind is Kind.OBJECT:
                stack += self._members(source, node, context)
            elif node.kind is Kind.ARRAY:
                stack += self._elements(source, node, context)
            elif node.kind is Kind.NUMBER and context.verdict in _FREE and _long(source, node):
                yield Leaf(source, node, Place.NUMBER, context)

    def _inside(self, source: Source, node: Node, context: Context) -> _Entry | None:
        """Return the JSON that a string holds, where such strings are expected."""
        if context.verdict not in _MAY_NEST or source.level >= MAX_LEVEL:
            return None
        if (inner := parse_container(node.text)) is None:
            return None
        verdict = context.verdict if context.verdict in _FREE else Verdict.FREE
        below = context._replace(state=None, verdict=verdict)
        return source.inside(node.text, node.start, node.end), inner, below, False

    def _readable(self, source: Source, node: Node, context: Context) -> bool:
        if context.verdict is Verdict.SEALED:
            return _SEALED.fullmatch(node.text) is None
        if context.verdict is Verdict.ID:
            return not looks_like_id(node.text)
        if context.verdict is not Verdict.IMAGE and context.verdict is not Verdict.FILE:
            return True
        if node.text.startswith(_ADDRESS) or _ENCODED.fullmatch(node.text) is None:
            return True
        if context.verdict is Verdict.FILE:
            self.files.append(Leaf(source, node, Place.TEXT, context))
        else:
            self.media.append(context)
        return False

    def _members(self, source: Source, node: Node, context: Context) -> list[_Entry]:
        """Return what is below an object, last first."""
        found: list[_Entry] = []
        free = context.verdict in _FREE
        kept_names = self._sealed.get(context.tool, ()) if context.verdict is Verdict.CALL else ()
        for key, value in reversed(node.members):
            if key.text in kept_names:
                continue
            if free:
                path = context.path + ".*"
                below = Context(
                    None, _INSIDE.get(context.verdict, Verdict.FREE), path, key.text, context.tool, context.turn
                )
                found += ((source, value, below, False), (source, key, below._replace(label=""), True))
                continue
            if (member := self._member(node, key.text, value, context)) is not None:
                found.append((source, value, member, False))
            if context.verdict not in _SCHEMATIC and not self._is_known(key.text) and not looks_like_id(key.text):
                found.append((source, key, context._replace(state=None, path=context.path + ".*", label=""), True))
        return found

    def _member(self, parent: Node, name: str, value: Node, context: Context) -> Context | None:
        """Return the context of a protocol member, ``None`` when it is kept."""
        path = f"{context.path}.{name if self._is_known(name) else '*'}"
        if context.verdict in _SCHEMATIC:
            return _schema_member(name, context, path)
        state = context.state.key(name).enter(value) if context.state is not None else None
        below = _below(state, context, path, name)
        if below is not None and below.verdict in (Verdict.CALL, Verdict.INPUT) and not below.tool:
            return below._replace(tool=parent.string("name"))
        return below

    def _is_known(self, name: str) -> bool:
        return name in self._rules.words or name in _WORDS

    def _elements(self, source: Source, node: Node, context: Context) -> list[_Entry]:
        """Return what is below an array, last first."""
        if context.verdict is Verdict.TOKENS and any(item.kind is Kind.NUMBER for item in node.items):
            self.tokens.append(context)
        found: list[_Entry] = []
        path = context.path + "[*]"
        is_turns = context.path == self._turns
        element = context.state.item() if context.state is not None else None
        for index in range(len(node.items) - 1, -1, -1):
            value = node.items[index]
            below = _below(element.enter(value) if element else None, context, path, context.label)
            if below is not None:
                found.append((source, value, below._replace(turn=index) if is_turns else below, False))
        return found


def _below(state: State | None, context: Context, path: str, label: str) -> Context | None:
    """Return the context one level down, ``None`` when it is kept."""
    verdict = state.verdict if state is not None else None
    if verdict is Verdict.KEEP:
        return None
    if verdict is None:
        verdict = Verdict.ARGUMENT if context.verdict is Verdict.CALL else context.verdict
    elif verdict not in OPEN:
        state = None
    return Context(state, verdict, path, label, context.tool, context.turn)


def _schema_member(name: str, context: Context, path: str) -> Context | None:
    verdict = Verdict.SCHEMA
    if context.verdict is Verdict.SCHEMA:
        if name in _SCHEMA_KEEP:
            return None
        if name in _SCHEMA_WORDS:
            verdict = Verdict.ID
        elif name in _SCHEMA_MAPS:
            verdict = Verdict.SCHEMAS
        elif name in _SCHEMA_DATA:
            verdict = Verdict.FREE
    return context._replace(verdict=verdict, path=path, label=name)


def _long(source: Source, node: Node) -> bool:
    digits = source.text[node.start : node.end]
    return len(digits) >= LEAST_DIGITS and sum(map(str.isdigit, digits)) >= LEAST_DIGITS
