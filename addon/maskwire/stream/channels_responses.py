"""Streams of the Responses API: typed, numbered events, every text repeated whole when it is done. Sans-IO.

Source: https://platform.openai.com/docs/api-reference/responses-streaming
"""

from maskwire.stream.script import ALL, Channel, Event, Json, Piece, Reading, string

_JSON = frozenset({"function_call_arguments", "mcp_call_arguments"})
_INPUT = frozenset({*_JSON, "custom_tool_call_input"})
_ENDS = frozenset({"response.completed", "response.failed", "response.incomplete", "error"})
_NOT_TEXT = frozenset({"audio"})
_NOT_REPEATED = frozenset({"obfuscation"})


class ResponsesScript:
    """One channel for each (output item, part, kind of text); ``*.done`` events end them."""

    grows = False

    def __init__(self) -> None:
        self._tools: dict[int, str] = {}

    def read(self, event: Event) -> Reading:
        """Return the one piece of a delta event, or what a done event ends."""
        root = event.root
        kind = root.string("type")
        if kind in _ENDS:
            return Reading(ends=[ALL])
        output = event.integer(root, "output_index")
        if (item := root.get("item")) is not None:
            if name := item.string("name"):
                self._tools[output] = name
            return Reading(ends=[(output,)] if kind == "response.output_item.done" else ())
        tool = self._tools.get(output, "")
        name = kind.removeprefix("response.").rpartition(".")[0]
        if kind.endswith(".delta"):
            text = string(root, "delta")
            if text is None or name in _NOT_TEXT:
                return Reading(tool=tool)
            channel = (*_place(event, output), name)
            return Reading([Piece(channel, text, name in _JSON, name in _INPUT, tool)])
        if kind.endswith(".done"):
            place = _place(event, output)
            return Reading(ends=[place if name.endswith("_part") else (*place, name)], tool=tool)
        return Reading(tool=tool)

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        """Return the latest delta again, with ``text`` in it."""
        del channel
        event = {key: value for key, value in last.items() if key not in _NOT_REPEATED}
        if "logprobs" in event:
            event["logprobs"] = []
        return {**event, "delta": text}


def _place(event: Event, output: int) -> Channel:
    if event.root.get("summary_index") is not None:
        return (output, "summary", event.integer(event.root, "summary_index"))
    return (output, "content", event.integer(event.root, "content_index"))
