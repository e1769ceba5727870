"""Streams of Bedrock's Converse: blocks as Anthropic's, under names of their own. Sans-IO.

Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
"""

from maskwire.stream.script import ALL, Channel, Event, Json, Piece, Reading, inner, string


class ConverseScript:
    """Two channels for each block: its text and its tool input. Reasoning is signed and goes through."""

    grows = False

    def __init__(self) -> None:
        self._tools: dict[int, str] = {}

    def read(self, event: Event) -> Reading:
        """Return the piece of a delta; a block's or the message's end ends channels.

        What kind of event it is stands in the frame's headers; the members tell it as well.
        """
        root = event.root
        if root.get("stopReason") is not None:
            return Reading(ends=[ALL])
        if root.get("contentBlockIndex") is None:
            return Reading()
        index = event.integer(root, "contentBlockIndex")
        if (start := root.get("start")) is not None:
            tool = inner(start, "toolUse")
            self._tools[index] = tool.string("name") if tool is not None else ""
            return Reading()
        if (delta := root.get("delta")) is None:
            return Reading(ends=[(index,)])
        if (text := string(delta, "text")) is not None:
            return Reading([Piece((index, "text"), text)])
        if (source := string(inner(delta, "toolUse"), "input")) is not None:
            tool_name = self._tools.get(index, "")
            return Reading([Piece((index, "input"), source, is_json=True, is_input=True, tool=tool_name)])
        return Reading()

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        """Return a delta of the block that holds ``text``."""
        del last
        index, kind = channel
        delta: Json = {"text": text} if kind == "text" else {"toolUse": {"input": text}}
        return {"contentBlockIndex": index, "delta": delta}
