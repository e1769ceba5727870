"""The official ``google-genai`` SDK, unmodified, by the environment of ``maskwire exec``."""

import json
from collections.abc import Iterator

import pytest

from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.provider import Behaviour
from maskwire_daemon.standin.reply import Manner
from maskwire_daemon.standin.server import StandIn
from tests.e2e.lab import Daemon
from tests.e2e.planted import ALL, BLOCKED, PROMPT

pytest.importorskip("google.genai", reason="google-genai needs Python 3.13, as pyproject.toml says")
from google.genai import Client, errors, types

MODEL = "gemini-3.8-flash"
CONFIG = types.GenerateContentConfig(
    tools=[
        types.Tool(
            function_declarations=[types.FunctionDeclaration(name="note", parameters_json_schema={"type": "object"})]
        )
    ],
    automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    system_instruction="You work for Jennifer Whitfield.",
)


@pytest.fixture
def client(program: None) -> Iterator[Client]:
    client = Client(api_key="AIza-test")
    yield client
    client.close()


def user(text: str) -> types.Content:
    return types.Content(role="user", parts=[types.Part(text=text)])


def ask(client: Client, how: str, turns: list[types.Content]) -> dict[int, list[types.Part]]:
    """Return the parts of each candidate, plain or from a stream."""
    if how == "whole":
        responses = [client.models.generate_content(model=MODEL, contents=turns, config=CONFIG)]
    else:
        responses = list(client.models.generate_content_stream(model=MODEL, contents=turns, config=CONFIG))
    found: dict[int, list[types.Part]] = {}
    for response in responses:
        for candidate in response.candidates or []:
            assert candidate.content is not None  # the stand-in always sends one
            found.setdefault(candidate.index or 0, []).extend(candidate.content.parts or [])
    return found


def text(parts: list[types.Part]) -> str:
    return "".join(part.text or "" for part in parts if not part.thought)


@pytest.mark.parametrize("how", ["whole", "stream"])
@pytest.mark.parametrize("size", [1, 3, 40])
def test_an_answer_comes_back_byte_for_byte(client: Client, stand_in: StandIn, how: str, size: int) -> None:
    stand_in.provider.behaviour = Behaviour(delta_chars=size)

    assert text(ask(client, how, [user(PROMPT)])[0]) == PROMPT
    assert leaks(ALL, stand_in.heard()) == []


@pytest.mark.parametrize("how", ["whole", "stream"])
def test_candidates_are_kept_apart(client: Client, stand_in: StandIn, how: str) -> None:
    stand_in.provider.behaviour = Behaviour(Manner.CHOICES)
    found = ask(client, how, [user(PROMPT)])

    assert {index: text(parts) for index, parts in found.items()} == {0: PROMPT, 1: f"Again: {PROMPT}"}


@pytest.mark.parametrize("how", ["whole", "stream"])
def test_a_functions_arguments_come_back(client: Client, stand_in: StandIn, how: str) -> None:
    stand_in.provider.behaviour = Behaviour(Manner.TOOL)
    call = ask(client, how, [user(PROMPT)])[0][0].function_call

    assert call is not None
    assert call.args == {"text": PROMPT, "lines": PROMPT.splitlines(), "script": json.dumps({"say": PROMPT})}
    assert leaks(ALL, stand_in.heard()) == []


def test_a_functions_response_is_masked_and_answered(client: Client, stand_in: StandIn) -> None:
    called = types.Part(function_call=types.FunctionCall(name="note", args={"text": PROMPT}))
    result = types.Part(function_response=types.FunctionResponse(name="note", response={"result": PROMPT}))
    turns = [
        user(PROMPT),
        types.Content(role="model", parts=[called]),
        types.Content(role="user", parts=[result]),
    ]

    assert text(ask(client, "stream", turns)[0]) == PROMPT
    assert leaks(ALL, stand_in.heard()) == []


@pytest.mark.parametrize("how", ["whole", "stream"])
def test_a_signed_thought_keeps_its_text(client: Client, stand_in: StandIn, how: str) -> None:
    stand_in.provider.behaviour = Behaviour(Manner.THINKING)
    parts = ask(client, how, [user(PROMPT)])[0]
    thought = parts[0]

    assert thought.thought
    assert thought.thought_signature == b"standin:" + (thought.text or "").encode()
    assert text(parts) == PROMPT


def test_tokens_are_counted_on_masked_text(client: Client, stand_in: StandIn) -> None:
    counted = client.models.count_tokens(model=MODEL, contents=[user(PROMPT)])

    assert (counted.total_tokens or 0) > 0
    assert len(stand_in.provider.calls) == 1
    assert leaks(ALL, stand_in.heard()) == []


@pytest.mark.parametrize("how", ["whole", "stream"])
def test_a_blocked_request_raises_the_typed_error_once(
    client: Client, stand_in: StandIn, shared: Daemon, how: str
) -> None:
    before = shared.last_event()
    with pytest.raises(errors.ClientError) as raised:
        ask(client, how, [user(f"Send it to {BLOCKED}")])

    assert raised.value.code == 400
    assert BLOCKED not in str(raised.value)
    assert [event.outcome for event in shared.wait_events(1, before)] == ["blocked"]
    assert stand_in.heard() == b""
