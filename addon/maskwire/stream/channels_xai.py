"""Streams of xAI's gRPC chat: chunks with outputs, each with a delta. Sans-IO.

Source: https://github.com/xai-org/xai-proto
"""

from collections.abc import Iterator

from maskwire.stream.script import Channel, Event, Json, Piece, Reading, string
from maskwire.wire.jsonspan import Node

_TEXTS = ("content", "reasoning_content")
_REPEATED = frozenset({"id", "model"})


class XaiScript:
    """One channel for each (output, kind of text) and each (output, tool call)."""

    grows = False

    def __init__(self) -> None:
        self._tools: dict[tuple[int, str], str] = {}

    def read(self, event: Event) -> Reading:
        """Return the pieces of every output; a finish reason other than 0 ends all channels of its output."""
        pieces: list[Piece] = []
        ends: list[Channel] = []
        for output in event.root.elements("outputs"):
            index = event.integer(output, "index")
            pieces += self._delta(output.get("delta"), index)
            if event.integer(output, "finish_reason"):
                ends.append((index,))
        return Reading(pieces, ends)

    def _delta(self, delta: Node | None, index: int) -> Iterator[Piece]:
        if delta is None:
            return
        for key in _TEXTS:
            if (text := string(delta, key)) is not None:
                yield Piece((index, key), text)
        for call in delta.elements("tool_calls"):
            identity, function = call.string("id"), call.get("function")
            if function is None:
                continue
            if name := function.string("name"):
                self._tools[index, identity] = name
            if (arguments := string(function, "arguments")) is not None:
                tool = self._tools.get((index, identity), "")
                yield Piece((index, "tool", identity), arguments, is_json=True, is_input=True, tool=tool)

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        """Return a chunk with one output and nothing in it but ``text``."""
        index, kind = channel[0], channel[1]
        delta: Json = {str(kind): text}
        if kind == "tool":
            delta = {"tool_calls": [{"id": channel[2], "function": {"arguments": text}}]}
        kept: Json = {key: value for key, value in last.items() if key in _REPEATED}
        return {**kept, "outputs": [{"delta": delta, "index": index}]}
