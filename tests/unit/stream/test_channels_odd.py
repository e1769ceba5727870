"""Whatever JSON a stream brings: no script fails on it, and nothing is lost."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.stream.channels import EventRestorer
from maskwire.stream.restorer import TextRestorer
from maskwire.stream.script import Event, Script
from maskwire.wire.formats import TABLE
from maskwire.wire.json_format import JsonFormat
from maskwire.wire.jsonspan import parse
from maskwire.wire.rules import rules
from maskwire.wire.sse import SseSplitter
from tests.fakes.resolving import TOKENS, restoration
from tests.strategies.wire import Json

HALF = TOKENS["PERSON"][:9]

FORMATS = list({id(row.format): row.format for row in TABLE if isinstance(row.format, JsonFormat)}.values())
SCRIPTS = [found.script for found in FORMATS if found.script is not None]

WORDS = [
    *("type", "object", "event_type", "index", "output_index", "content_index", "contentBlockIndex", "id", "name"),
    *("choices", "delta", "content", "message", "text", "tool_calls", "function", "arguments", "partial_json", "item"),
    *("candidates", "parts", "functionCall", "partialArgs", "stringValue", "jsonPath", "response", "token", "step"),
    *("content_block", "finish_reason", "finishReason", "stopReason", "done", "status", "value", "start", "toolUse"),
]
KINDS = [
    *("content_block_delta", "content_block_start", "content_block_stop", "text_delta", "input_json_delta"),
    *("response.output_text.delta", "response.output_text.done", "response.output_item.added", "content-delta"),
    *("tool-call-delta", "content-end", "step.delta", "step.stop", "message.output.delta", "function.call.delta"),
    *("thread.message.delta", "thread.run.step.delta", "thread.message", "completed", "message_stop"),
]

odd: st.SearchStrategy[Json] = st.recursive(
    st.sampled_from([None, True, 0, 1, -5, 1.5, "", HALF, *KINDS]),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(WORDS), below, max_size=5),
    max_leaves=25,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(odd, max_size=4))
def test_no_script_fails_on_any_json(events: list[Json]) -> None:
    for make in SCRIPTS:
        script = make()
        for value in events:
            data = json.dumps(value)
            reading = script.read(Event(data, parse(data)))
            for piece in reading.pieces:
                assert isinstance(script.tail(piece.channel, "x", json.loads(data)), dict)


@settings(max_examples=60, deadline=None)
@given(st.lists(odd.filter(lambda value: isinstance(value, dict)), max_size=5))
def test_every_character_comes_out_of_any_stream(events: list[Json]) -> None:
    raw = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)
    for found in FORMATS:
        restorer = found.stream("text/event-stream", restoration())
        out = restorer.feed(raw) + restorer.flush()

        assert restorer.unread == 0
        assert letters(out) >= letters(raw)


def letters(raw: bytes) -> int:
    return raw.count(b"PERSON")


def test_an_event_that_a_script_fails_on_passes_and_is_counted() -> None:
    class Failing:
        grows = False

        def read(self, event: Event) -> object:
            raise KeyError("index")

        def tail(self, channel: object, text: str, last: object) -> object:
            raise KeyError("index")

    script: Script = Failing()  # type: ignore[assignment]
    restorer = EventRestorer(SseSplitter(), script, rules(), restoration())

    assert restorer.feed(b'data: {"a": 1}\n\n') == b'data: {"a": 1}\n\n'
    assert restorer.unread == 1


@pytest.mark.parametrize("text", [HALF])
def test_half_a_token_is_held_back(text: str) -> None:
    assert TextRestorer(restoration()).feed(text) == ""
