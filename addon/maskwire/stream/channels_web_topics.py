"""ChatGPT's topics: answers that go on over a WebSocket, event streams packed into JSON. Sans-IO.

A message is an array of frames, and ``payload.payload.encoded_item`` of a frame holds a piece of an event stream. One
restorer for each topic, which lives until its stream says that it is done.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from maskwire.stream.channels import StreamRestorer
from maskwire.stream.restorer import Restoration
from maskwire.stream.script import inner
from maskwire.wire.document import Edit
from maskwire.wire.jsonspan import Kind, Node, NotJson, parse
from maskwire.wire.literal import Source, apply_nested, escape
from maskwire.wire.restoring import restored_leaf
from maskwire.wire.rules import Rules
from maskwire.wire.walk import Walk

_PATH = ("payload", "payload", "encoded_item")
_DONE = "data: [DONE]"


@dataclass(slots=True)
class _Topic:
    """A stream that is under way, and the latest message that brought a piece of it."""

    stream: StreamRestorer
    frame: str


@dataclass(slots=True)
class TopicRestorer:
    """Restores the messages of one connection. ``open_stream`` returns a restorer for a topic's event stream."""

    open_stream: Callable[[Restoration], StreamRestorer]
    rules: Rules
    how: Restoration
    _unread: int = 0
    _topics: dict[str, _Topic] = field(default_factory=dict, repr=False)

    @property
    def unread(self) -> int:
        """How much went on without being understood, its tokens still in it."""
        return self._unread + sum(topic.stream.unread for topic in self._topics.values())

    @property
    def idle(self) -> bool:
        """Whether no topic's stream is under way."""
        return not self._topics

    def use(self, how: Restoration) -> None:
        """Restore by ``how`` from now on; topics that are open go on as they began."""
        self.how = how

    def feed(self, message: bytes) -> list[bytes]:
        """Return the message restored."""
        try:
            text = message.decode()
            root = parse(text)
        except (UnicodeDecodeError, NotJson):
            self._unread += 1
            return [message]
        source = Source(text)
        items = list(_items(root))
        pending: dict[Source, list[Edit]] = {}
        for leaf in Walk(self.rules, apart=[item for _, item in items]).leaves(source, root):
            if found := restored_leaf(leaf, self.how):
                pending.setdefault(leaf.source, []).extend(found)
        edits = pending.setdefault(source, [])
        for frame, item in items:
            piece = self._piece(frame.string("topic_id"), item.text, text[frame.start : frame.end])
            if piece != item.text:
                edits.append(Edit(item.start, item.end, f'"{escape(piece)}"'))
        return [apply_nested(source, pending).encode()] if any(pending.values()) else [message]

    def flush(self) -> list[bytes]:
        """Return messages that bring what topics without an end held back."""
        return [message for name in list(self._topics) if (message := self._last(name)) is not None]

    def _piece(self, name: str, text: str, frame: str) -> str:
        """Return a piece of a topic's stream restored; one that ends it brings what was held back."""
        topic = self._topics.setdefault(name, _Topic(self.open_stream(self.how), frame))
        topic.frame = frame
        out = topic.stream.feed(text.encode("utf-8", "surrogatepass"))
        if _DONE in text:
            out += topic.stream.flush()
            self._unread += topic.stream.unread
            del self._topics[name]
        return out.decode("utf-8", "surrogatepass")

    def _last(self, name: str) -> bytes | None:
        topic = self._topics.pop(name)
        rest = topic.stream.flush()
        self._unread += topic.stream.unread
        if not rest:
            return None
        frame = json.loads(topic.frame)
        frame["payload"]["payload"]["encoded_item"] = rest.decode("utf-8", "surrogatepass")
        return json.dumps([frame]).encode()


def _items(root: Node) -> Iterator[tuple[Node, Node]]:
    """Yield each frame that carries a piece of a stream, and that piece."""
    for frame in root.items if root.kind is Kind.ARRAY else [root]:
        item = inner(frame, *_PATH)
        if item is not None and item.kind is Kind.STRING:
            yield frame, item
