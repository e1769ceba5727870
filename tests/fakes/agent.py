"""An agent's conversation as its client sends it: every turn repeats all turns before, byte for byte.

Each turn has a question, a tool call with arguments, the tool's result and an answer. The part that grows stands
last, as in the requests of the official SDKs, so that providers can reuse what they computed for its beginning.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tests.strategies.wire import Json

Say = Callable[[int], str]
"""What is said: another text for every number."""

CACHED = {"cache_control": {"type": "ephemeral"}}


@dataclass(frozen=True, slots=True)
class Agent:
    """How one API is spoken: where, and what one turn adds. ``opening`` stands before the turns."""

    host: str
    path: str
    opening: Json
    key: str
    turn: Callable[[Say, int], list[Json]]
    marks: bool = False

    def bodies(self, turns: int, say: Say) -> list[bytes]:
        """Return the request of each turn."""
        history: list[Json] = []
        found: list[bytes] = []
        for number in range(turns):
            history += self.turn(say, number)
            asked = {"role": "user", "content": [{"type": "text", "text": say(number * 4 + 3), **CACHED}]}
            found.append(json.dumps({**self.opening, self.key: [*history, asked] if self.marks else history}).encode())
        return found


def _chat(say: Say, number: int) -> list[Json]:
    function = {"name": "write", "arguments": json.dumps({"path": f"notes/{number}.md", "text": say(number * 4 + 1)})}
    call = {"id": f"call_{number}", "type": "function", "function": function}
    return [
        {"role": "user", "content": say(number * 4)},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": f"call_{number}", "content": json.dumps({"out": say(number * 4 + 2)})},
        {"role": "assistant", "content": say(number * 4 + 3)},
    ]


def _responses(say: Say, number: int) -> list[Json]:
    arguments = json.dumps({"text": say(number * 4 + 1), "nested": json.dumps({"again": say(number * 4)})})
    return [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": say(number * 4)}]},
        {"type": "reasoning", "id": f"rs_{number}", "summary": [], "encrypted_content": "gAAAAABo" + "x1" * 40},
        {"type": "function_call", "call_id": f"call_{number}", "name": "write", "arguments": arguments},
        {"type": "function_call_output", "call_id": f"call_{number}", "output": say(number * 4 + 2)},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": say(number * 4 + 3)}]},
    ]


def _anthropic(say: Say, number: int) -> list[Json]:
    use = {"type": "tool_use", "id": f"toolu_{number}", "name": "write", "input": {"text": say(number * 4 + 1), "n": 1}}
    result = {"type": "tool_result", "tool_use_id": f"toolu_{number}", "content": [_block(say(number * 4 + 2))]}
    return [
        {"role": "user", "content": [_block(say(number * 4 - 1 if number else 0))]},
        {"role": "assistant", "content": [_block(say(number * 4)), use]},
        {"role": "user", "content": [result]},
        {"role": "assistant", "content": [_block(say(number * 4 + 3))]},
    ]


def _block(text: str) -> Json:
    return {"type": "text", "text": text}


def _gemini(say: Say, number: int) -> list[Json]:
    call = {"name": "write", "args": {"text": say(number * 4 + 1), "lines": [say(number * 4)]}}
    response = {"name": "write", "response": {"result": say(number * 4 + 2)}}
    return [
        {"role": "user", "parts": [{"text": say(number * 4)}]},
        {"role": "model", "parts": [{"functionCall": call}]},
        {"role": "user", "parts": [{"functionResponse": response}]},
        {"role": "model", "parts": [{"text": say(number * 4 + 3)}]},
    ]


_SCHEMA = {"type": "object", "properties": {"text": {"type": "string", "description": "what to write"}}}
_SYSTEM = "You write for Jennifer Whitfield <jennifer@northwind-mail.com>."

AGENTS: Mapping[str, Agent] = MappingProxyType(
    {
        "openai chat": Agent(
            "api.openai.com",
            "/v1/chat/completions",
            {
                "model": "gpt-5",
                "tools": [{"type": "function", "function": {"name": "write", "parameters": _SCHEMA}}],
            },
            "messages",
            _chat,
        ),
        "openai responses": Agent(
            "api.openai.com",
            "/v1/responses",
            {
                "model": "gpt-5",
                "instructions": _SYSTEM,
                "tools": [{"type": "function", "name": "write", "parameters": _SCHEMA}],
            },
            "input",
            _responses,
        ),
        "anthropic": Agent(
            "api.anthropic.com",
            "/v1/messages",
            {
                "model": "claude-sonnet-5",
                "max_tokens": 1024,
                "system": [{"type": "text", "text": _SYSTEM, **CACHED}],
                "tools": [{"name": "write", "input_schema": _SCHEMA, **CACHED}],
            },
            "messages",
            _anthropic,
            marks=True,
        ),
        "gemini": Agent(
            "generativelanguage.googleapis.com",
            "/v1beta/models/gemini-3-pro:generateContent",
            {
                "systemInstruction": {"parts": [{"text": _SYSTEM}]},
                "tools": [{"functionDeclarations": [{"name": "write", "parameters": _SCHEMA}]}],
            },
            "contents",
            _gemini,
        ),
    }
)
"""The clients whose providers reuse prompts."""


def kept(before: tuple[bytes, bytes], after: tuple[bytes, bytes]) -> bool:
    """Tell whether a masked request begins as the masked one before, as far as the client's own requests do.

    Each is the request as the client sent it and as it left. What follows the shared beginning of the earlier one
    must have nothing to mask.
    """
    (sent, left), (sent_after, left_after) = before, after
    shared = next((i for i, (a, b) in enumerate(zip(sent, sent_after, strict=False)) if a != b), len(sent))
    rest = sent[shared:]
    assert left.endswith(rest)
    return left_after.startswith(left[: len(left) - len(rest)])
