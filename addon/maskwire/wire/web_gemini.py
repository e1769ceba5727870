"""gemini.google.com. Sans-IO. Not documented by Google. Source: Gemini-API, read in April 2026.

A request is a form with JSON in JSON; an answer is frames, each a snapshot of the whole answer so far, so that one
may end in half a token: the next one brings it whole.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from maskwire.errors import BlockedError
from maskwire.stream.channels import EventRestorer, StreamRestorer
from maskwire.stream.channels_flat import FlatScript
from maskwire.stream.restorer import Restoration
from maskwire.wire.document import Document, Place
from maskwire.wire.jsonspan import Kind, Node, parse_container
from maskwire.wire.literal import Source
from maskwire.wire.opaque import Unread
from maskwire.wire.refusals import Shape
from maskwire.wire.row import Row
from maskwire.wire.rules import rules
from maskwire.wire.walk import Leaf, Walk, looks_like_id
from maskwire.wire.web_form import Reader, parse_form
from maskwire.wire.web_frames import LengthSplitter
from maskwire.wire.web_shape import VALIDATED, unknown_shape

_ANYTHING = rules(free="**")

_SEAL = re.compile(r"[!-?A-~]{20,}")
"""What the page proves itself with: long, and without a space or an ``@``."""

_ITEM = re.compile(r"(?:c|r|rc)_[0-9a-f]+")
"""The id of a conversation, an answer or a candidate."""


def turn(source: Source, root: Node) -> Sequence[Leaf]:
    """Return the texts of ``[null, "<JSON>"]``, where the JSON's first element starts with the prompt.

    Raises:
        BlockedError: it has another shape.
    """
    packed = root.items[1] if len(root.items) > 1 else None
    inner = parse_container(packed.text) if packed is not None and packed.kind is Kind.STRING else None
    if packed is None or inner is None or not inner.items or not inner.items[0].items:
        raise unknown_shape("f.req[1][0]")
    asked = inner.items[0]
    if asked.items[0].kind is not Kind.STRING:
        raise unknown_shape("f.req[1][0][0]")
    return [leaf for leaf in Walk(_ANYTHING).leaves(source, root) if _is_text(leaf, asked)]


def _is_text(leaf: Leaf, asked: Node) -> bool:
    """Tell of a leaf whether it may be the person's: of the prompt all is, of the rest what is no id or seal."""
    at, start = leaf.source, leaf.node.start
    while at.outer is not None and at.level > 1:
        at, start = at.outer, at.start
    if at.level == 1 and asked.start <= start < asked.end:
        return leaf.place is Place.TEXT or leaf.source.level > 1
    if leaf.place is Place.NUMBER:
        return False
    return not looks_like_id(leaf.node.text) and _SEAL.fullmatch(leaf.node.text) is None


def calls(source: Source, root: Node) -> Sequence[Leaf]:
    """Return the texts of ``[[[name, "<JSON>", …], …]]``: history, titles, saved instructions.

    Raises:
        BlockedError: it has another shape.
    """
    named = root.items[0].items if root.items else []
    if not named or not all(_is_call(call) for call in named):
        raise unknown_shape("f.req[0]")
    return [
        leaf
        for leaf in Walk(_ANYTHING).leaves(source, root)
        if leaf.place is not Place.NUMBER and leaf.source.level > 0 and _ITEM.fullmatch(leaf.node.text) is None
    ]


def _is_call(call: Node) -> bool:
    kinds = [item.kind for item in call.items[:2]]
    return (
        kinds == [Kind.STRING, Kind.STRING]
        and looks_like_id(call.items[0].text)
        and parse_container(call.items[1].text) is not None
        and all(item.kind is not Kind.STRING or looks_like_id(item.text) for item in call.items[2:])
    )


@dataclass(frozen=True, slots=True)
class GeminiWebFormat:
    """A form in, frames out."""

    read: Reader

    def parse(self, body: bytes, content_type: str, *, allow_media: bool) -> Document:
        """Return the texts of a form.

        Raises:
            BlockedError: it has another shape.
        """
        del allow_media
        if not body:
            return Unread(body)
        if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            raise unknown_shape("the body, which is no form")
        return parse_form(body, self.read)

    def restore(self, body: bytes, content_type: str, how: Restoration) -> bytes:
        """Return a whole answer restored, its lengths made anew."""
        restorer = self.stream(content_type, how)
        return restorer.feed(body) + restorer.flush()

    def stream(self, content_type: str, how: Restoration) -> StreamRestorer:
        """Return a restorer for an answer that arrives in pieces."""
        del content_type
        return EventRestorer(LengthSplitter(), FlatScript({}, done=frozenset()), _ANYTHING, how)

    def stream_refusal(self, error: BlockedError) -> bytes:
        """Return nothing: how the page is told of an error is not known."""
        del error
        return b""

    def model(self, document: Document) -> str:
        """Return nothing: the model is chosen by a header."""
        del document
        return ""


_ROW = partial(Row, providers=("gemini-web",), methods="POST", shape=Shape.GOOGLE, validated=VALIDATED, streamed=True)
_DATA = "/_/BardChatUi/data"

ROWS = tuple(
    _ROW(f"gemini-web.{name}", path=f"{account}{_DATA}/{path}", format=GeminiWebFormat(read))
    for account in ("", "/u/{account}")
    for name, path, read in (
        ("chat", "assistant.lamda.BardFrontendService/StreamGenerate", turn),
        ("calls", "batchexecute", calls),
    )
)
