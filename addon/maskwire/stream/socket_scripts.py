"""What the messages of conversations over WebSockets say about their channels. Sans-IO.

Sources: https://platform.openai.com/docs/api-reference/realtime-server-events and
https://ai.google.dev/api/live; the chat of copilot.microsoft.com is not documented.
"""

from collections.abc import Mapping

from maskwire.stream.script import ALL, Channel, Event, Json, Piece, Reading, inner, string
from maskwire.wire.jsonspan import Kind

_SOUND = frozenset({"response.audio", "response.output_audio"})
_ARGUMENTS = frozenset({"response.function_call_arguments", "response.mcp_call_arguments"})
_OVER = frozenset({"done", "completed", "failed"})


class RealtimeScript:
    """One channel for each (item, part, kind of text)."""

    grows = False

    def __init__(self) -> None:
        self._tools: dict[str, str] = {}

    def read(self, event: Event) -> Reading:
        """Return the one piece of a delta event, or what another one ends."""
        root = event.root
        kind = root.string("type")
        name, _, what = kind.rpartition(".")
        if kind in ("response.done", "error"):
            return Reading(ends=[ALL])
        if (item := root.get("item")) is not None:
            if tool := item.string("name"):
                self._tools[item.string("id")] = tool
            return Reading(ends=[(item.string("id"),)] if what == "done" else ())
        item_id = root.string("item_id")
        tool = self._tools.get(item_id, "")
        place = (item_id, event.integer(root, "content_index"))
        text = string(root, "delta")
        if what == "delta" and text is not None and name not in _SOUND:
            is_input = name in _ARGUMENTS
            return Reading([Piece((*place, name), text, is_input, is_input, tool)], tool=tool)
        if what in _OVER:
            return Reading(ends=[place if name.endswith("_part") else (*place, name)], tool=tool)
        return Reading(tool=tool)

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        """Return the latest delta again, with ``text`` in it."""
        del channel
        return {**{key: value for key, value in last.items() if key not in ("obfuscation", "logprobs")}, "delta": text}


_SPOKEN: Mapping[str, str] = {"inputTranscription": "heard", "outputTranscription": "said"}
_LIVE_ENDS = ("turnComplete", "generationComplete", "interrupted")


class LiveScript:
    """Gemini Live: the model's text, its thoughts, and what was heard and said, are a channel each."""

    grows = False

    def read(self, event: Event) -> Reading:
        """Return the texts of a message; the end of a turn ends all."""
        content = event.root.get("serverContent")
        if content is None:
            return Reading(ends=[ALL] if event.root.get("setupComplete") is not None else ())
        pieces = [
            Piece((channel,), text)
            for member, channel in _SPOKEN.items()
            if (text := string(content.get(member), "text")) is not None
        ]
        turn = content.get("modelTurn")
        for part in turn.elements("parts") if turn is not None else ():
            if (text := string(part, "text")) is None:
                continue
            thought = inner(part, "thought")
            is_thought = thought is not None and thought.kind is Kind.LITERAL and thought.text == "true"
            pieces.append(Piece(("thought" if is_thought else "turn",), text))
        ended = any((node := content.get(key)) is not None and node.text == "true" for key in _LIVE_ENDS)
        return Reading(pieces, [ALL] if ended else ())

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        """Return a message with ``text`` in the channel's place."""
        del last
        for member, name in _SPOKEN.items():
            if channel == (name,):
                return {"serverContent": {member: {"text": text}}}
        part: Json = {"text": text, "thought": True} if channel == ("thought",) else {"text": text}
        return {"serverContent": {"modelTurn": {"parts": [part]}}}


class CopilotScript:
    """copilot.microsoft.com: one channel for each part of a message."""

    grows = False

    def read(self, event: Event) -> Reading:
        """Return the piece of an ``appendText``; any other event of the message ends its parts."""
        root = event.root
        kind = root.string("event")
        message = root.string("messageId")
        text = string(root, "text")
        if kind == "appendText" and text is not None:
            return Reading([Piece((message, root.string("partId")), text)])
        if kind in ("done", "error"):
            return Reading(ends=[ALL])
        return Reading(ends=[(message,)] if message else ())

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        """Return the latest ``appendText`` again, with ``text`` in it."""
        del channel
        return {**last, "text": text}
