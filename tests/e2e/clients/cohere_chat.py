# /// script
# requires-python = ">=3.12"
# dependencies = ["cohere==7.3.1"]
#
# [tool.uv]
# exclude-newer = "2026-11-21T00:00:00Z"
# ///
"""Cohere by its own SDK, version 2 of its API."""

import cohere

from tests.e2e.clients.conversation import FUNCTION
from tests.e2e.clients.talk import Message, function_message, talk_by_roles

client = cohere.ClientV2()


def answer(messages: list[Message], streamed: bool) -> Message:
    ask: Message = {"model": "command-a-03-2025", "messages": messages, "tools": [FUNCTION]}
    if streamed:
        return _gathered(ask)
    message = client.chat(**ask).message
    text = "".join(part.text for part in message.content or [])
    return function_message(text, [call.model_dump() for call in message.tool_calls or []])


def _gathered(ask: Message) -> Message:
    text = ""
    calls: list[Message] = []
    for event in client.chat_stream(**ask):
        match event.type:
            case "content-delta":
                text += event.delta.message.content.text
            case "tool-call-start":
                calls.append(event.delta.message.tool_calls.model_dump())
            case "tool-call-delta":
                calls[-1]["function"]["arguments"] += event.delta.message.tool_calls.function.arguments
    return function_message(text, calls)


if __name__ == "__main__":
    talk_by_roles("cohere", answer)
