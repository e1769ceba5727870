"""Patches of a document, as web applications stream their answers: what each one puts where. Sans-IO.

An event is ``{"p": path, "o": action, "v": value, "c": document}``. What it leaves out is as in the event before.
Source: third-party clients of chatgpt.com and chat.deepseek.com; neither format is documented.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from maskwire.wire.jsonspan import Kind, Node

Path = tuple[str, ...]


class UnknownPatch(ValueError):
    """An event is no patch of a known shape. Holds no message: the event passes as it came."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one application spells its patches.

    ``sets`` put a value in place of another, ``batch`` holds a list of patches. ``default`` is the action of a
    patch that names a path and no action; empty: the action before it. With ``nested`` the patches of a batch
    start at its path. Strings at ``grows`` may be continued by later patches; a value at ``state`` that is not
    ``unfinished`` says that the document is complete, and so does an event whose type is in ``closing``.
    """

    append: str
    sets: frozenset[str]
    batch: str
    truncate: str
    remove: str
    replace: str
    default: str
    lead: str
    nested: bool
    grows: re.Pattern[str]
    state: Path
    unfinished: str
    closing: frozenset[str] = frozenset()

    def spell(self, path: Path) -> str:
        """Return ``path`` as the application writes it."""
        return self.lead + "/".join(path)


CHATGPT = Dialect(
    append="append",
    sets=frozenset({"add", "replace"}),
    batch="patch",
    truncate="truncate",
    remove="remove",
    replace="replace",
    default="",
    lead="/",
    nested=False,
    grows=re.compile(r"message/content/(?:parts/\d+|text|result|thoughts/\d+/(?:content|summary))"),
    state=("message", "status"),
    unfinished="in_progress",
    closing=frozenset({"message_stream_complete", "stream_handoff", "error"}),
)

DEEPSEEK = Dialect(
    append="APPEND",
    sets=frozenset({"SET"}),
    batch="BATCH",
    truncate="TRUNCATE",
    remove="REMOVE",
    replace="SET",
    default="SET",
    lead="",
    nested=True,
    grows=re.compile(r"response/(?:content|thinking_content|fragments/\d+/content)"),
    state=("response", "status"),
    unfinished="WIP",
)


@dataclass(frozen=True, slots=True)
class Sticky:
    """What an event that leaves something out takes over; ``None`` where nothing was said yet."""

    path: str | None = None
    action: str | None = None
    document: int | None = None

    def after(self, event: Node, data: str, dialect: Dialect) -> "Sticky":
        """Return what holds for ``event`` and after it."""
        path, action = event.get("p"), event.get("o")
        found = self
        if path is not None:
            found = replace(found, path=_text(path))
            if action is None and dialect.default:
                found = replace(found, action=dialect.default)
        if action is not None:
            found = replace(found, action=_text(action))
        if event.get("c") is not None:
            found = replace(found, document=event.integer(data, "c"))
        return found


@dataclass(frozen=True, slots=True)
class Patch:
    """``action`` at ``path`` with ``value``. ``owner`` is the object that says so."""

    path: Path
    action: str
    value: Node
    owner: Node


def patches(event: Node, now: Sticky, dialect: Dialect) -> list[Patch]:
    """Return what an event does, in order; ``now`` holds for it.

    Raises:
        UnknownPatch: it is of another shape.
    """
    value = _value(event)
    if now.action == dialect.batch:
        if value.kind is not Kind.ARRAY:
            raise UnknownPatch
        base = _keys(now.path or "") if dialect.nested else ()
        return [_one(base, item, dialect) for item in value.items]
    if brings_document(event):
        return [Patch((), dialect.replace, value, event)]
    if now.path is None:
        # Text in the middle of a stream that was taken up again.
        return [_checked(Patch((), dialect.append, value, event), dialect)]
    return [_checked(Patch(_keys(now.path), now.action or dialect.replace, value, event), dialect)]


def brings_document(event: Node) -> bool:
    """Tell whether ``event`` starts a new document without saying so, whatever the one before it did."""
    value = event.get("v")
    if value is None or value.kind is not Kind.OBJECT or event.get("p") is not None or event.get("o") is not None:
        return False
    return value.get("message") is not None or value.get("response") is not None


def _one(base: Path, item: Node, dialect: Dialect) -> Patch:
    if item.kind is not Kind.OBJECT:
        raise UnknownPatch
    path, action = item.get("p"), item.get("o")
    if path is None or (action is None and not dialect.default):
        raise UnknownPatch
    spelled = _text(action) if action is not None else dialect.default
    return _checked(Patch((*base, *_keys(_text(path))), spelled, _value(item), item), dialect)


def _checked(patch: Patch, dialect: Dialect) -> Patch:
    if patch.action not in {*dialect.sets, dialect.append, dialect.truncate, dialect.remove}:
        raise UnknownPatch
    return patch


def _value(event: Node) -> Node:
    value = event.get("v")
    if value is None:
        raise UnknownPatch
    return value


def _text(node: Node) -> str:
    if node.kind is not Kind.STRING:
        raise UnknownPatch
    return node.text


def _keys(path: str) -> Path:
    return tuple(step for step in path.split("/") if step)


class Lengths:
    """How long the arrays of one patched document are: where ``-1`` leads, and where an array goes on."""

    def __init__(self) -> None:
        self._known: dict[Path, int] = {}

    def resolve(self, path: Path) -> Path:
        """Return ``path`` with places that count from an array's end counted from its start."""
        found: Path = ()
        for step in path:
            last = self._known.get(found, 0) - 1
            found += (str(max(last, 0)) if step == "-1" else step,)
        return found

    def put(self, patch: Patch, dialect: Dialect) -> list[tuple[Path, Node]]:
        """Return where each value of ``patch`` comes to stand, and remember it."""
        value, path = patch.value, patch.path
        if patch.action == dialect.append and value.kind is Kind.ARRAY:
            start = self._known.get(path, 0)
            self._known[path] = start + len(value.items)
            found = [((*path, str(start + index)), item) for index, item in enumerate(value.items)]
        elif patch.action == dialect.append and value.kind is Kind.OBJECT:
            found = [((*path, name.text), member) for name, member in value.members]
        else:
            found = [(path, value)]
        for place, node in found:
            self._learn(place, node)
        return found

    def _learn(self, path: Path, node: Node) -> None:
        for place, found in below(path, node):
            if found.kind is Kind.ARRAY:
                self._known[place] = len(found.items)


def below(path: Path, node: Node) -> Iterator[tuple[Path, Node]]:
    """Yield ``node`` and all below it with their paths."""
    todo = [(path, node)]
    while todo:
        place, here = todo.pop()
        yield place, here
        todo += [((*place, name.text), member) for name, member in reversed(here.members)]
        todo += [((*place, str(index)), here.items[index]) for index in range(len(here.items) - 1, -1, -1)]
