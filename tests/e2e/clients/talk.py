"""How a client written in Python holds the conversation. Standard library alone: it runs in the client's environment.

A client says how it keeps turns and asks; this module leads it through the conversation, once streamed and once
whole, and prints what its tool and its reader got.
"""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Protocol

from tests.e2e.clients.conversation import SYSTEM, TURNS, Turn

type Message = dict[str, Any]
"""A turn as OpenAI's chat and its many likes write it."""


@dataclass(frozen=True)
class Call:
    """A call of a tool, its arguments read."""

    id: str
    name: str
    arguments: dict[str, object]


@dataclass(frozen=True)
class Said:
    """An answer: its text and the calls in it."""

    text: str
    calls: list[Call] = field(default_factory=list)


class Chat(Protocol):
    """One conversation of a client, which keeps the turns so far."""

    def user(self, text: str) -> None: ...

    def result(self, call: Call, text: str) -> None: ...

    def ask(self) -> Said: ...


def talk(distribution: str, start: Callable[[bool], Chat]) -> None:
    """Hold the conversation streamed and whole; ``start`` begins one and is told whether it is to be streamed."""
    talks = {}
    for how in ("streamed", "whole"):
        chat = start(how == "streamed")
        talks[how] = [_turn(chat, turn) for turn in TURNS]
    json.dump({"client": f"{distribution} {version(distribution)}", "talks": talks}, sys.stdout)


def _turn(chat: Chat, turn: Turn) -> dict[str, object]:
    chat.user(turn.user)
    (call,) = chat.ask().calls
    chat.result(call, turn.result)
    answer = chat.ask()
    return {"tool": call.name, "arguments": call.arguments, "answer": answer.text}


class RoleChat:
    """A conversation kept as messages with roles. ``answer`` sends them and returns the assistant's message."""

    def __init__(self, answer: Callable[[list[Message], bool], Message], streamed: bool) -> None:
        self._answer, self._streamed = answer, streamed
        self._messages: list[Message] = [{"role": "system", "content": SYSTEM}]

    def user(self, text: str) -> None:
        self._messages.append({"role": "user", "content": text})

    def result(self, call: Call, text: str) -> None:
        self._messages.append({"role": "tool", "tool_call_id": call.id, "content": text})

    def ask(self) -> Said:
        message = self._answer(self._messages, self._streamed)
        self._messages.append(message)
        calls = [
            Call(call["id"], call["function"]["name"], json.loads(call["function"]["arguments"]))
            for call in message.get("tool_calls") or []
        ]
        return Said(message.get("content") or "", calls)


def talk_by_roles(distribution: str, answer: Callable[[list[Message], bool], Message]) -> None:
    """``talk`` for a client whose turns are messages with roles."""
    talk(distribution, lambda streamed: RoleChat(answer, streamed))


def function_message(text: str, calls: list[dict[str, Any]]) -> Message:
    """Return an assistant's message, without the list of calls where there are none."""
    return {"role": "assistant", "content": text, **({"tool_calls": calls} if calls else {})}


def gathered(deltas: Iterable[Any]) -> Message:
    """Return the message that the deltas of a chat add up to, whichever SDK's objects they are."""
    text = ""
    calls: list[dict[str, Any]] = []
    for delta in deltas:
        text += delta.content or ""
        for piece in delta.tool_calls or []:
            if len(calls) <= piece.index:
                function = {"name": piece.function.name, "arguments": ""}
                calls.append({"id": piece.id, "type": "function", "function": function})
            calls[piece.index]["function"]["arguments"] += piece.function.arguments or ""
    return function_message(text, calls)
