"""Putting values back into a whole JSON text: a response body, or one event of a stream. Sans-IO.

Offsets and log probabilities in an answer count the provider's own text. They are left as they are, and no longer
fit where a value is longer or shorter than its token.
"""

import re
from collections.abc import Iterable

from maskwire.stream.passage import Passage
from maskwire.stream.restorer import Restoration, restore_json_source, restore_text
from maskwire.wire.document import Edit, Place
from maskwire.wire.jsonspan import Node, NotJson, parse
from maskwire.wire.literal import Source, apply_nested, escape, lift
from maskwire.wire.rules import Rules, Verdict
from maskwire.wire.walk import Context, Leaf, Walk

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_TOOL_INPUT = frozenset({Verdict.CALL, Verdict.ARGUMENT, Verdict.INPUT})


def may_restore(context: Context, how: Restoration) -> bool:
    """Tell whether values go back in here: tool input may have to stay masked."""
    if context.verdict not in _TOOL_INPUT:
        return True
    return how.restore_arguments and context.tool not in how.masked_tools


def restored_leaf(leaf: Leaf, how: Restoration) -> list[Edit]:
    """Return the edits of the JSON text that a leaf stands in; what is no token keeps its very bytes."""
    node, context = leaf.node, leaf.context
    if not may_restore(context, how):
        return []
    if leaf.place is Place.NUMBER:
        return _restored_number(leaf, how)
    if context.verdict is Verdict.CALL:
        value = restore_json_source(node.text, how)
        return [] if value == node.text else [Edit(node.start, node.end, f'"{escape(value)}"')]
    found = restored_text(node.text, how)
    return lift(found, leaf.source.text, node.start, node.end) if found else []


def restored_text(text: str, how: Restoration) -> list[Edit]:
    """Return the edits that put values in place of the tokens of ``text``."""
    passage = Passage(how)
    found: list[Edit] = []
    at = 0
    for piece in (*passage.feed(text), *passage.flush()):
        if piece.value is not None:
            found.append(Edit(at, at + len(piece.text), piece.value))
        at += len(piece.text)
    return found


def _restored_number(leaf: Leaf, how: Restoration) -> list[Edit]:
    node = leaf.node
    number = leaf.source.text[node.start : node.end]
    value = restore_text(number, how)
    if value == number:
        return []
    return [Edit(node.start, node.end, value if _NUMBER.fullmatch(value) else f'"{escape(value)}"')]


def restore_leaves(root: Source, leaves: Iterable[Leaf], how: Restoration) -> str:
    """Return the root's text with the values of all ``leaves`` put back; the same object when none changed."""
    pending: dict[Source, list[Edit]] = {}
    for leaf in leaves:
        if edits := restored_leaf(leaf, how):
            pending.setdefault(leaf.source, []).extend(edits)
    return apply_nested(root, pending) if pending else root.text


def restore_tree(text: str, root: Node, rules: Rules, how: Restoration) -> str:
    """Return JSON ``text``, whose tree is ``root``, with values put back wherever ``rules`` allow it."""
    source = Source(text)
    return restore_leaves(source, Walk(rules).leaves(source, root), how)


def restore_body(body: bytes, rules: Rules, how: Restoration) -> bytes:
    """Return a JSON body restored; one that is not JSON comes back as it is, its tokens still in it."""
    try:
        text = body.decode("utf-8")
        root = parse(text)
    except (UnicodeDecodeError, NotJson):
        return body
    restored = restore_tree(text, root, rules, how)
    return body if restored is text else restored.encode()
