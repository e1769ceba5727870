"""The short way of an event that differs in its text alone: the same bytes as the long one."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.stream.channels import EventRestorer
from maskwire.stream.channels_gemini import GeminiScript
from maskwire.stream.channels_responses import ResponsesScript
from maskwire.stream.mould import NUMBER, STEADY, VOLATILE, VOLATILE_COUNTS, Mould
from maskwire.stream.script import Event, Piece, string
from maskwire.stream.socket import MessageRestorer
from maskwire.wire.formats import surface_of
from maskwire.wire.jsonarray import ArraySplitter
from maskwire.wire.jsonspan import parse
from maskwire.wire.lines import LineSplitter
from maskwire.wire.sse import SseSplitter
from tests.fakes.resolving import TOKENS, VALUES, restoration
from tests.fakes.unsteady import Unsteady
from tests.strategies.wire import Json, cut

PERSON, EMAIL, PHONE = TOKENS["PERSON"], TOKENS["EMAIL"], TOKENS["PHONE"]


def chat(text: str, n: int) -> Json:
    delta = {"content": text} if n % 7 else {"tool_calls": [{"index": 0, "function": {"arguments": text}}]}
    return {
        "id": "c",
        "choices": [{"index": n % 11 // 10, "delta": delta}],
        "obfuscation": "x" * (n % 13),
        "usage": None,
    }


def responses(text: str, n: int) -> Json:
    kind = "output_text" if n % 9 else "function_call_arguments"
    place = {"item_id": "i", "output_index": n % 17 // 16, "content_index": 0}
    return {"type": f"response.{kind}.delta", **place, "delta": text, "sequence_number": n}


def anthropic(text: str, n: int) -> Json:
    delta = {"type": "text_delta", "text": text} if n % 8 else {"type": "input_json_delta", "partial_json": text}
    return {"type": "content_block_delta", "index": n % 5 // 4, "delta": delta}


def gemini(text: str, n: int) -> Json:
    part = {"text": text} if n % 6 else {"text": text, "thought": True}
    candidate = {"content": {"parts": [part, {"text": "."}], "role": "model"}}
    return {"candidates": [candidate], "usageMetadata": {"totalTokenCount": n, "details": [{"tokenCount": n * 10**5}]}}


def ollama(text: str, n: int) -> Json:
    stamp = f"2026-11-22T04:30:{n % 60:02d}.{n:06d}Z" if n % 10 else EMAIL
    return {"model": "m", "created_at": stamp, "message": {"role": "assistant", "content": text}, "done": False}


PLACES = {
    "chat": ("api.openai.com", "/v1/chat/completions", chat),
    "responses": ("api.openai.com", "/v1/responses", responses),
    "anthropic": ("api.anthropic.com", "/v1/messages", anthropic),
    "gemini": ("generativelanguage.googleapis.com", "/v1beta/models/m:streamGenerateContent", gemini),
    "ollama": ("ollama.com", "/api/chat", ollama),
}
ODD = [
    b": comment\n\n",
    b"\n",
    b"data: [DONE]\n\n",
    b"event: ping\ndata: {}\n\n",
    b"data: {broken\n\n",
    b"\r\n",
    b"data: \xff\n\n",
]
SPOKEN = [
    " word",
    "",
    "mail",
    "\n",
    '"',
    '{"a": "',
    "\\",
    "caf\u00e9",
    "\U0001f600",
    "\ud83d",
    "](",
    "https://x.y/?q=",
    ")",
    " 1",
    "&#9",
]
WHOLE = [PERSON, EMAIL, PHONE, f" {PERSON}'s", PERSON.replace("_", "\\_")]


@st.composite
def streams(draw: st.DrawFn) -> tuple[str, list[bytes]]:
    """A provider's stream, cut anywhere: its texts hold tokens that are cut as well."""
    name = draw(st.sampled_from(sorted(PLACES)))
    build = PLACES[name][2]
    said = draw(st.lists(st.sampled_from(SPOKEN + WHOLE + WHOLE), max_size=10))
    texts = [
        text[i : i + size]
        for text in said
        for size in [draw(st.integers(1, 20))]
        for i in range(0, len(text) + 1, size)
    ]
    first, indent = draw(st.integers(0, 10**6)), draw(st.sampled_from([(",", ":"), (", ", ": ")]))
    ascii_only, end = draw(st.booleans()), draw(st.sampled_from(["\n", "\r\n"]))
    raw = b""
    for n, text in enumerate(texts, first):
        if draw(st.integers(0, 12)) == 12:
            raw += draw(st.sampled_from(ODD))
        data = json.dumps(build(text, n), separators=indent, ensure_ascii=ascii_only or "\ud83d" in text)
        raw += (f"{data}{end}" if name == "ollama" else f"data: {data}{end}{end}").encode()
    return name, draw(cut(raw)) if draw(st.booleans()) else raw.splitlines(keepends=True)


