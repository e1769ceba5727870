"""Channels: what belongs together is restored together, and nothing is held past a channel's end."""

import json
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.errors import BlockedError, Reason
from maskwire.stream.restorer import Restoration
from maskwire.wire.formats import surface_of
from maskwire.wire.surface import Surface
from tests.fakes.resolving import TOKENS, VALUES, restoration
from tests.strategies.wire import cut
from tests.vectors.corpus import Json, Sse, dump_sse, parse_sse

PERSON, EMAIL = TOKENS["PERSON"], TOKENS["EMAIL"]
HALF = PERSON[:9]
"""What may become a token and is held back until its channel ends."""

SSE = "text/event-stream"


def surface(host: str, path: str) -> Surface:
    found = surface_of("POST", host, path)
    assert found is not None
    return found


CHAT = surface("api.openai.com", "/v1/chat/completions")
RESPONSES = surface("api.openai.com", "/v1/responses")
MESSAGES = surface("api.anthropic.com", "/v1/messages")
GEMINI = surface("generativelanguage.googleapis.com", "/v1beta/models/m:streamGenerateContent")


def sse(*events: Json) -> bytes:
    return dump_sse([Sse("", event if isinstance(event, str) else json.dumps(event)) for event in events])


def run(at: Surface, raw: bytes | Iterable[bytes], how: Restoration | None = None, kind: str = SSE) -> bytes:
    restorer = at.stream(kind, how or restoration())
    return b"".join([*map(restorer.feed, [raw] if isinstance(raw, bytes) else raw), restorer.flush()])


def out(at: Surface, *events: Json, how: Restoration | None = None) -> list[Json]:
    found = parse_sse(run(at, sse(*events), how))
    return [json.loads(event.data) if event.data.startswith("{") else event.data for event in found]


def chat(index: int, finish: str | None = None, **delta: Json) -> Json:
    return {"id": "c1", "created": 1, "choices": [{"index": index, "delta": delta, "finish_reason": finish}]}


def call(number: int, arguments: str, name: str = "") -> Json:
    function = {"name": name, "arguments": arguments} if name else {"arguments": arguments}
    return (
        {"index": number, "id": f"call_{number}", "function": function}
        if name
        else {"index": number, "function": function}
    )


def contents(events: list[Json], index: int, key: str = "content") -> str:
    choices = [choice for event in events if isinstance(event, dict) for choice in event["choices"]]
    return "".join(c["delta"].get(key) or "" for c in choices if c["index"] == index)


def arguments(events: list[Json], number: int) -> str:
    calls = [
        c for event in events if isinstance(event, dict) for c in event["choices"][0]["delta"].get("tool_calls", [])
    ]
    return "".join(c["function"]["arguments"] for c in calls if c["index"] == number)


def test_an_event_without_a_token_passes_byte_for_byte() -> None:
    raw = b': hi\n\ndata:  {"choices" : [{"index":0,"delta":{"content":"caf\\u00e9\\n"}}] }\r\n\r\ndata: [DONE]\n\n'

    assert run(CHAT, raw) == raw


def test_interleaved_choices_do_not_mix() -> None:
    half = len(PERSON) // 2
    events = out(
        CHAT,
        chat(0, content=PERSON[:half]),
        chat(1, content=EMAIL[:half]),
        chat(0, content=PERSON[half:] + "."),
        chat(1, content=EMAIL[half:] + "."),
        "[DONE]",
    )

    assert contents(events, 0) == VALUES["PERSON"] + "."
    assert contents(events, 1) == VALUES["EMAIL"] + "."


def test_content_refusal_and_reasoning_of_one_choice_do_not_mix() -> None:
    half = len(PERSON) // 2
    keys = ["content", "refusal", "reasoning_content", "reasoning"]
    events = out(
        CHAT,
        *[chat(0, **{key: PERSON[:half]}) for key in keys],
        *[chat(0, **{key: PERSON[half:]}) for key in keys],
        chat(0, "stop"),
    )

    assert [contents(events, 0, key) for key in keys] == [VALUES["PERSON"]] * 4


def test_interleaved_tool_calls_do_not_mix_and_their_values_are_escaped() -> None:
    source = json.dumps({"to": EMAIL, "who": [PERSON]})
    pieces = [source[i : i + 5] for i in range(0, len(source), 5)]
    events = out(
        CHAT,
        *[chat(0, tool_calls=[call(n, "", f"tool_{n}")]) for n in (0, 1)],
        *[chat(0, tool_calls=[call(n, piece)]) for piece in pieces for n in (0, 1)],
        chat(0, "tool_calls"),
        "[DONE]",
    )

    expected = {"to": VALUES["EMAIL"], "who": [VALUES["PERSON"]]}
    assert [json.loads(arguments(events, n)) for n in (0, 1)] == [expected, expected]


