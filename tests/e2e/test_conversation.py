"""Whole conversations: several languages, several turns, the same bytes for what did not change."""

import itertools
import json

import pytest

from maskwire_client.models import Status
from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.server import StandIn
from tests.e2e.lab import Daemon
from tests.e2e.planted import ALL, LANGUAGES, PROMPT, VALUES
from tests.e2e.raw import Target, chat, post

MESSAGES = Target("api.anthropic.com", "/v1/messages", {"anthropic-version": "2023-06-01"})


@pytest.fixture(scope="module")
def status(shared: Daemon) -> Status:
    return shared.client.status()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_leaves_masked_and_returns_whole(status: Status, stand_in: StandIn, language: str) -> None:
    text = LANGUAGES[language].format(**VALUES)
    reply = post(status, chat(text, stream=True))

    assert reply.chat_text == text
    assert leaks(ALL, stand_in.heard()) == []


def test_all_languages_at_once_return_whole(status: Status, stand_in: StandIn) -> None:
    text = "\n\n".join(LANGUAGES.values()).format(**VALUES)
    reply = post(status, chat(text, stream=True))

    assert reply.chat_text == text
    assert leaks(ALL, stand_in.heard()) == []


QUESTIONS = (
    PROMPT,
    "Make it shorter, and greet Jennifer Whitfield by her first name.",
    "Also mention https://northwind-mail.com/claims?card=5425+2334+3010+9903 please.",
    json.dumps({"user": VALUES["email"], "password": "correct-Horse7-battery"}),
)


def test_each_turn_repeats_the_bytes_of_the_turn_before(status: Status, stand_in: StandIn) -> None:
    turns: list[dict[str, str]] = []
    for question in QUESTIONS:
        turns.append({"role": "user", "content": question})
        answer = post(status, _conversation(turns)).chat_text
        turns.append({"role": "assistant", "content": answer})
    sent = [call.body for call in stand_in.provider.calls]

    assert [turn["content"] for turn in turns[1::2]] == list(QUESTIONS)
    for before, after in itertools.pairwise(sent):
        assert after.startswith(before.removesuffix(b"]}"))
    assert leaks(ALL, stand_in.heard()) == []


def _conversation(turns: list[dict[str, str]]) -> bytes:
    """Return a chat whose messages come last, so that a longer one starts with the bytes of the shorter."""
    return json.dumps({"model": "gpt-5.5", "messages": turns}).encode()


def test_tool_turns_keep_their_bytes_too(status: Status, stand_in: StandIn) -> None:
    turns: list[dict[str, object]] = []
    for number, question in enumerate(QUESTIONS):
        call = {"type": "tool_use", "id": f"t{number}", "name": "note", "input": {"note": question, "n": number}}
        result = {"type": "tool_result", "tool_use_id": f"t{number}", "content": [{"type": "text", "text": question}]}
        turns += [{"role": "user", "content": question}, {"role": "assistant", "content": [call]}]
        turns.append({"role": "user", "content": [result]})
        body = {"model": "claude-sonnet-5", "max_tokens": 9, "system": "For Jennifer Whitfield", "messages": turns}
        assert post(status, json.dumps(body).encode(), MESSAGES).status == 200
        turns.append({"role": "assistant", "content": "Noted."})
    sent = [call.body for call in stand_in.provider.calls]

    for before, after in itertools.pairwise(sent):
        assert after.startswith(before.removesuffix(b"]}"))
    assert leaks(ALL, stand_in.heard()) == []


def test_a_body_without_findings_leaves_as_it_came(status: Status, stand_in: StandIn) -> None:
    body = (
        b'{ "model":"gpt-5.5",  "temperature":1.0e0, "seed":12345678901234567890,\r\n'
        b'\t"messages":[{"content":"2 + 2 = \\u0034, \\/ ok?","role":"user"}] , "model":"gpt-5.5" }\n'
    )
    reply = post(status, body)

    assert reply.status == 200
    assert stand_in.provider.calls[0].body == body
