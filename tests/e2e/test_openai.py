"""The official ``openai`` SDK, unmodified, by the environment of ``maskwire exec``."""

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai.types.chat import ChatCompletionFunctionToolParam
from openai.types.responses import FunctionToolParam

from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.provider import Behaviour
from maskwire_daemon.standin.reply import Manner
from maskwire_daemon.standin.server import StandIn
from tests.e2e.lab import Daemon
from tests.e2e.planted import ALL, BLOCKED, PROMPT

SCHEMA: dict[str, object] = {"type": "object", "properties": {"text": {"type": "string"}}}
TOOL: ChatCompletionFunctionToolParam = {"type": "function", "function": {"name": "note", "parameters": SCHEMA}}
FLAT_TOOL: FunctionToolParam = {"type": "function", "name": "note", "parameters": SCHEMA, "strict": False}
MODEL = "gpt-5.5"


@pytest.fixture
def client(program: None) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="sk-test") as client:
        yield client


def arguments_of(text: str) -> dict[str, object]:
    """Return the arguments that the stand-in calls a tool with when it was told ``text``."""
    return {"text": text, "lines": text.splitlines(), "script": json.dumps({"say": text})}


def test_a_plain_chat_comes_back_byte_for_byte(client: openai.OpenAI, stand_in: StandIn) -> None:
    answer = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": PROMPT}])

    assert answer.choices[0].message.content == PROMPT
    assert leaks(ALL, stand_in.heard()) == []


@pytest.mark.parametrize("size", [1, 3, 40])
def test_a_streamed_chat_comes_back_byte_for_byte(client: openai.OpenAI, stand_in: StandIn, size: int) -> None:
    stand_in.provider.behaviour = Behaviour(delta_chars=size)
    stream = client.chat.completions.create(
        model=MODEL, stream=True, messages=[{"role": "user", "content": PROMPT}], stream_options={"include_usage": True}
    )
    text = "".join(choice.delta.content or "" for chunk in stream for choice in chunk.choices)

    assert text == PROMPT
    assert leaks(ALL, stand_in.heard()) == []


