# /// script
# requires-python = ">=3.12"
# dependencies = ["litellm==1.106.2", "mcp>=1.20"]
#
# [tool.uv]
# exclude-newer = "2026-11-21T00:00:00Z"
# ///
"""``litellm``: one call for every provider; its argument says for which model, and so in which format it speaks."""

import sys

import litellm

from tests.e2e.clients.conversation import FUNCTION
from tests.e2e.clients.talk import Message, function_message, gathered, talk_by_roles


def answer(messages: list[Message], streamed: bool) -> Message:
    ask: Message = {"model": sys.argv[1], "messages": messages, "tools": [FUNCTION], "stream": streamed}
    if streamed:
        return gathered(choice.delta for chunk in litellm.completion(**ask) for choice in chunk.choices)
    message = litellm.completion(**ask).choices[0].message
    return function_message(message.content or "", [call.model_dump() for call in message.tool_calls or []])


if __name__ == "__main__":
    talk_by_roles("litellm", answer)
