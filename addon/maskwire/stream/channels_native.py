"""Streams of models that Bedrock invokes with their own bodies: Nova, Titan, Llama, Mistral, Cohere. Sans-IO.

Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
"""

from collections.abc import Iterator

from maskwire.stream.channels_bedrock import ConverseScript
from maskwire.stream.channels_chat import ChatScript
from maskwire.stream.script import ALL, Channel, Event, Json, Piece, Reading, scalars, string
from maskwire.wire.jsonspan import Kind, Node

_FLAT = ("outputText", "generation", "text")
"""Titan, Llama, Cohere: the piece is a member of the event."""
_NOVA = ("contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop")
_OVER = frozenset({"completionReason", "stop_reason", "is_finished", "finish_reason"})


class NativeScript:
    """Tells the models apart by the members of their events."""

    grows = False

    def __init__(self) -> None:
        self._chat = ChatScript()
        self._nova = ConverseScript()

    def read(self, event: Event) -> Reading:
        """Return the pieces of an event of whichever model."""
        root = event.root
        for name in _NOVA:
            if (inner := root.get(name)) is not None and inner.kind is Kind.OBJECT:
                reading = self._nova.read(Event(event.data, inner))
                pieces = [Piece(("nova", *p.channel), p.node, p.is_json, p.is_input, p.tool) for p in reading.pieces]
                return Reading(pieces, [("nova", *end) for end in reading.ends])
        chat = self._chat.read(event)
        pieces = [*chat.pieces, *_flat(event)]
        return Reading(pieces, [*chat.ends, *([ALL] if _is_over(root) else ()), *_ended(event)])

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        """Return an event of the same model that only adds ``text``."""
        match channel:
            case ("nova", *below):
                return {"contentBlockDelta": self._nova.tail(tuple(below), text, last)}
            case ("flat", name):
                return {**scalars(last, without=_OVER), str(name): text}
            case ("outputs", _):
                return {"outputs": [{"text": text, "stop_reason": None}]}
            case ("message", index):
                message: Json = {"role": "assistant", "content": text}
                return {"choices": [{"index": index, "message": message, "stop_reason": None}]}
        return self._chat.tail(channel, text, last)


def _flat(event: Event) -> Iterator[Piece]:
    if not _is_copy(event.root):
        for name in _FLAT:
            if (text := string(event.root, name)) is not None:
                yield Piece(("flat", name), text)
    for position, output in enumerate(event.root.elements("outputs")):
        if (text := string(output, "text")) is not None:
            yield Piece(("outputs", position), text)
    for position, choice in enumerate(event.root.elements("choices")):
        if (text := string(choice.get("message"), "content")) is not None:
            yield Piece(("message", event.integer(choice, "index", position)), text)


def _is_copy(root: Node) -> bool:
    """Tell whether an event of Cohere's repeats what others have brought."""
    return root.string("event_type") not in ("", "text-generation")


def _is_over(root: Node) -> bool:
    found = (root.get(name) for name in _OVER)
    return any(node is not None and node.text not in ("null", "false") for node in found)


def _ended(event: Event) -> Iterator[Channel]:
    """Yield the channels of the outputs that end with an event."""
    for position, output in enumerate(event.root.elements("outputs")):
        if output.string("stop_reason"):
            yield ("outputs", position)
    for position, choice in enumerate(event.root.elements("choices")):
        if choice.string("stop_reason"):
            index = event.integer(choice, "index", position)
            yield from (("message", index), (index,))
