"""Streams of Cohere's chat, version 2. Sans-IO. Source: https://docs.cohere.com/v2/docs/streaming"""

from collections.abc import Iterator

from maskwire.stream.script import ALL, Channel, Event, Json, Piece, Reading, inner, string
from maskwire.wire.jsonspan import Node


class CohereScript:
    """One channel for each (content, text or thinking), each tool call, and the plan."""

    grows = False

    def __init__(self) -> None:
        self._tools: dict[int, str] = {}

    def read(self, event: Event) -> Reading:
        """Return the piece of a delta; the end of a part or of the message ends channels."""
        kind = event.root.string("type")
        index = event.integer(event.root, "index")
        message = inner(event.root, "delta", "message")
        match kind:
            case "content-start" | "content-delta":
                return Reading(list(_texts(inner(message, "content"), index)))
            case "tool-plan-delta":
                text = string(message, "tool_plan")
                return Reading([Piece(("plan",), text)] if text is not None else ())
            case "tool-call-start" | "tool-call-delta":
                return Reading(list(self._call(inner(message, "tool_calls", "function"), index)), [("plan",)])
            case "content-end":
                return Reading(ends=[("content", index)])
            case "tool-call-end":
                return Reading(ends=[("call", index)])
            case "message-end":
                return Reading(ends=[ALL])
        return Reading()

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        """Return a delta of the same part that holds ``text``."""
        del last
        match channel:
            case ("content", index, kind):
                message: Json = {"content": {str(kind): text}}
                return {"type": "content-delta", "index": index, "delta": {"message": message}}
            case ("call", index):
                message = {"tool_calls": {"function": {"arguments": text}}}
                return {"type": "tool-call-delta", "index": index, "delta": {"message": message}}
        return {"type": "tool-plan-delta", "delta": {"message": {"tool_plan": text}}}

    def _call(self, function: Node | None, index: int) -> Iterator[Piece]:
        if function is None:
            return
        if name := function.string("name"):
            self._tools[index] = name
        if (source := string(function, "arguments")) is not None:
            tool = self._tools.get(index, "")
            yield Piece(("call", index), source, is_json=True, is_input=True, tool=tool)


def _texts(content: Node | None, index: int) -> Iterator[Piece]:
    for kind in ("text", "thinking"):
        if (text := string(content, kind)) is not None:
            yield Piece(("content", index, kind), text)
