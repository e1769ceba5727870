# /// script
# requires-python = ">=3.12"
# dependencies = ["ollama==0.6.3"]
#
# [tool.uv]
# exclude-newer = "2026-11-21T00:00:00Z"
# ///
"""Ollama by its own SDK, asking the hosted service: a local one is no provider, and never proxied."""

import json

import ollama

from tests.e2e.clients.conversation import FUNCTION
from tests.e2e.clients.talk import Message, function_message, talk_by_roles

client = ollama.Client()


def answer(messages: list[Message], streamed: bool) -> Message:
    ask: Message = {"model": "gpt-oss:120b", "messages": [_native(m) for m in messages], "tools": [FUNCTION]}
    text = ""
    calls: list[Message] = []
    for piece in client.chat(**ask, stream=True) if streamed else [client.chat(**ask)]:
        text += piece.message.content or ""
        for call in piece.message.tool_calls or []:
            source = json.dumps(dict(call.function.arguments))
            calls.append({"id": "call", "function": {"name": call.function.name, "arguments": source}})
    return function_message(text, calls)


def _native(message: Message) -> Message:
    """Return ``message`` as Ollama has it: arguments as an object, a result under its tool's name."""
    if message["role"] == "tool":
        return {"role": "tool", "tool_name": FUNCTION["function"]["name"], "content": message["content"]}
    calls = [
        {"function": {**call["function"], "arguments": json.loads(call["function"]["arguments"])}}
        for call in message.get("tool_calls", [])
    ]
    return {**message, "tool_calls": calls} if calls else message


if __name__ == "__main__":
    talk_by_roles("ollama", answer)
