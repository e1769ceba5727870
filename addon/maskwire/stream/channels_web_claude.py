"""Streams of claude.ai: Messages events, with thinking that is only shown. Sans-IO.

The conversation lies with the provider, so nothing here is sent back, and thinking is restored as well: the API's
rule that it must come back unchanged does not bind this client. Source: third-party clients of claude.ai, 2026.
"""

from maskwire.stream.channels_anthropic import AnthropicScript
from maskwire.stream.script import Channel, Event, Json, Piece, Reading, string


class ClaudeWebScript:
    """As in the API, and one more channel for each block: its thinking."""

    grows = False

    def __init__(self) -> None:
        self._api = AnthropicScript()

    def read(self, event: Event) -> Reading:
        """Return the piece of a delta; a block's stop, or the message's, ends channels."""
        delta = event.root.get("delta")
        if delta is not None and delta.string("type") == "thinking_delta":
            text = string(delta, "thinking")
            index = event.integer(event.root, "index")
            return Reading([Piece((index, "thinking"), text)] if text is not None else ())
        return self._api.read(event)

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        """Return a delta of the block that holds ``text``."""
        index, kind = channel
        if kind == "thinking":
            delta: Json = {"type": "thinking_delta", "thinking": text}
            return {"type": "content_block_delta", "index": index, "delta": delta}
        return self._api.tail(channel, text, last)
