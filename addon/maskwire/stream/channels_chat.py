"""Streams of chat completions, of completions, and of the many hosts that speak like them. Sans-IO.

Source: https://platform.openai.com/docs/api-reference/chat-streaming
"""

from collections.abc import Iterator

from maskwire.stream.script import ALL, Channel, Event, Json, Piece, Reading, scalars, string
from maskwire.wire.jsonspan import Kind, Node

_TEXTS = ("content", "refusal", "reasoning_content", "reasoning", "reasoning_text")
_NOT_REPEATED = frozenset({"usage", "obfuscation"})


class ChatScript:
    """One channel for each (choice, kind of text) and each (choice, tool call)."""

    grows = False

    def __init__(self) -> None:
        self._tools: dict[tuple[int, int], str] = {}

    def read(self, event: Event) -> Reading:
        """Return the pieces of every choice; a finish reason ends all channels of its choice."""
        pieces: list[Piece] = []
        ends: list[Channel] = []
        for position, choice in enumerate(event.root.elements("choices")):
            index = event.integer(choice, "index", position)
            pieces += self._choice(event, choice, index)
            if choice.string("finish_reason"):
                ends.append((index,))
        if event.root.get("error") is not None:
            ends.append(ALL)
        return Reading(pieces, ends)

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        """Return a chunk with one choice and nothing in it but ``text``."""
        index, kind = channel[0], channel[1]
        choice: Json = {"index": index, "finish_reason": None}
        if kind == "text":
            choice["text"] = text
        else:
            choice["delta"] = _delta(kind, channel, text)
        return {**scalars(last, without=_NOT_REPEATED), "choices": [choice]}

    def _choice(self, event: Event, choice: Node, index: int) -> Iterator[Piece]:
        if (text := string(choice, "text")) is not None:
            yield Piece((index, "text"), text)
        delta = choice.get("delta")
        if delta is None:
            return
        for key in _TEXTS:
            if (text := string(delta, key)) is not None:
                yield Piece((index, key), text)
        for part in delta.elements("content"):
            yield from _part(part, index)
        if (transcript := string(delta.get("audio"), "transcript")) is not None:
            yield Piece((index, "audio"), transcript)
        if (arguments := string(delta.get("function_call"), "arguments")) is not None:
            name = self._named((index, -1), delta.get("function_call"))
            yield Piece((index, "function_call"), arguments, is_json=True, is_input=True, tool=name)
        for position, call in enumerate(delta.elements("tool_calls")):
            number = event.integer(call, "index", position)
            function, custom = call.get("function"), call.get("custom")
            name = self._named((index, number), function if function is not None else custom)
            if (arguments := string(function, "arguments")) is not None:
                yield Piece((index, "tool", number), arguments, is_json=True, is_input=True, tool=name)
            if (written := string(custom, "input")) is not None:
                yield Piece((index, "custom", number), written, is_input=True, tool=name)

    def _named(self, call: tuple[int, int], node: Node | None) -> str:
        """Return the tool of a call; only its first fragment holds the name."""
        if node is not None and (name := node.string("name")):
            self._tools[call] = name
        return self._tools.get(call, "")


def _part(part: Node, index: int) -> Iterator[Piece]:
    """Yield the pieces of a content part; Mistral streams lists of them."""
    if part.kind is Kind.OBJECT and (text := string(part, "text")) is not None:
        yield Piece((index, "content"), text)
    if part.string("signature"):
        return
    for thought in part.elements("thinking"):
        if (text := string(thought, "text")) is not None:
            yield Piece((index, "thinking"), text)


def _delta(kind: str | int, channel: Channel, text: str) -> Json:
    match kind:
        case "tool":
            return {"tool_calls": [{"index": channel[2], "function": {"arguments": text}}]}
        case "custom":
            return {"tool_calls": [{"index": channel[2], "custom": {"input": text}}]}
        case "function_call":
            return {"function_call": {"arguments": text}}
        case "audio":
            return {"audio": {"transcript": text}}
        case "thinking":
            return {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": text}]}]}
    return {str(kind): text}