def test_a_held_tail_comes_before_the_finish_reason_as_a_chunk_of_its_own() -> None:
    events = out(CHAT, chat(0, role="assistant", content="Dear " + HALF), chat(0, "stop"), "[DONE]")

    assert [event["choices"][0]["finish_reason"] for event in events[:-1]] == [None, None, "stop"]
    assert events[1] == {
        "id": "c1",
        "created": 1,
        "choices": [{"index": 0, "delta": {"content": HALF}, "finish_reason": None}],
    }


def test_a_tail_is_added_to_the_event_that_ends_its_channel_where_it_can() -> None:
    events = out(CHAT, chat(0, content=PERSON[:4]), chat(0, "stop", content=PERSON[4:]))

    assert [event["choices"][0]["delta"]["content"] for event in events] == ["", VALUES["PERSON"]]


def test_a_tail_of_arguments_repeats_neither_id_nor_name() -> None:
    events = out(CHAT, chat(0, tool_calls=[call(3, HALF, "f")]), chat(0, "tool_calls"))

    [added] = events[1]["choices"][0]["delta"]["tool_calls"]
    assert sorted(added) == ["function", "index"]
    assert sorted(added["function"]) == ["arguments"]
    assert added["index"] == 3


@pytest.mark.parametrize("ending", [[], ["[DONE]"], [{"error": {"message": "x"}}]], ids=["eof", "done", "error"])
def test_a_stream_that_ends_without_a_finish_reason_loses_nothing(ending: list[Json]) -> None:
    events = out(CHAT, chat(0, content=HALF), *ending)

    assert contents(events[:2], 0) == HALF
    assert events[2:] == ending


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_cut_off_last_event_is_closed_before_anything_follows_it(missing: int) -> None:
    raw = sse(chat(0, content=HALF))
    events = parse_sse(run(CHAT, raw[: len(raw) - missing]))

    assert [contents([json.loads(event.data)], 0) for event in events] == ["", HALF]


def test_an_event_that_is_no_json_passes_and_is_counted() -> None:
    raw = b"data: {broken " + PERSON.encode() + b"\n\ndata: \xff\n\n"
    restorer = CHAT.stream(SSE, restoration())

    assert restorer.feed(raw) + restorer.flush() == raw
    assert restorer.unread == 2


def test_arguments_stay_masked_for_a_masked_tool_in_pieces_and_whole() -> None:
    how = restoration(masked_tools=frozenset({"web_search"}))
    source = json.dumps({"q": PERSON})
    item = {"type": "function_call", "id": "f", "name": "web_search", "arguments": source}
    events = out(
        RESPONSES,
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "arguments": ""}},
        {"type": "response.function_call_arguments.delta", "output_index": 0, "delta": source},
        {"type": "response.function_call_arguments.done", "output_index": 0, "arguments": source},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": {"output": [item]}},
        how=how,
    )

    assert [e.get("delta") or e.get("arguments") for e in events[1:3]] == [source, source]
    assert [events[3]["item"]["arguments"], events[4]["response"]["output"][0]["arguments"]] == [source, source]


def test_arguments_of_other_tools_are_restored_in_pieces_and_whole() -> None:
    how = restoration(masked_tools=frozenset({"web_search"}))
    events = out(CHAT, chat(0, tool_calls=[call(0, json.dumps({"q": PERSON}), "mail")]), how=how)

    assert json.loads(arguments(events, 0)) == {"q": VALUES["PERSON"]}


def test_no_arguments_are_restored_when_the_host_says_so() -> None:
    block = {"type": "tool_use", "id": "t", "name": "mail", "input": {}}
    events = out(
        MESSAGES,
        {"type": "content_block_start", "index": 0, "content_block": block},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": PERSON}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": PERSON + "."}},
        {"type": "message_stop"},
        how=restoration(restore_arguments=False),
    )

    assert events[1]["delta"]["partial_json"] == PERSON
    assert "".join(e["delta"].get("text", "") for e in events[2:4] if "delta" in e) == VALUES["PERSON"] + "."


def test_thinking_and_its_signature_stay_masked() -> None:
    events = [
        {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": PERSON}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": PERSON}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": PERSON}},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "redacted_thinking", "data": PERSON}},
        {"type": "content_block_delta", "index": 2, "delta": {"type": "compaction_delta", "content": PERSON}},
    ]

    assert out(MESSAGES, *events) == events


def test_a_tail_comes_before_its_block_stops() -> None:
    events = out(
        MESSAGES,
        {"type": "content_block_delta", "index": 4, "delta": {"type": "text_delta", "text": HALF}},
        {"type": "content_block_delta", "index": 5, "delta": {"type": "text_delta", "text": HALF}},
        {"type": "content_block_stop", "index": 4},
        {"type": "content_block_stop", "index": 5},
    )

    assert [(e["type"], e["index"]) for e in events[2:]] == [
        ("content_block_delta", 4),
        ("content_block_stop", 4),
        ("content_block_delta", 5),
        ("content_block_stop", 5),
    ]
    assert [e["delta"] for e in events[2::2]] == [{"type": "text_delta", "text": HALF}] * 2


