"""Streams of OpenAI's assistants. Sans-IO.

Source: https://platform.openai.com/docs/api-reference/assistants-streaming
"""

from collections.abc import Iterator

from maskwire.stream.script import ALL, Channel, Event, Json, Piece, Reading, inner, string


class AssistantsScript:
    """One channel for each (message, content) and each (step, tool call)."""

    grows = False

    def __init__(self) -> None:
        self._tools: dict[Channel, str] = {}

    def read(self, event: Event) -> Reading:
        """Return the pieces of a delta; the whole object, sent when it is done, ends its channels."""
        root = event.root
        name = root.string("id")
        match root.string("object"):
            case "thread.message.delta":
                return Reading(list(_values(event, name)))
            case "thread.run.step.delta":
                return Reading(list(self._calls(event, name)))
            case "thread.message" | "thread.run.step" if root.string("status") != "in_progress":
                return Reading(ends=[(name,)])
            case "thread.run" if root.string("status") not in ("queued", "in_progress", "created"):
                return Reading(ends=[ALL])
        return Reading()

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        """Return a delta of the same object that holds ``text``."""
        name, kind, index = channel
        if kind == "text":
            delta: Json = {"content": [{"index": index, "type": "text", "text": {"value": text}}]}
        else:
            key, member = ("function", "arguments") if kind == "arguments" else ("code_interpreter", "input")
            calls = [{"index": index, "type": key, key: {member: text}}]
            delta = {"step_details": {"type": "tool_calls", "tool_calls": calls}}
        return {"id": name, "object": last["object"], "delta": delta}

    def _calls(self, event: Event, step: str) -> Iterator[Piece]:
        details = inner(event.root, "delta", "step_details")
        for position, call in enumerate(details.elements("tool_calls") if details is not None else ()):
            index = event.integer(call, "index", position)
            function = call.get("function")
            if name := function.string("name") if function is not None else "":
                self._tools[step, index] = name
            tool = self._tools.get((step, index), "")
            if (source := string(function, "arguments")) is not None:
                yield Piece((step, "arguments", index), source, is_json=True, is_input=True, tool=tool)
            if (code := string(call.get("code_interpreter"), "input")) is not None:
                yield Piece((step, "code", index), code)


def _values(event: Event, message: str) -> Iterator[Piece]:
    delta = event.root.get("delta")
    for position, part in enumerate(delta.elements("content") if delta is not None else ()):
        if (text := string(part.get("text"), "value")) is not None:
            yield Piece((message, "text", event.integer(part, "index", position)), text)
