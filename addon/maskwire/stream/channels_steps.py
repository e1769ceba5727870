"""Streams that grow by steps: Gemini's interactions and Mistral's conversations. Sans-IO."""

from collections.abc import Iterator

from maskwire.stream.script import ALL, Channel, Event, Json, Piece, Reading, scalars, string
from maskwire.wire.jsonspan import Node


class InteractionsScript:
    """One channel for each (step, text or arguments). A step whose thought is signed is left alone.

    Source: https://ai.google.dev/api/interactions-api
    """

    grows = False

    def __init__(self) -> None:
        self._tools: dict[int, str] = {}

    def read(self, event: Event) -> Reading:
        """Return the piece of a delta; a step's stop, or the interaction's end, ends channels."""
        index = event.integer(event.root, "index")
        match event.root.string("event_type"):
            case "step.start":
                step = event.root.get("step")
                self._tools[index] = step.string("name") if step is not None else ""
            case "step.delta":
                return Reading(list(self._delta(event.root.get("delta"), index)), tool=self._tools.get(index, ""))
            case "step.stop":
                return Reading(ends=[(index,)])
            case "interaction.completed" | "interaction.failed" | "error":
                return Reading(ends=[ALL])
        return Reading()

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        """Return a delta of the step that holds ``text``."""
        index, key = channel
        kind = "arguments_delta" if key == "arguments" else "text"
        return {**scalars(last, without=frozenset()), "index": index, "delta": {"type": kind, str(key): text}}

    def _delta(self, delta: Node | None, index: int) -> Iterator[Piece]:
        if delta is None or delta.string("signature"):
            return
        if (text := string(delta, "text")) is not None:
            yield Piece((index, "text"), text)
        if (source := string(delta, "arguments")) is not None:
            tool = self._tools.get(index, "")
            yield Piece((index, "arguments"), source, is_json=True, is_input=True, tool=tool)


class ConversationsScript:
    """Mistral's conversations: one channel for each (output, content) and each function call.

    Source: https://docs.mistral.ai/api/#tag/beta.conversations
    """

    grows = False

    def read(self, event: Event) -> Reading:
        """Return the piece of a delta; the response's end ends all."""
        root = event.root
        output = event.integer(root, "output_index")
        match root.string("type"):
            case "message.output.delta":
                place = event.integer(root, "content_index")
                text = string(root, "content") or string(root.get("content"), "text")
                return Reading([Piece((output, "content", place), text)] if text is not None else ())
            case "function.call.delta":
                source = string(root, "arguments")
                if source is not None:
                    call = Piece((output, "arguments"), source, is_json=True, is_input=True, tool=root.string("name"))
                    return Reading([call])
            case "conversation.response.done" | "conversation.response.error":
                return Reading(ends=[ALL])
        return Reading()

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        """Return the latest delta again, with ``text`` in it."""
        key = "arguments" if channel[1] == "arguments" else "content"
        value = {"type": "text", "text": text} if isinstance(last.get(key), dict) else text
        return {**last, key: value}