def restorers(name: str) -> tuple[EventRestorer, EventRestorer]:
    host, path, _ = PLACES[name]
    surface = surface_of("POST", host, path)
    assert surface is not None
    content_type = "application/x-ndjson" if name == "ollama" else "text/event-stream"
    found = [surface.stream(content_type, restoration()) for _ in range(2)]
    short, long = found
    assert isinstance(short, EventRestorer)
    assert isinstance(long, EventRestorer)
    assert type(short.script) in STEADY
    return short, EventRestorer(type(long.splitter)(), Unsteady(long.script), long.rules, long.how)


@settings(max_examples=150, deadline=None)
@given(streams())
def test_the_short_way_gives_the_bytes_of_the_long_one(case: tuple[str, list[bytes]]) -> None:
    name, pieces = case
    short, long = restorers(name)

    said = b"".join([*map(short.feed, pieces), short.flush()])

    assert said == b"".join([*map(long.feed, pieces), long.flush()])
    assert (short.unread, short.how.tally) == (long.unread, long.how.tally)


texts = st.lists(st.sampled_from(SPOKEN + WHOLE), max_size=12)


@settings(max_examples=60, deadline=None)
@given(texts, st.integers(1, 9), st.integers(0, 60))
def test_messages_of_a_socket_are_restored_alike(said: list[str], size: int, first: int) -> None:
    pieces = [text[i : i + size] for text in said for i in range(0, len(text), size)]
    sent = [json.dumps(responses(text, n)).encode() for n, text in enumerate(pieces, first)]
    rules = restorers("responses")[0].rules
    short = MessageRestorer(ResponsesScript, rules, restoration())
    long = MessageRestorer(lambda: Unsteady(ResponsesScript()), rules, restoration())

    assert [*map(short.feed, sent), short.flush()] == [*map(long.feed, sent), long.flush()]
    assert short.unread == long.unread == 0
    if size == 9 and len(sent) > 2:
        short.use(restoration())
        assert short._events._mould is None


@settings(max_examples=60, deadline=None)
@given(texts, st.integers(0, 60), st.data())
def test_elements_of_an_array_are_restored_alike(said: list[str], first: int, data: st.DataObject) -> None:
    whole = json.dumps([gemini(text, n) for n, text in enumerate(said, first)], indent=1).encode()
    pieces = data.draw(cut(whole))
    short, long = (GeminiScript(), Unsteady(GeminiScript()))
    rules = restorers("gemini")[0].rules
    answers = [
        b"".join([*map(stream.feed, pieces), stream.flush()])
        for script in (short, long)
        for stream in [EventRestorer(ArraySplitter(), script, rules, restoration())]
    ]

    assert answers[0] == answers[1]


def test_another_message_behind_a_shape_does_not_fit() -> None:
    rules = restorers("responses")[0].rules
    socket = MessageRestorer(ResponsesScript, rules, restoration())
    event = json.dumps(responses(" word", 1)).encode()

    assert [socket.feed(raw) for raw in (event, event, event + b"}")] == [[b] for b in (event, event, event + b"}")]
    assert socket.unread == 1


@pytest.mark.parametrize("name", sorted(PLACES))
def test_every_event_but_the_first_goes_the_short_way(name: str) -> None:
    short, _ = restorers(name)
    for n in range(5041, 5044):  # none of them a special one
        data = json.dumps(PLACES[name][2](" word", n if name != "gemini" else n - 5040))
        event = (f"{data}\n" if name == "ollama" else f"data: {data}\n\n").encode()
        if n > 5041:
            assert short._mould is not None
            assert short._mould.match(event, 0) is not None

        assert short.feed(event) == event


