# /// script
# requires-python = ">=3.12"
# dependencies = ["mistralai==3.7.0"]
#
# [tool.uv]
# exclude-newer = "2026-11-21T00:00:00Z"
# ///
"""Mistral by its own SDK."""

import os

from mistralai.client import Mistral

from tests.e2e.clients.conversation import FUNCTION
from tests.e2e.clients.talk import Message, function_message, gathered, talk_by_roles

client = Mistral(api_key=os.environ["MISTRAL_API_KEY"])


def answer(messages: list[Message], streamed: bool) -> Message:
    ask: Message = {"model": "mistral-large-latest", "messages": messages, "tools": [FUNCTION]}
    if streamed:
        return gathered(choice.delta for event in client.chat.stream(**ask) for choice in event.data.choices)
    message = client.chat.complete(**ask).choices[0].message
    return function_message(message.content or "", [call.model_dump() for call in message.tool_calls or []])


if __name__ == "__main__":
    talk_by_roles("mistralai", answer)
