# /// script
# requires-python = ">=3.12"
# dependencies = ["openai==3.54.0"]
#
# [tool.uv]
# exclude-newer = "2026-11-21T00:00:00Z"
# ///
"""Responses by the ``openai`` SDK; what the model said goes back as the items that it came in."""

import json
from typing import Any

import openai

from tests.e2e.clients.conversation import PARAMETERS, SYSTEM, TOOL
from tests.e2e.clients.talk import Call, Said, talk

FUNCTION: Any = {"type": "function", "name": TOOL, "parameters": PARAMETERS, "strict": False}


class Responses:
    def __init__(self, streamed: bool) -> None:
        self._client = openai.OpenAI()
        self._streamed = streamed
        self._items: list[Any] = []

    def user(self, text: str) -> None:
        self._items.append({"role": "user", "content": text})

    def result(self, call: Call, text: str) -> None:
        self._items.append({"type": "function_call_output", "call_id": call.id, "output": text})

    def ask(self) -> Said:
        ask: Any = {"model": "gpt-5.5", "instructions": SYSTEM, "input": self._items, "tools": [FUNCTION]}
        if self._streamed:
            with self._client.responses.stream(**ask) as stream:
                response: Any = stream.get_final_response()
        else:
            response = self._client.responses.create(**ask)
        self._items += [item.model_dump(mode="json", exclude={"parsed_arguments"}) for item in response.output]
        calls = [
            Call(item.call_id, item.name, json.loads(item.arguments))
            for item in response.output
            if item.type == "function_call"
        ]
        return Said(response.output_text, calls)


if __name__ == "__main__":
    talk("openai", Responses)