def mould(data: str, *paths: str) -> Mould:
    [frame] = SseSplitter().feed(f"data: {data}\n\n".encode())
    event = Event(data, parse(data))
    nodes = [string(event.root, path) for path in paths]
    return Mould(event, frame, [Piece((i,), node) for i, node in enumerate(nodes) if node is not None])


@pytest.mark.parametrize(
    "data",
    [
        '{"n":1,"t":"a"} ',
        '{"n":2,"t":"a"}',
        '{"n":1,"t":"a","x":1}',
        '{"n":1,"t":null}',
        '{"n":1,"t":"a"',
        '{"n":1,"t":"a\t"}',
        '{"n":1,"t":"a\\q"}',
        '{"n":1,"t":"a"b"}',
    ],
)
def test_another_shape_does_not_fit(data: str) -> None:
    assert mould('{"n":1,"t":"a"}', "t").match(f"data: {data}\n\n".encode(), 0) is None


def test_bytes_that_are_no_text_do_not_fit() -> None:
    assert mould('{"t":"a"}', "t").match(b'data: {"t":"\xff"}\n\n', 0) is None


def test_an_event_that_fits_says_its_texts_and_its_number() -> None:
    shape = mould('{"t":"a","sequence_number":7,"u":"","obfuscation":"x"}', "t", "u")
    raw = b'data: {"t":"\\u00e9\\n","sequence_number":12,"u":"b","obfuscation":"xyz"}\n\n'

    cast = shape.match(b"??" + raw + b"data", 2)

    assert cast is not None
    assert (cast.texts, cast.number, cast.end) == (["\u00e9\n", "b"], 12, 2 + len(raw))
    assert json.loads((b"??" + raw)[cast.data_start : cast.data_end])["u"] == "b"


@pytest.mark.parametrize("member", sorted(VOLATILE - {NUMBER}))
def test_a_token_in_a_member_that_may_differ_goes_the_long_way(member: str) -> None:
    shape = mould(f'{{"t":"a","{member}":"x"}}', "t")

    assert shape.match(f'data: {{"t":"a","{member}":"{EMAIL}"}}\n\n'.encode(), 0) is None
    assert shape.match(f'data: {{"t":"a","{member}":"[1]"}}\n\n'.encode(), 0) is None


def test_a_number_long_enough_to_be_a_value_goes_the_long_way() -> None:
    shape = mould('{"t":"a","usage":{"n":1}}', "t")

    assert shape.match(b'data: {"t":"a","usage":{"n":123456}}\n\n', 0) is not None
    assert shape.match(b'data: {"t":"a","usage":{"n":1234567}}\n\n', 0) is None


def test_no_condition_of_a_rule_sees_what_may_differ() -> None:
    for host, path, _ in PLACES.values():
        surface = surface_of("POST", host, path)
        assert surface is not None
        stream = surface.stream("text/event-stream", restoration())
        assert isinstance(stream, EventRestorer)

        assert not (VOLATILE | VOLATILE_COUNTS) & set(stream.rules._tested)


@pytest.mark.parametrize("splitter", [SseSplitter(), LineSplitter()])
def test_a_long_beginning_is_not_read_again(splitter: SseSplitter | LineSplitter) -> None:
    splitter.feed(b"data: 1")
    assert splitter.rewind() == b"data: 1"
    assert splitter.rewind() == b""

    splitter.feed(b"x" * 5000)
    assert splitter.rewind() is None
    assert splitter.flush()[0].raw == b"x" * 5000


def test_values_are_what_the_fakes_say() -> None:
    short, _ = restorers("chat")
    events = [json.dumps(chat(text, 1)) for text in ("to ", EMAIL[:6], EMAIL[6:], " now.")]
    said = b"".join(short.feed(f"data: {data}\n\n".encode()) for data in events)

    texts = [json.loads(line[6:])["choices"][0]["delta"]["content"] for line in said.split(b"\n\n") if line]
    assert "".join(texts) == f"to {VALUES['EMAIL']} now."