def test_an_answer_arrives_while_it_is_written(client: openai.OpenAI, stand_in: StandIn) -> None:
    stand_in.provider.behaviour = Behaviour(delta_chars=len(PROMPT) // 20, pause_s=0.05)
    stream = client.chat.completions.create(model=MODEL, stream=True, messages=[{"role": "user", "content": PROMPT}])
    seen = [time.perf_counter() for chunk in stream if chunk.choices and chunk.choices[0].delta.content]

    assert len(seen) > 10
    assert seen[-1] - seen[0] > 0.5


def test_interleaved_choices_are_kept_apart(client: openai.OpenAI, stand_in: StandIn) -> None:
    stand_in.provider.behaviour = Behaviour(Manner.CHOICES, delta_chars=2)
    texts = ["", ""]
    for chunk in client.chat.completions.create(
        model=MODEL, stream=True, n=2, messages=[{"role": "user", "content": PROMPT}]
    ):
        for choice in chunk.choices:
            texts[choice.index] += choice.delta.content or ""

    assert texts == [PROMPT, f"Again: {PROMPT}"]


def test_tool_arguments_come_back_as_json(client: openai.OpenAI, stand_in: StandIn) -> None:
    stand_in.provider.behaviour = Behaviour(Manner.TOOL)
    answer = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": PROMPT}], tools=[TOOL])
    (call,) = answer.choices[0].message.tool_calls or []

    assert call.type == "function"
    assert json.loads(call.function.arguments) == arguments_of(PROMPT)
    assert leaks(ALL, stand_in.heard()) == []


@pytest.mark.parametrize("size", [1, 7])
def test_streamed_tool_arguments_come_back_as_json(client: openai.OpenAI, stand_in: StandIn, size: int) -> None:
    stand_in.provider.behaviour = Behaviour(Manner.TOOL, delta_chars=size)
    source = ""
    for chunk in client.chat.completions.create(
        model=MODEL, stream=True, messages=[{"role": "user", "content": PROMPT}], tools=[TOOL]
    ):
        for choice in chunk.choices:
            for call in choice.delta.tool_calls or []:
                source += (call.function and call.function.arguments) or ""

    assert json.loads(source) == arguments_of(PROMPT)


def test_a_tools_result_is_masked_and_answered(client: openai.OpenAI, stand_in: StandIn) -> None:
    stand_in.provider.behaviour = Behaviour(Manner.TOOL)
    arguments = json.dumps(arguments_of(PROMPT))
    answer = client.chat.completions.create(
        model=MODEL,
        tools=[TOOL],
        messages=[
            {"role": "system", "content": "You work for Jennifer Whitfield."},
            {"role": "user", "content": PROMPT},
            {
                "role": "assistant",
                "tool_calls": [
                    {"id": "call_1", "type": "function", "function": {"name": "note", "arguments": arguments}}
                ],
            },
            {"role": "tool", "tool_call_id": "call_1", "content": json.dumps({"noted": PROMPT})},
        ],
    )

    assert json.loads(answer.choices[0].message.content or "") == {"noted": PROMPT}
    assert leaks(ALL, stand_in.heard()) == []


@pytest.mark.parametrize("manner", [Manner.ECHO, Manner.CHOICES, Manner.THINKING])
def test_responses_come_back_byte_for_byte(client: openai.OpenAI, stand_in: StandIn, manner: Manner) -> None:
    stand_in.provider.behaviour = Behaviour(manner)
    answer = client.responses.create(model=MODEL, input=PROMPT, instructions="Answer Jennifer Whitfield.")
    expected = {Manner.CHOICES: f"{PROMPT}Again: {PROMPT}"}.get(manner, PROMPT)

    assert answer.output_text == expected
    assert leaks(ALL, stand_in.heard()) == []


@pytest.mark.parametrize("size", [1, 3, 40])
def test_every_copy_in_streamed_responses_is_restored(client: openai.OpenAI, stand_in: StandIn, size: int) -> None:
    stand_in.provider.behaviour = Behaviour(delta_chars=size)
    deltas, copies = "", []
    for event in client.responses.create(model=MODEL, input=PROMPT, stream=True):
        match event.type:
            case "response.output_text.delta":
                deltas += event.delta
            case "response.output_text.done":
                copies.append(event.text)
            case "response.completed":
                copies.append(event.response.output_text)

    assert [deltas, *copies] == [PROMPT] * 3
    assert leaks(ALL, stand_in.heard()) == []


@pytest.mark.parametrize("streamed", ["whole", "stream"])
def test_function_calls_of_responses_come_back_as_json(client: openai.OpenAI, stand_in: StandIn, streamed: str) -> None:
    stand_in.provider.behaviour = Behaviour(Manner.TOOL)
    if streamed == "whole":
        answer = client.responses.create(model=MODEL, input=PROMPT, tools=[FLAT_TOOL])
    else:
        with client.responses.stream(model=MODEL, input=PROMPT, tools=[FLAT_TOOL]) as stream:
            answer = stream.get_final_response()
    (call,) = answer.output

    assert call.type == "function_call"
    assert json.loads(call.arguments) == arguments_of(PROMPT)
    assert leaks(ALL, stand_in.heard()) == []


def test_a_functions_output_is_masked_and_answered(client: openai.OpenAI, stand_in: StandIn) -> None:
    answer = client.responses.create(
        model=MODEL,
        tools=[FLAT_TOOL],
        input=[
            {"role": "user", "content": PROMPT},
            {"type": "function_call", "call_id": "c", "name": "note", "arguments": json.dumps(arguments_of(PROMPT))},
            {"type": "function_call_output", "call_id": "c", "output": PROMPT},
        ],
    )

    assert answer.output_text == PROMPT
    assert leaks(ALL, stand_in.heard()) == []


def test_the_async_client_streams_the_same(program: None, stand_in: StandIn) -> None:
    async def ask() -> str:
        async with openai.AsyncOpenAI(api_key="sk-test") as client:
            stream = await client.chat.completions.create(
                model=MODEL, stream=True, messages=[{"role": "user", "content": PROMPT}]
            )
            return "".join([choice.delta.content or "" async for chunk in stream for choice in chunk.choices])

    assert asyncio.run(ask()) == PROMPT
    assert leaks(ALL, stand_in.heard()) == []


@pytest.mark.parametrize("how", ["chat", "chat stream", "responses", "responses stream"])
def test_a_blocked_request_raises_the_typed_error_once(
    client: openai.OpenAI, stand_in: StandIn, shared: Daemon, how: str
) -> None:
    before = shared.last_event()
    text = f"Send it to {BLOCKED}"
    ask: dict[str, Any] = {
        "chat": lambda: client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": text}]),
        "chat stream": lambda: client.chat.completions.create(
            model=MODEL, stream=True, messages=[{"role": "user", "content": text}]
        ),
        "responses": lambda: client.responses.create(model=MODEL, input=text),
        "responses stream": lambda: client.responses.create(model=MODEL, input=text, stream=True),
    }
    with pytest.raises(openai.BadRequestError) as raised:
        ask[how]()

    assert raised.value.code == "maskwire_blocked"
    assert BLOCKED not in str(raised.value)
    assert [event.outcome for event in shared.wait_events(1, before)] == ["blocked"]
    assert stand_in.heard() == b""


def test_an_error_of_the_provider_stays_its_own(client: openai.OpenAI, stand_in: StandIn) -> None:
    stand_in.provider.behaviour = Behaviour(status=404)
    with pytest.raises(openai.NotFoundError, match="The stand-in answers 404"):
        client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": PROMPT}])

    assert leaks(ALL, stand_in.heard()) == []