def test_numbers_go_on_rising_when_events_are_added() -> None:
    def delta(number: int, output: int) -> Json:
        return {
            "type": "response.output_text.delta",
            "sequence_number": number,
            "output_index": output,
            "delta": HALF,
        }

    events = out(
        RESPONSES,
        delta(7, 0),
        delta(8, 1),
        {"type": "response.output_text.done", "sequence_number": 9, "output_index": 0, "text": HALF},
        {"type": "response.output_item.done", "sequence_number": 10, "output_index": 1, "item": {}},
        {"type": "response.completed", "sequence_number": 11, "response": {}},
    )

    assert [event["sequence_number"] for event in events] == list(range(7, 14))
    assert [event["type"].rpartition(".")[2] for event in events] == [
        *("delta", "delta", "delta", "done", "delta", "done", "completed"),
    ]
    assert events[3]["text"] == HALF


def test_a_signed_thought_stays_masked_and_an_unsigned_one_is_restored() -> None:
    def answer(**part: Json) -> Json:
        return {"candidates": [{"index": 0, "content": {"parts": [part]}}]}

    signed = answer(text=PERSON + ".", thought=True, thoughtSignature="s")
    events = out(GEMINI, signed, answer(text=PERSON + ".", thought=True), answer(text="x", thoughtSignature="s"))

    assert events[0] == signed
    texts = [event["candidates"][0]["content"]["parts"][0]["text"] for event in events[1:]]
    assert "".join(texts) == VALUES["PERSON"] + ".x"


@settings(max_examples=60)
@given(
    cut(
        json.dumps(
            [
                {"candidates": [{"content": {"parts": [{"text": PERSON[:5]}]}}]},
                {"candidates": [{"content": {"parts": [{"text": PERSON[5:]}]}}]},
            ],
            indent=1,
        ).encode()
    )
)
def test_an_array_that_grows_is_restored_and_stays_an_array(pieces: list[bytes]) -> None:
    answers = json.loads(run(GEMINI, pieces, kind="application/json"))

    texts = [part["text"] for a in answers for part in a["candidates"][0]["content"]["parts"]]
    assert "".join(texts) == VALUES["PERSON"]


@settings(max_examples=60)
@given(cut(json.dumps({"choices": [{"message": {"content": "Dear " + PERSON}}], "id": PERSON}).encode()))
def test_an_answer_that_is_no_stream_is_restored_whole(pieces: list[bytes]) -> None:
    answer = json.loads(run(CHAT, pieces, kind="application/json; charset=utf-8"))

    assert answer == {"choices": [{"message": {"content": "Dear " + VALUES["PERSON"]}}], "id": PERSON}


def test_what_is_neither_events_nor_json_passes_untouched() -> None:
    raw = PERSON.encode()

    assert run(CHAT, raw, kind="application/octet-stream") == raw


@settings(max_examples=80)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from([f"{PERSON}, ", f"{EMAIL}; ", "a ", "é😀"]), st.integers(1, 9)),
        max_size=6,
    )
)
def test_any_interleaving_of_choices_restores_each_by_itself(said: list[tuple[int, str, int]]) -> None:
    events = [chat(i, content=text[at : at + size]) for i, text, size in said for at in range(0, len(text), size)]
    expected = ["".join(text for i, text, _ in said if i == n) for n in range(3)]
    for name, token in TOKENS.items():
        expected = [text.replace(token, VALUES[name]) for text in expected]

    assert [contents(out(CHAT, *events, "[DONE]"), n) for n in range(3)] == expected


def test_an_error_inside_an_open_stream_ends_it_in_the_provider_s_way() -> None:
    error = BlockedError(Reason.VAULT_UNAVAILABLE, "the vault is locked")
    names = [[e.name for e in parse_sse(at.stream_refusal(error))] for at in (CHAT, RESPONSES, MESSAGES, GEMINI)]

    assert names == [[""], ["response.created", "response.failed"], ["error"], [""]]
    assert all(b"the vault is locked" in at.stream_refusal(error) for at in (CHAT, RESPONSES, MESSAGES, GEMINI))


def test_a_cumulative_copy_beside_the_delta_is_restored_too() -> None:
    perplexity = surface("api.perplexity.ai", "/chat/completions")
    pieces = ["Dear ", PERSON[:6], PERSON[6:] + ","]
    events = out(
        perplexity,
        *[
            {"choices": [{"index": 0, "delta": {"content": piece}, "message": {"content": "".join(pieces[: i + 1])}}]}
            for i, piece in enumerate(pieces)
        ],
    )

    assert contents(events, 0) == f"Dear {VALUES['PERSON']},"
    assert events[2]["choices"][0]["message"]["content"] == f"Dear {VALUES['PERSON']},"


def test_the_older_completions_of_anthropic_are_one_channel() -> None:
    events = out(
        surface("api.anthropic.com", "/v1/complete"),
        {"type": "completion", "completion": PERSON[:6], "stop_reason": None},
        {"type": "completion", "completion": f"{PERSON[6:]}. {HALF}", "stop_reason": "stop_sequence"},
    )

    assert [event["completion"] for event in events] == ["", f"{VALUES['PERSON']}. {HALF}"]
