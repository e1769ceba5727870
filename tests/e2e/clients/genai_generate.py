# /// script
# requires-python = ">=3.12"
# dependencies = ["google-genai==3.4.0"]
#
# [tool.uv]
# exclude-newer = "2026-11-21T00:00:00Z"
# ///
"""Gemini by the ``google-genai`` SDK; its chat keeps the turns."""

from google.genai import Client, types

from tests.e2e.clients.conversation import PARAMETERS, SYSTEM, TOOL
from tests.e2e.clients.talk import Call, Said, talk

CONFIG = types.GenerateContentConfig(
    system_instruction=SYSTEM,
    tools=[types.Tool(function_declarations=[types.FunctionDeclaration(name=TOOL, parameters_json_schema=PARAMETERS)])],
    automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
)


class Generating:
    def __init__(self, streamed: bool) -> None:
        self._client = Client()
        self._chat = self._client.chats.create(model="gemini-3.8-flash", config=CONFIG)
        self._streamed = streamed
        self._next = types.Part()

    def user(self, text: str) -> None:
        self._next = types.Part(text=text)

    def result(self, call: Call, text: str) -> None:
        self._next = types.Part.from_function_response(name=call.name, response={"result": text})

    def ask(self) -> Said:
        if self._streamed:
            answers = list(self._chat.send_message_stream(self._next))
        else:
            answers = [self._chat.send_message(self._next)]
        parts = [part for answer in answers for part in answer.parts or []]
        called = [part.function_call for part in parts if part.function_call]
        calls = [Call(call.id or "", call.name or "", call.args or {}) for call in called]
        return Said("".join(part.text or "" for part in parts), calls)


if __name__ == "__main__":
    talk("google-genai", Generating)
