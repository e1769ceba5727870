"""Putting values back into a whole JSON text: a response body, or one event of a stream. Sans-IO."""

import re
from collections.abc import Iterable

from maskwire.stream.restorer import Restoration, restore_json_source, restore_text
from maskwire.wire.document import Edit, Place
from maskwire.wire.jsonspan import Node, NotJson, parse
from maskwire.wire.literal import Source, apply_nested, escape
from maskwire.wire.rules import Rules, Verdict
from maskwire.wire.walk import Context, Leaf, Walk

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_TOOL_INPUT = frozenset({Verdict.CALL, Verdict.ARGUMENT, Verdict.INPUT})


def may_restore(context: Context, how: Restoration) -> bool:
    """Tell whether values go back in here: tool input may have to stay masked."""
    if context.verdict not in _TOOL_INPUT:
        return True
    return how.restore_arguments and context.tool not in how.masked_tools


def restored_leaf(leaf: Leaf, how: Restoration) -> Edit | None:
    """Return the edit of the JSON text that a leaf stands in, or ``None`` when nothing changes."""
    node = leaf.node
    if not may_restore(leaf.context, how):
        return None
    if leaf.place is Place.NUMBER:
        number = leaf.source.text[node.start : node.end]
        value = restore_text(number, how)
        if value == number:
            return None
        return Edit(node.start, node.end, value if _NUMBER.fullmatch(value) else f'"{escape(value)}"')
    restore = restore_json_source if leaf.context.verdict is Verdict.CALL else restore_text
    value = restore(node.text, how)
    return None if value == node.text else Edit(node.start, node.end, f'"{escape(value)}"')


def restore_leaves(root: Source, leaves: Iterable[Leaf], how: Restoration) -> str:
    """Return the root's text with the values of all ``leaves`` put back; the same object when none changed."""
    pending: dict[Source, list[Edit]] = {}
    for leaf in leaves:
        if (edit := restored_leaf(leaf, how)) is not None:
            pending.setdefault(leaf.source, []).append(edit)
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
