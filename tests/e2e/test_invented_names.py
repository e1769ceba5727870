"""Invented names for people: the official ``openai`` SDK under ``maskwire exec``, the model of names, and the vault."""

import json
import os
import re
from collections.abc import Iterator

import openai
import pytest
from openai.types.chat import ChatCompletionFunctionToolParam

from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.provider import Behaviour
from maskwire_daemon.standin.reply import Manner
from maskwire_daemon.standin.server import StandIn, running
from tests.e2e.lab import HOSTS, Daemon, Home, exec_environment, running_daemon

PEOPLE = ("Jane Miller", "Tomasz Kowalski", "Priya Raman")
PLACE, COMPANY = "Springfield", "Northwind Traders"
PROMPT = (
    f"Dear {PEOPLE[0]},\n\n{PEOPLE[1]} of {COMPANY} met {PEOPLE[2]} in {PLACE} on Monday. "
    f"{PEOPLE[0]}'s notes say that {PEOPLE[1]}, {PEOPLE[2]} and {PEOPLE[0]} agreed.\n"
    f"**{PEOPLE[2]}** ({PLACE}) | `{PEOPLE[1]}`"
)
SETTINGS = (
    f'[words]\nterms = ["{COMPANY}"]\nentity = "ORGANIZATION"\n'
    + "".join(f'[entities.{entity}]\ntoken = "name"\nthreshold = 0.2\n' for entity in ("PERSON", "LOCATION"))
    + '[entities.ORGANIZATION]\ntoken = "name"\n'
)
TOOL: ChatCompletionFunctionToolParam = {
    "type": "function",
    "function": {"name": "note", "parameters": {"type": "object", "properties": {"text": {"type": "string"}}}},
}


@pytest.fixture(scope="module")
def provider() -> Iterator[StandIn]:
    with running(StandIn()) as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def daemon(provider: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    home = Home.at(tmp_path_factory.mktemp("names"))
    home.configure(dict.fromkeys(HOSTS, provider), SETTINGS)
    with running_daemon(home) as running_one:
        yield running_one


@pytest.fixture
def client(daemon: Daemon, provider: StandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[openai.OpenAI]:
    provider.forget()
    provider.provider.behaviour = Behaviour()
    for name in list(os.environ):
        if any(word in name.upper() for word in ("PROXY", "CERT", "_CA", "SSL", "API_KEY", "BASE_URL")):
            monkeypatch.delenv(name)
    for name, value in exec_environment(daemon.home).items():
        monkeypatch.setenv(name, value)
    with openai.OpenAI(api_key="sk-test") as client:
        yield client


def heard(provider: StandIn) -> str:
    """Return the prompt as the provider got it, after a look that nothing planted is in the request."""
    raw = provider.heard()

    assert leaks([*PEOPLE, PLACE, COMPANY, *" ".join(PEOPLE).split()], raw) == []
    assert b"PERSON_" not in raw
    (said,) = re.findall(rb'"content":\s*("Dear (?:[^"\\]|\\.)*")', raw)
    return str(json.loads(said))


def test_a_whole_answer_comes_back(client: openai.OpenAI, provider: StandIn) -> None:
    answer = client.chat.completions.create(model="gpt-5.5", messages=[{"role": "user", "content": PROMPT}])
    first, _, rest = heard(provider).removeprefix("Dear ").partition(",")

    assert answer.choices[0].message.content == PROMPT
    assert re.fullmatch("[A-Z][a-z]+ [A-Z][a-z]{11}", first)
    assert rest.count(first) == 2


@pytest.mark.parametrize("size", [1, 3, 40])
def test_a_streamed_answer_comes_back(client: openai.OpenAI, provider: StandIn, size: int) -> None:
    provider.provider.behaviour = Behaviour(delta_chars=size)
    stream = client.chat.completions.create(
        model="gpt-5.5", stream=True, messages=[{"role": "user", "content": PROMPT}]
    )
    text = "".join(choice.delta.content or "" for chunk in stream for choice in chunk.choices)

    assert text == PROMPT
    assert heard(provider)


def test_streamed_tool_arguments_come_back(client: openai.OpenAI, provider: StandIn) -> None:
    provider.provider.behaviour = Behaviour(Manner.TOOL, delta_chars=5)
    stream = client.chat.completions.create(
        model="gpt-5.5", stream=True, messages=[{"role": "user", "content": PROMPT}], tools=[TOOL]
    )
    calls = [call for chunk in stream for choice in chunk.choices for call in choice.delta.tool_calls or []]
    arguments = "".join(call.function.arguments or "" for call in calls if call.function)

    assert json.loads(arguments)["text"] == PROMPT
    assert json.loads(json.loads(arguments)["script"]) == {"say": PROMPT}
    assert heard(provider)


def test_the_command_line_masks_once_and_restores_what_was_retold(daemon: Daemon) -> None:
    masked = daemon.home.run("mask", stdin=PROMPT).stdout
    again = daemon.home.run("mask", stdin=masked).stdout
    name = masked.removeprefix("Dear ").partition(",")[0]
    given, surname = name.split()
    retold = f"{name.upper()}; Ms. {surname}; {surname}, {given}; {given}_{surname}; {given}"

    assert leaks([*PEOPLE, PLACE, COMPANY], masked.encode()) == []
    assert again == masked
    assert daemon.home.run("restore", stdin=masked).stdout == PROMPT
    restored = daemon.home.run("restore", stdin=retold).stdout
    assert restored == f"Jane Miller; Ms. Miller; Miller, Jane; Jane_Miller; {given}"
