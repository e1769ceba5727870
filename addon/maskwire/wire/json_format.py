"""Formats whose bodies are JSON: two sets of rules, one for requests and one for answers. Sans-IO."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from maskwire.errors import BlockedError
from maskwire.stream.bodies import Untouched, is_events, open_stream
from maskwire.stream.channels import StreamRestorer
from maskwire.stream.restorer import Restoration
from maskwire.stream.script import Script
from maskwire.wire.attachments.attached import AttachedDocument
from maskwire.wire.attachments.file import Reading
from maskwire.wire.document import Document, Place
from maskwire.wire.documents import JsonDocument, read
from maskwire.wire.encoded import check_encoded, check_media, check_tokens
from maskwire.wire.jsonspan import Kind, Node
from maskwire.wire.opaque import Unread
from maskwire.wire.restoring import restore_body
from maskwire.wire.rules import Rules
from maskwire.wire.sealed import sealed_arguments
from maskwire.wire.walk import Leaf, Walk


@dataclass(frozen=True, slots=True)
class Turns:
    """Where a conversation stands in a request, and which of its items the model wrote.

    ``path`` is dotted from the root (``messages``); ``answers`` holds the roles and types of the model's items.
    ``continues`` names root members that tell that the provider keeps earlier turns itself.
    """

    path: str
    answers: frozenset[str]
    continues: frozenset[str] = frozenset()

    def settled(self, root: Node) -> int | None:
        """Return the index of the last item that the model wrote, -1 if none, ``None`` without a history."""
        node: Node | None = root
        for key in self.path.split("."):
            node = node.get(key) if node is not None else None
        last = -1
        for index, item in enumerate(node.items if node is not None else ()):
            if item.string("role") in self.answers or item.string("type") in self.answers:
                last = index
        if last >= 0:
            return last
        earlier = any((kept := root.get(key)) is not None and kept.kind is Kind.STRING for key in self.continues)
        return -1 if earlier else None


@dataclass(frozen=True, slots=True)
class JsonFormat:
    """A JSON API. ``script`` reads its streams; without one an answer is restored when it is whole.

    Texts outside the conversation that ``intact`` matches wholly are not fields. ``refuse_stream`` builds what
    ends an open stream.
    ``seals`` tells that tools may declare arguments that the provider encrypted: these are no fields.
    ``answers`` is false where an answer holds no text (vectors, counts): it is then not even parsed.
    """

    request: Rules
    response: Rules
    turns: Turns | None = None
    script: Callable[[], Script] | None = None
    intact: re.Pattern[str] | None = None
    refuse_stream: Callable[[BlockedError], bytes] = field(default=lambda _: b"")
    seals: bool = False
    answers: bool = True

    def parse(self, body: bytes, content_type: str, *, allow_media: bool) -> Document:
        """Return the texts of a request body.

        Raises:
            BlockedError: it is not JSON that we read, or holds content that cannot be masked.
        """
        if not body:
            return Unread(body)
        source, root = read(body, content_type)
        turns = f"$.{self.turns.path}" if self.turns is not None else ""
        walk = Walk(self.request, turns, sealed=sealed_arguments(root) if self.seals else {})
        intact = self.intact
        leaves = [
            leaf
            for leaf in walk.leaves(source, root)
            if intact is None or leaf.context.turn >= 0 or intact.fullmatch(leaf.node.text) is None
        ]
        check_tokens(walk.tokens)
        check_media(walk.media, allow_media=allow_media)
        for leaf in leaves:
            if leaf.place is Place.TEXT:
                check_encoded(leaf)
        leaves += walk.files
        document = JsonDocument(body, root, leaves, self._fresh(root, leaves))
        return AttachedDocument(document, walk.files, Reading(allow_media=allow_media)) if walk.files else document

    def _fresh(self, root: Node, leaves: list[Leaf]) -> list[bool]:
        """Tell of each leaf whether it came after the model's last item; all of it did without a history."""
        settled = self.turns.settled(root) if self.turns is not None else None
        if self.turns is None or settled is None:
            return [True] * len(leaves)
        whole = f"$.{self.turns.path}"
        return [leaf.context.turn > settled or leaf.context.path == whole for leaf in leaves]

    def restore(self, body: bytes, content_type: str, how: Restoration) -> bytes:
        """Return a whole response body restored."""
        if not self.answers:
            return body
        if is_events(content_type):
            restorer = self.stream(content_type, how)
            return restorer.feed(body) + restorer.flush()
        return restore_body(body, self.response, how)

    def stream(self, content_type: str, how: Restoration) -> StreamRestorer:
        """Return a restorer for a response body that arrives in pieces."""
        if not self.answers:
            return Untouched()
        return open_stream(content_type, self.script() if self.script is not None else None, self.response, how)

    def stream_refusal(self, error: BlockedError) -> bytes:
        """Return the bytes that end an open stream with ``error``."""
        return self.refuse_stream(error)

    def model(self, document: Document) -> str:
        """Return the root's ``model``."""
        return document.root.string("model") if isinstance(document, JsonDocument | AttachedDocument) else ""
