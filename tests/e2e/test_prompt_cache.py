"""Twenty turns of an agent: what a provider has cached stays what it gets, so that only the newest turn is paid anew.

A provider caches by the bytes of a request's beginning. Each turn resends all before it; the masked bytes of that
part must be those of the turn before, although later turns tell more about earlier ones: a first name gets a family
name, a bare number a label, a value turns up in a command.
"""

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from maskwire_client.models import Status
from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.server import StandIn
from tests.e2e.clients.conversation import FOUND, PLANTED, TURNS
from tests.e2e.lab import Daemon
from tests.e2e.planted import VALUES
from tests.e2e.raw import Target, post

type Json = dict[str, object]

SAID = (
    "Jennifer called again. What do we know of her?",
    TURNS[0].user,
    "Look at 436904391 in the old table first, then at 5425233430109903.",
    f"It is {VALUES['person']}, SSN {VALUES['ssn']}, not 436-90-4391. Read her file.",
    "Does Marcus work there too? Mr. Ellingworth, I mean.",
    TURNS[1].user,
    f"curl -H 'authorization: Bearer {FOUND['token']}' https://{FOUND['address']}/cases?mail={FOUND['email']}",
    "Sum it up in two sentences for Whitfield and Ellingworth, please.",
    f"export AWS_ACCESS_KEY_ID={VALUES['aws']} && ./refund --iban '{VALUES['iban']}' --phone \"{VALUES['phone']}\"",
    "Thanks. Is anything left to do?",
)
"""What the person says; said twice over, it makes twenty turns."""

RESULTS = (
    "No such case.",
    TURNS[0].result,
    "436904391 | Jennifer | open\n5425233430109903 | - | declined",
    json.dumps({"owner": VALUES["person"], "mail": VALUES["email"], "since": "2019-04-02", "n": 4}),
    f"{FOUND['person']}\t{FOUND['email']}\t{FOUND['phone']}",
    TURNS[1].result,
    f"HTTP/1.1 200 OK\nx-owner: {FOUND['email']}\n\n<p>Marcus Ellingworth &lt;{FOUND['email']}&gt;</p>",
    "",
    f"refunded to {VALUES['iban'].replace(' ', '')}",
    "nothing",
)


@dataclass(frozen=True)
class Speech:
    """One turn of an agent: what is asked, which call follows, what the tool says, and the answer."""

    number: int
    asked: str
    result: str

    @property
    def arguments(self) -> Json:
        return {"query": self.asked, "page": self.number}

    @property
    def answer(self) -> str:
        return f"I looked: {self.result or 'nothing'}"


SPEECHES = [
    Speech(number, said, result)
    for number, (said, result) in enumerate(zip([*SAID, *SAID], [*RESULTS, *RESULTS], strict=True))
]


def chat(speech: Speech) -> list[Json]:
    function = {"name": "find", "arguments": json.dumps(speech.arguments)}
    call = {"id": f"call_{speech.number}", "type": "function", "function": function}
    return [
        {"role": "user", "content": speech.asked},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": f"call_{speech.number}", "content": speech.result},
        {"role": "assistant", "content": speech.answer},
    ]


def responses(speech: Speech) -> list[Json]:
    call = {"type": "function_call", "call_id": f"call_{speech.number}", "name": "find"}
    return [
        {"role": "user", "content": [{"type": "input_text", "text": speech.asked}]},
        {**call, "arguments": json.dumps(speech.arguments)},
        {"type": "function_call_output", "call_id": f"call_{speech.number}", "output": speech.result},
        {"role": "assistant", "content": [{"type": "output_text", "text": speech.answer}]},
    ]


def anthropic(speech: Speech) -> list[Json]:
    use = {"type": "tool_use", "id": f"toolu_{speech.number}", "name": "find", "input": speech.arguments}
    result = {"type": "tool_result", "tool_use_id": f"toolu_{speech.number}", "content": speech.result}
    return [
        {"role": "user", "content": [{"type": "text", "text": speech.asked}]},
        {"role": "assistant", "content": [use]},
        {"role": "user", "content": [result]},
        {"role": "assistant", "content": speech.answer},
    ]


def gemini(speech: Speech) -> list[Json]:
    answered = {"functionResponse": {"name": "find", "response": {"result": speech.result}}}
    return [
        {"role": "user", "parts": [{"text": speech.asked}]},
        {"role": "model", "parts": [{"functionCall": {"name": "find", "args": speech.arguments}}]},
        {"role": "user", "parts": [answered]},
        {"role": "model", "parts": [{"text": speech.answer}]},
    ]


def converse(speech: Speech) -> list[Json]:
    use = {"toolUseId": f"tooluse_{speech.number}", "name": "find", "input": speech.arguments}
    result = {"toolUseId": f"tooluse_{speech.number}", "content": [{"text": speech.result}]}
    return [
        {"role": "user", "content": [{"text": speech.asked}]},
        {"role": "assistant", "content": [{"toolUse": use}]},
        {"role": "user", "content": [{"toolResult": result}]},
        {"role": "assistant", "content": [{"text": speech.answer}]},
    ]


@dataclass(frozen=True)
class Surface:
    """Where a conversation goes: its turns stand last in the body, in the list named ``turns``."""

    target: Target
    messages: Callable[[Speech], list[Json]]
    head: Json
    turns: str = "messages"

    def body(self, speeches: list[Speech]) -> bytes:
        """Return the request after ``speeches``, the newest of which has no answer yet."""
        spoken = [message for speech in speeches for message in self.messages(speech)]
        return json.dumps({**self.head, self.turns: spoken[:-1]}, ensure_ascii=False).encode()


MODEL: Json = {"model": "m"}
SURFACES = {
    "chat": Surface(Target(), chat, MODEL),
    "responses": Surface(Target(path="/v1/responses"), responses, MODEL, "input"),
    "anthropic": Surface(Target("api.anthropic.com", "/v1/messages"), anthropic, {**MODEL, "max_tokens": 9}),
    "gemini": Surface(
        Target("generativelanguage.googleapis.com", "/v1beta/models/m:generateContent"), gemini, {}, "contents"
    ),
    "cohere": Surface(Target("api.cohere.com", "/v2/chat"), chat, MODEL),
    "mistral": Surface(Target("api.mistral.ai"), chat, MODEL),
    "converse": Surface(
        Target("bedrock-runtime.eu-central-1.amazonaws.com", "/model/anthropic.m/converse"), converse, {}
    ),
}


@pytest.fixture(scope="module")
def status(shared: Daemon) -> Status:
    return shared.client.status()


@pytest.mark.parametrize("name", SURFACES)
def test_each_turn_starts_with_the_masked_bytes_of_the_one_before(status: Status, stand_in: StandIn, name: str) -> None:
    surface = SURFACES[name]
    for turn in range(1, len(SPEECHES) + 1):
        assert post(status, surface.body(SPEECHES[:turn]), surface.target).status == 200
    sent = [call.body for call in stand_in.provider.calls]

    assert len(sent) == len(SPEECHES) == 20
    for number, (before, after) in enumerate(itertools.pairwise(sent)):
        assert after.startswith(before.removesuffix(b"]}")), f"turn {number + 1}"
    assert leaks(PLANTED, sent[-1]) == []
