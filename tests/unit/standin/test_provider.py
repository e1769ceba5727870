"""The stand-in gives back what it was told, in each provider's format."""

import json
from collections.abc import Callable

import pytest

from maskwire_daemon.standin.provider import Behaviour, Provider
from maskwire_daemon.standin.reply import Manner, said
from maskwire_daemon.standin.wire import Answer, Call

TEXT = 'Hello "Jörg"\nand 😀'

PLAIN, STREAMED = False, True

CHAT = "/v1/chat/completions"
RESPONSES = "/v1/responses"
MESSAGES = "/v1/messages"
GEMINI = "/v1beta/models/gemini-x"


def ask(path: str, body: dict[str, object], behaviour: Behaviour | None = None) -> Answer:
    host = "generativelanguage.googleapis.com" if "models/" in path else "api.openai.com"
    return Provider(behaviour).answer(Call("POST", host, path, (), json.dumps(body).encode()))


def whole(answer: Answer) -> str:
    (body,) = answer.pieces
    return str(json.loads(body))


def events(answer: Answer) -> list[dict[str, object]]:
    found = []
    for piece in answer.pieces:
        data = piece.strip().split(b"data: ", 1)[1]
        if data != b"[DONE]":
            found.append(json.loads(data))
    return found


def strings(value: object, key: str) -> str:
    """Join the strings under ``key`` anywhere in ``value``, in order."""
    if isinstance(value, dict):
        return "".join(v if k == key and isinstance(v, str) else strings(v, key) for k, v in value.items())
    return "".join(strings(v, key) for v in value) if isinstance(value, list) else ""


def chat(stream: bool) -> Answer:
    return ask(CHAT, {"model": "m", "stream": stream, "messages": [{"role": "user", "content": TEXT}]})


def responses(stream: bool) -> Answer:
    return ask(RESPONSES, {"model": "m", "stream": stream, "input": TEXT})


def messages(stream: bool) -> Answer:
    turn = {"role": "user", "content": [{"type": "text", "text": TEXT}]}
    return ask(MESSAGES, {"model": "m", "stream": stream, "messages": [turn]})


def gemini(stream: bool) -> Answer:
    method = ":streamGenerateContent?alt=sse" if stream else ":generateContent"
    return ask(GEMINI + method, {"contents": [{"role": "user", "parts": [{"text": TEXT}]}]})


FORMATS = [chat, responses, messages, gemini]


@pytest.mark.parametrize("form", FORMATS)
def test_a_plain_answer_holds_the_text(form: Callable[[bool], Answer]) -> None:
    assert repr(TEXT)[1:-1] in whole(form(PLAIN))


@pytest.mark.parametrize(
    ("form", "key"), [(chat, "content"), (responses, "delta"), (messages, "text"), (gemini, "text")]
)
def test_the_deltas_of_a_stream_are_the_text(form: Callable[[bool], Answer], key: str) -> None:
    assert strings(events(form(STREAMED)), key) == TEXT


def test_a_stream_without_sse_is_one_json_array() -> None:
    answer = ask(GEMINI + ":streamGenerateContent", {"contents": [{"parts": [{"text": TEXT}]}]})

    assert strings(json.loads(b"".join(answer.pieces)), "text") == TEXT


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CHAT, {"messages": [{"content": TEXT}], "tools": [{"function": {"name": "note"}}]}),
        (RESPONSES, {"input": TEXT, "tools": [{"type": "web_search"}, {"type": "function", "name": "note"}]}),
        (MESSAGES, {"messages": [{"content": TEXT}], "tools": [{"name": "note"}]}),
        (
            GEMINI + ":generateContent",
            {"contents": [{"parts": [{"text": TEXT}]}], "tools": [{"functionDeclarations": [{"name": "note"}]}]},
        ),
    ],
)
def test_a_tool_is_called_with_the_text(path: str, body: dict[str, object]) -> None:
    called = whole(ask(path, body, Behaviour(Manner.TOOL)))

    assert "'name': 'note'" in called
    assert "Jörg" in called


def test_a_tools_result_is_echoed_even_when_tools_are_offered() -> None:
    result = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": TEXT}]}
    answer = ask(MESSAGES, {"messages": [result], "tools": [{"name": "note"}]}, Behaviour(Manner.TOOL))

    assert "tool_use" not in whole(answer)
    assert repr(TEXT)[1:-1] in whole(answer)


def test_choices_are_interleaved() -> None:
    body: dict[str, object] = {"stream": True, "messages": [{"content": "abcdef"}]}
    indexes = [
        choice["index"]
        for event in events(ask(CHAT, body, Behaviour(Manner.CHOICES)))
        if isinstance(listed := event["choices"], list)
        for choice in listed
    ]

    assert indexes[:6] == [0, 1, 0, 1, 0, 1]


def test_a_thought_is_signed() -> None:
    thought = ask(MESSAGES, {"messages": [{"content": TEXT}]}, Behaviour(Manner.THINKING))

    assert "'signature': '" in whole(thought)


def test_an_error_has_the_providers_shape() -> None:
    answer = ask(GEMINI + ":generateContent", {}, Behaviour(status=503))

    assert answer.status == 503
    assert json.loads(answer.pieces[0])["error"]["code"] == 503


@pytest.mark.parametrize(("path", "status"), [("/v1/unknown", 404), (MESSAGES + "/count_tokens", 200)])
def test_each_path_has_its_answer(path: str, status: int) -> None:
    assert ask(path, {}).status == status


def test_a_body_that_is_no_json_is_an_error() -> None:
    assert Provider().answer(Call("POST", "api.openai.com", CHAT, (), b"{")).status == 400


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("a", "a"),
        ([{"type": "text", "text": "a"}, {"type": "image", "source": {}}, "b"], "a\nb"),
        ({"type": "function_call_output", "call_id": "c", "output": "a"}, "a"),
        ([{"functionResponse": {"name": "n", "response": {"first": "a", "second": ["b"]}}}], "a\nb"),
        (None, ""),
        ({"type": "refusal"}, ""),
    ],
)
def test_the_text_of_a_turn_is_read_in_every_shape(content: object, text: str) -> None:
    assert said(content) == text
