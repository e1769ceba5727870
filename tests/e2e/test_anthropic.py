"""The official ``anthropic`` SDK, unmodified, by the environment of ``maskwire exec``."""

import json
from collections.abc import Iterator

import anthropic
import pytest
from anthropic.types import MessageParam, ToolParam

from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.messages import signature
from maskwire_daemon.standin.provider import Behaviour
from maskwire_daemon.standin.reply import Manner
from maskwire_daemon.standin.server import StandIn
from tests.e2e.lab import Daemon
from tests.e2e.planted import ALL, BLOCKED, PROMPT

MODEL = "claude-sonnet-5"
TOOL: ToolParam = {"name": "note", "input_schema": {"type": "object", "properties": {"text": {"type": "string"}}}}
TURN: MessageParam = {"role": "user", "content": PROMPT}


@pytest.fixture
def client(program: None) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(api_key="sk-ant-test") as client:
        yield client


def arguments_of(text: str) -> dict[str, object]:
    """Return the input that the stand-in calls a tool with when it was told ``text``."""
    return {"text": text, "lines": text.splitlines(), "script": json.dumps({"say": text})}


def ask(client: anthropic.Anthropic, how: str, turns: list[MessageParam]) -> anthropic.types.Message:
    """Return the answer to ``turns``, plain or put together from a stream by the SDK."""
    if how == "whole":
        return client.messages.create(
            model=MODEL, max_tokens=999, messages=turns, tools=[TOOL], system="For Jennifer Whitfield"
        )
    with client.messages.stream(
        model=MODEL, max_tokens=999, messages=turns, tools=[TOOL], system="For Jennifer Whitfield"
    ) as stream:
        return stream.get_final_message()


def texts(message: anthropic.types.Message) -> list[str]:
    return [block.text for block in message.content if block.type == "text"]


@pytest.mark.parametrize("how", ["whole", "stream"])
@pytest.mark.parametrize("size", [1, 3, 40])
def test_a_message_comes_back_byte_for_byte(
    client: anthropic.Anthropic, stand_in: StandIn, how: str, size: int
) -> None:
    stand_in.provider.behaviour = Behaviour(delta_chars=size)

    assert texts(ask(client, how, [TURN])) == [PROMPT]
    assert leaks(ALL, stand_in.heard()) == []


@pytest.mark.parametrize("how", ["whole", "stream"])
def test_blocks_are_kept_apart(client: anthropic.Anthropic, stand_in: StandIn, how: str) -> None:
    stand_in.provider.behaviour = Behaviour(Manner.CHOICES)

    assert texts(ask(client, how, [TURN])) == [PROMPT, f"Again: {PROMPT}"]


@pytest.mark.parametrize("how", ["whole", "stream"])
def test_a_tools_input_comes_back(client: anthropic.Anthropic, stand_in: StandIn, how: str) -> None:
    stand_in.provider.behaviour = Behaviour(Manner.TOOL)
    (call,) = ask(client, how, [TURN]).content

    assert call.type == "tool_use"
    assert call.input == arguments_of(PROMPT)
    assert leaks(ALL, stand_in.heard()) == []


def test_a_tools_result_is_masked_and_answered(client: anthropic.Anthropic, stand_in: StandIn) -> None:
    turns: list[MessageParam] = [
        TURN,
        {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": "t1", "name": "note", "input": arguments_of(PROMPT)}],
        },
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": PROMPT}]},
    ]

    assert texts(ask(client, "stream", turns)) == [PROMPT]
    assert leaks(ALL, stand_in.heard()) == []


@pytest.mark.parametrize("how", ["whole", "stream"])
def test_a_signed_thought_is_untouched_both_ways(client: anthropic.Anthropic, stand_in: StandIn, how: str) -> None:
    stand_in.provider.behaviour = Behaviour(Manner.THINKING)
    answer = ask(client, how, [TURN])
    thought = answer.content[0]

    assert thought.type == "thinking"
    assert thought.signature == signature(thought.thinking)
    assert leaks(ALL, thought.thinking.encode()) == []
    assert texts(answer) == [PROMPT]

    again: list[MessageParam] = [
        TURN,
        {"role": "assistant", "content": answer.content},
        {"role": "user", "content": "Go on"},
    ]
    stand_in.forget()
    ask(client, how, again)
    sent = json.loads(stand_in.provider.calls[0].body)["messages"][1]["content"][0]

    assert sent == {"type": "thinking", "thinking": thought.thinking, "signature": thought.signature}
    assert leaks(ALL, stand_in.heard()) == []


def test_tokens_are_counted_on_masked_text(client: anthropic.Anthropic, stand_in: StandIn) -> None:
    assert client.messages.count_tokens(model=MODEL, messages=[TURN]).input_tokens > 0
    assert len(stand_in.provider.calls) == 1
    assert leaks(ALL, stand_in.heard()) == []


@pytest.mark.parametrize("how", ["whole", "stream"])
def test_a_blocked_request_raises_the_typed_error_once(
    client: anthropic.Anthropic, stand_in: StandIn, shared: Daemon, how: str
) -> None:
    before = shared.last_event()
    with pytest.raises(anthropic.BadRequestError) as raised:
        ask(client, how, [{"role": "user", "content": f"Send it to {BLOCKED}"}])

    assert "maskwire" in str(raised.value)
    assert BLOCKED not in str(raised.value)
    assert [event.outcome for event in shared.wait_events(1, before)] == ["blocked"]
    assert stand_in.heard() == b""
