"""Cohere, Ollama and Bedrock as the stand-in speaks them, and what it says to pages of another origin."""

import json
from collections.abc import Callable, Iterator

import pytest

from maskwire.wire.eventstream import EventStreamSplitter
from maskwire_daemon.standin.provider import Behaviour, Provider
from maskwire_daemon.standin.reply import Manner
from maskwire_daemon.standin.wire import Answer, Call

TEXT = 'Hello "Jörg"\nand 😀'
ARGUMENTS = {"text": TEXT, "lines": TEXT.splitlines(), "script": json.dumps({"say": TEXT})}
TURN = {"role": "user", "content": TEXT}
TOOLS = [{"type": "function", "function": {"name": "note", "parameters": {}}}]
BLOCKS = [{"role": "user", "content": [{"text": TEXT}]}]
OFFER = {"tools": [{"toolSpec": {"name": "note"}}]}

type Json = dict[str, object]


def ask(path: str, body: Json, manner: Manner, host: str = "x") -> Answer:
    return Provider(Behaviour(manner)).answer(Call("POST", host, path, (), json.dumps(body).encode()))


def cohere(manner: Manner, *, stream: bool) -> Answer:
    return ask("/v2/chat", {"model": "m", "stream": stream, "messages": [TURN], "tools": TOOLS}, manner)


def ollama(manner: Manner, *, stream: bool) -> Answer:
    return ask("/api/chat", {"model": "m", "stream": stream, "messages": [TURN], "tools": TOOLS}, manner)


def converse(manner: Manner, *, stream: bool) -> Answer:
    path = "/model/eu.some%3Amodel/converse" + ("-stream" if stream else "")
    return ask(path, {"messages": BLOCKS, "toolConfig": OFFER}, manner)


def mistral(manner: Manner, *, stream: bool) -> Answer:
    body: Json = {"model": "m", "stream": stream, "messages": [TURN], "tools": TOOLS}
    return ask("/v1/chat/completions", body, manner, "api.mistral.ai")


FORMS = [cohere, ollama, converse, mistral]


def payloads(answer: Answer) -> Iterator[object]:
    """Yield the JSON of each piece, however the format frames it."""
    raw = b"".join(answer.pieces)
    if "eventstream" in answer.content_type:
        for frame in EventStreamSplitter().feed(raw):
            assert frame.data is not None  # the stand-in's frames all hold JSON
            yield json.loads(frame.data)
        return
    for line in raw.splitlines():
        if (data := line.removeprefix(b"data: ")).startswith(b"{"):
            yield json.loads(data)


def strings(value: object, key: str) -> str:
    """Join the strings under ``key`` anywhere in ``value``, in order."""
    if isinstance(value, dict):
        return "".join(v if k == key and isinstance(v, str) else strings(v, key) for k, v in value.items())
    return "".join(strings(v, key) for v in value) if isinstance(value, list) else ""


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("form", FORMS)
def test_the_text_comes_back(form: Callable[..., Answer], stream: bool) -> None:
    answer = form(Manner.ECHO, stream=stream)
    key = "text" if form in (cohere, converse) else "content"

    assert strings(list(payloads(answer)), key) == TEXT
    assert (len(answer.pieces) > 1) == stream


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(("form", "key"), [(cohere, "arguments"), (mistral, "arguments"), (converse, "input")])
def test_a_call_holds_the_text_as_json(form: Callable[..., Answer], key: str, stream: bool) -> None:
    found = list(payloads(form(Manner.TOOL, stream=stream)))
    source = strings(found, key)

    assert (json.loads(source) if source else objects(found, key)) == ARGUMENTS


@pytest.mark.parametrize("stream", [True, False])
def test_ollamas_arguments_are_one_object(stream: bool) -> None:
    assert objects(list(payloads(ollama(Manner.TOOL, stream=stream))), "arguments") == ARGUMENTS


def objects(value: object, key: str) -> object:
    """Return the object under ``key`` anywhere in ``value``."""
    if isinstance(value, dict):
        return value.get(key) or next(filter(None, (objects(v, key) for v in value.values())), None)
    return next(filter(None, (objects(v, key) for v in value)), None) if isinstance(value, list) else None


@pytest.mark.parametrize(
    ("form", "key"), [(cohere, "thinking"), (ollama, "thinking"), (converse, "text"), (mistral, "reasoning_content")]
)
@pytest.mark.parametrize("stream", [True, False])
def test_a_thought_comes_before_the_text(form: Callable[..., Answer], key: str, stream: bool) -> None:
    assert strings(list(payloads(form(Manner.THINKING, stream=stream))), key).startswith(f"They wrote: {TEXT}")


def test_mistral_gets_a_call_in_one_piece() -> None:
    pieces = [p for p in payloads(mistral(Manner.TOOL, stream=True)) if objects(p, "tool_calls")]

    assert len(pieces) == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v2/chat", {"messages": [TURN, {"role": "tool", "content": "done"}], "tools": TOOLS}),
        ("/api/chat", {"messages": [TURN, {"role": "tool", "content": "done"}], "tools": TOOLS}),
        (
            "/model/m/converse",
            {
                "messages": [*BLOCKS, {"content": [{"toolResult": {"toolUseId": "t", "content": [{"text": "done"}]}}]}],
                "toolConfig": OFFER,
            },
        ),
    ],
)
def test_a_tools_result_is_echoed(path: str, body: Json) -> None:
    assert b"done" in b"".join(ask(path, body, Manner.TOOL).pieces)


def test_a_page_may_ask_and_read() -> None:
    asked = (("origin", "http://page"), ("access-control-request-method", "POST"))
    headers = (*asked, ("access-control-request-headers", "authorization"))
    answer = Provider().answer(Call("OPTIONS", "x", "/v1/chat/completions", headers))

    assert answer.status == 200
    assert dict(answer.headers) == {
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "authorization",
        "access-control-allow-origin": "http://page",
        "vary": "origin",
    }


def test_a_program_is_told_nothing_about_origins() -> None:
    assert Provider().answer(Call("GET", "x", "/v1/models")).headers == ()
