# /// script
# requires-python = ">=3.12"
# dependencies = ["anthropic==2.12.0"]
#
# [tool.uv]
# exclude-newer = "2026-11-21T00:00:00Z"
# ///
"""Messages by the ``anthropic`` SDK."""

from typing import Any

import anthropic

from tests.e2e.clients.conversation import PARAMETERS, SYSTEM, TOOL
from tests.e2e.clients.talk import Call, Said, talk


class Messages:
    def __init__(self, streamed: bool) -> None:
        self._client = anthropic.Anthropic()
        self._streamed = streamed
        self._turns: list[Any] = []

    def user(self, text: str) -> None:
        self._turns.append({"role": "user", "content": text})

    def result(self, call: Call, text: str) -> None:
        block = {"type": "tool_result", "tool_use_id": call.id, "content": text}
        self._turns.append({"role": "user", "content": [block]})

    def ask(self) -> Said:
        tool: Any = {"name": TOOL, "input_schema": PARAMETERS}
        ask: Any = {"model": "claude-sonnet-5", "max_tokens": 999, "system": SYSTEM, "tools": [tool]}
        if self._streamed:
            with self._client.messages.stream(messages=self._turns, **ask) as stream:
                message = stream.get_final_message()
        else:
            message = self._client.messages.create(messages=self._turns, **ask)
        self._turns.append({"role": "assistant", "content": message.content})
        text = "".join(block.text for block in message.content if block.type == "text")
        return Said(text, [Call(b.id, b.name, dict(b.input)) for b in message.content if b.type == "tool_use"])


if __name__ == "__main__":
    talk("anthropic", Messages)
