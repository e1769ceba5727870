# /// script
# requires-python = ">=3.12"
# dependencies = ["openai==3.54.0"]
#
# [tool.uv]
# exclude-newer = "2026-11-21T00:00:00Z"
# ///
"""Chat completions by the ``openai`` SDK."""

import openai

from tests.e2e.clients.conversation import FUNCTION
from tests.e2e.clients.talk import Message, function_message, gathered, talk_by_roles

client = openai.OpenAI()


def answer(messages: list[Message], streamed: bool) -> Message:
    ask: Message = {"model": "gpt-5.5", "messages": messages, "tools": [FUNCTION]}
    if streamed:
        with client.chat.completions.create(**ask, stream=True) as chunks:
            return gathered(choice.delta for chunk in chunks for choice in chunk.choices)
    message = client.chat.completions.create(**ask).choices[0].message
    return function_message(message.content or "", [call.model_dump() for call in message.tool_calls or []])


if __name__ == "__main__":
    talk_by_roles("openai", answer)
