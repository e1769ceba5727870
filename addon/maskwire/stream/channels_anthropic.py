"""Streams of Anthropic's Messages API: blocks that start, grow and stop. Sans-IO.

Thinking, signatures and compaction go through as they come: the client must send them back unchanged.
Source: https://docs.anthropic.com/en/docs/build-with-claude/streaming
"""

from maskwire.stream.script import ALL, Channel, Event, Json, Piece, Reading, string
from maskwire.wire.jsonspan import Node

_ENDS = frozenset({"message_delta", "message_stop", "error"})


class AnthropicScript:
    """Two channels for each block: its text and its tool input."""

    grows = False

    def __init__(self) -> None:
        self._tools: dict[int, str] = {}

    def read(self, event: Event) -> Reading:
        """Return the piece of a delta; a block's stop, or the message's, ends channels."""
        root = event.root
        index = event.integer(root, "index")
        match root.string("type"):
            case "content_block_start":
                return self._start(root.get("content_block"), index)
            case "content_block_delta":
                return self._delta(root.get("delta"), index)
            case "content_block_stop":
                return Reading(ends=[(index,)])
            case "completion":
                text = string(root, "completion")
                ends = [ALL] if root.string("stop_reason") else []
                return Reading([Piece((0, "completion"), text)] if text is not None else (), ends)
            case kind if kind in _ENDS:
                return Reading(ends=[ALL])
        return Reading()

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        """Return a delta of the block that holds ``text``."""
        index, kind = channel
        if kind == "completion":
            return {**last, "completion": text, "stop_reason": None}
        if kind == "input":
            delta: Json = {"type": "input_json_delta", "partial_json": text}
        else:
            delta = {"type": "text_delta", "text": text}
        return {"type": "content_block_delta", "index": index, "delta": delta}

    def _start(self, block: Node | None, index: int) -> Reading:
        if block is None:
            return Reading()
        self._tools[index] = block.string("name")
        text = string(block, "text") if block.string("type") == "text" else None
        return Reading([Piece((index, "text"), text)] if text is not None else ())

    def _delta(self, delta: Node | None, index: int) -> Reading:
        if delta is None:
            return Reading()
        match delta.string("type"):
            case "text_delta" if (text := string(delta, "text")) is not None:
                return Reading([Piece((index, "text"), text)])
            case "input_json_delta" if (source := string(delta, "partial_json")) is not None:
                tool = self._tools.get(index, "")
                return Reading([Piece((index, "input"), source, is_json=True, is_input=True, tool=tool)])
        return Reading()
