"""A JSON request body as texts that can be edited in place. Sans-IO."""

import re
from collections.abc import Mapping, Sequence

from maskwire.errors import BlockedError, Reason
from maskwire.wire.document import Edit, Field, Place
from maskwire.wire.jsonspan import Node, NotJson, parse
from maskwire.wire.literal import Source, apply_nested, lift
from maskwire.wire.walk import Leaf

_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"


def decode(body: bytes, content_type: str) -> str:
    """Return a JSON body as text, so that encoding it again gives the same bytes.

    Raises:
        BlockedError: another charset than UTF-8, a byte order mark, or bytes that are not UTF-8.
    """
    declared = _CHARSET.search(content_type)
    if declared is not None and declared[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise BlockedError(Reason.ENCODING_UNSUPPORTED, "the body's charset is not UTF-8; send it as UTF-8")
    if body.startswith(_BOM):
        raise BlockedError(Reason.BODY_NOT_UNDERSTOOD, "the JSON body starts with a byte order mark; send it without")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        at = error.start
    raise BlockedError(Reason.BODY_NOT_UNDERSTOOD, f"the body is not UTF-8 at byte {at}; send it as UTF-8")


def read(body: bytes, content_type: str) -> tuple[Source, Node]:
    """Return a request body as source and tree.

    Raises:
        BlockedError: it is not one JSON value in UTF-8, or passes a limit.
    """
    text = decode(body, content_type)
    try:
        return Source(text), parse(text)
    except NotJson as error:
        raise BlockedError(Reason.BODY_NOT_UNDERSTOOD, f"the body is not JSON that maskwire reads: {error}") from None


class JsonDocument:
    """The texts of a JSON body. ``root`` is its tree, for what a format wants to know besides its texts."""

    def __init__(self, body: bytes, root: Node, leaves: Sequence[Leaf], fresh: Sequence[bool]) -> None:
        self._body = body
        self._leaves = leaves
        self.root = root
        self._fields = [_field(leaf, is_new) for leaf, is_new in zip(leaves, fresh, strict=True)]

    @property
    def fields(self) -> Sequence[Field]:
        """The texts that may hold values, in the order of the body."""
        return self._fields

    def splice(self, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """Return the body with edits applied inside its literals; the same object when there are none."""
        pending: dict[Source, list[Edit]] = {}
        root: Source | None = None
        for index, wanted in edits.items():
            leaf = self._leaves[index]
            pending.setdefault(leaf.source, []).extend(leaf_edits(leaf, wanted))
            root = leaf.source
        if root is None or not any(pending.values()):
            return self._body
        while root.outer is not None:
            root = root.outer
        return apply_nested(root, pending).encode()


def leaf_edits(leaf: Leaf, edits: Sequence[Edit]) -> list[Edit]:
    """Return edits of a leaf's text as edits of the JSON text that it stands in."""
    node = leaf.node
    if leaf.place is Place.NUMBER:
        return [Edit(node.start + edit.start, node.start + edit.end, edit.text) for edit in edits]
    return lift(edits, leaf.source.text, node.start, node.end)


_NO_LABEL = "text"
"""A key under which formats put prose. As a label it would be read as "text me at", and each long number as a phone."""


def _field(leaf: Leaf, is_new: bool) -> Field:
    node, context = leaf.node, leaf.context
    text = leaf.source.text[node.start : node.end] if leaf.place is Place.NUMBER else node.text
    label = "" if context.label == _NO_LABEL else context.label
    return Field(text, context.path, label, leaf.place, is_new)
