"""Streams that are not server-sent events: JSON lines and Bedrock's binary frames; and rarer channels."""

import json

import pytest

from maskwire.errors import BlockedError, Reason
from maskwire.wire.eventstream import EventStreamFrame, EventStreamSplitter, encode
from maskwire.wire.formats import surface_of
from maskwire.wire.surface import Surface
from tests.fakes.resolving import TOKENS, VALUES, restoration
from tests.vectors.corpus import Json, Vector, fill, vector

PERSON = TOKENS["PERSON"]
HALF = PERSON[:9]


def surface(host: str, path: str) -> Surface:
    found = surface_of("POST", host, path)
    assert found is not None
    return found


def run(at: Surface, kind: str, raw: bytes, size: int) -> bytes:
    restorer = at.stream(kind, restoration())
    pieces = [restorer.feed(raw[i : i + size]) for i in range(0, len(raw), size)]
    assert restorer.unread == 0
    return b"".join([*pieces, restorer.flush()])


def frames(raw: bytes) -> list[EventStreamFrame]:
    splitter = EventStreamSplitter()
    return [*splitter.feed(raw), *splitter.flush()]


def refill(found: Vector, raw: bytes) -> bytes:
    """Return a binary stream with tokens in it."""
    return b"".join(
        frame.with_data(
            json.dumps(fill(json.loads(frame.data), TOKENS, ("$.delta.toolUse.input",)), ensure_ascii=False)
        )
        for frame in frames(raw)
        if frame.data is not None
    )


@pytest.mark.parametrize("size", [1, 7, 100_000])
@pytest.mark.parametrize(
    ("name", "key"), [("ollama_chat", "content"), ("ollama_chat", "thinking"), ("ollama_generate", "response")]
)
def test_json_lines_are_restored_for_every_split(name: str, key: str, size: int) -> None:
    found = vector(name)
    events = [json.loads(line) for line in found.read("stream").decode().splitlines()]

    def text(lines: list[Json]) -> str:
        return "".join(line.get("message", line).get(key, "") for line in lines)

    raw = b"".join(json.dumps(fill(event, TOKENS)).encode() + b"\n" for event in events)
    out = run(surface(found.host, found.entry["path"]), "application/x-ndjson", raw, size)

    assert text([json.loads(line) for line in out.splitlines()]) == text([fill(event, VALUES) for event in events])
    assert json.loads(out.splitlines()[-1])["done"] is True


def test_a_line_that_was_cut_off_keeps_its_text() -> None:
    raw = json.dumps({"message": {"role": "assistant", "content": HALF, "thinking": "t"}, "done": False}).encode()
    out = run(surface("ollama.com", "/api/chat"), "application/x-ndjson", raw, 5).splitlines()

    assert [json.loads(line)["message"] for line in out] == [
        {"role": "assistant", "content": "", "thinking": ""},
        {"role": "assistant", "content": HALF, "thinking": ""},
        {"role": "assistant", "content": "", "thinking": "t"},
    ]


@pytest.mark.parametrize("size", [1, 50, 100_000])
def test_converse_is_restored_with_lengths_and_checksums_made_anew(size: int) -> None:
    found = vector("bedrock_converse_stream")
    raw = refill(found, found.read("stream"))
    out = run(surface(found.host, found.entry["path"]), "application/vnd.amazon.eventstream", raw, size)

    texts: dict[int, str] = {}
    for frame in frames(out):
        assert frame.data is not None
        event = json.loads(frame.data)
        delta = event.get("delta", {})
        piece = delta.get("text", delta.get("toolUse", {}).get("input", ""))
        texts[event.get("contentBlockIndex", -1)] = texts.get(event.get("contentBlockIndex", -1), "") + piece
    assert texts[1] == f"Hi {VALUES['PERSON']} {VALUES['PHONE']}"
    assert json.loads(texts[2]) == {"to": VALUES["EMAIL"]}


@pytest.mark.parametrize("size", [1, 50, 100_000])
def test_a_model_s_own_events_are_restored_inside_their_wrapping(size: int) -> None:
    found = vector("bedrock_invoke_anthropic_stream")
    raw = refill(found, found.read("stream"))
    out = run(surface(found.host, found.entry["path"]), "application/vnd.amazon.eventstream", raw, size)

    events = [json.loads(frame.data or "{}") for frame in frames(out)]
    assert "".join(e["delta"].get("text", "") for e in events if "delta" in e) == "Hi " + VALUES["PERSON"]


def test_a_held_tail_becomes_a_frame_with_the_headers_of_its_channel() -> None:
    delta = encode(b"", json.dumps({"contentBlockIndex": 0, "delta": {"text": HALF}, "p": "x"}).encode())
    stop = encode(b"", b'{"contentBlockIndex": 0}')
    out = run(
        surface("bedrock-runtime.us-east-1.amazonaws.com", "/model/m/converse-stream"),
        "application/vnd.amazon.eventstream",
        delta + stop,
        9,
    )

    assert [json.loads(frame.data or "") for frame in frames(out)] == [
        {"contentBlockIndex": 0, "delta": {"text": ""}, "p": "x"},
        {"contentBlockIndex": 0, "delta": {"text": HALF}},
        {"contentBlockIndex": 0},
    ]


@pytest.mark.parametrize(
    ("host", "path", "before", "end", "added"),
    [
        (
            "api.cohere.com",
            "/v2/chat",
            {"type": "content-delta", "index": 2, "delta": {"message": {"content": {"text": HALF}}}},
            {"type": "content-end", "index": 2},
            {"type": "content-delta", "index": 2, "delta": {"message": {"content": {"text": HALF}}}},
        ),
        (
            "api.cohere.com",
            "/v2/chat",
            {"type": "tool-plan-delta", "delta": {"message": {"tool_plan": HALF}}},
            {"type": "message-end"},
            {"type": "tool-plan-delta", "delta": {"message": {"tool_plan": HALF}}},
        ),
        (
            "api.cohere.com",
            "/v2/chat",
            {
                "type": "tool-call-delta",
                "index": 1,
                "delta": {"message": {"tool_calls": {"function": {"arguments": HALF}}}},
            },
            {"type": "tool-call-end", "index": 1},
            {
                "type": "tool-call-delta",
                "index": 1,
                "delta": {"message": {"tool_calls": {"function": {"arguments": HALF}}}},
            },
        ),
        (
            "generativelanguage.googleapis.com",
            "/v1beta/interactions",
            {"event_type": "step.delta", "index": 3, "delta": {"type": "text", "text": HALF}},
            {"event_type": "step.stop", "index": 3},
            {"event_type": "step.delta", "index": 3, "delta": {"type": "text", "text": HALF}},
        ),
        (
            "api.mistral.ai",
            "/v1/conversations",
            {"type": "message.output.delta", "output_index": 0, "id": "m", "content": {"type": "text", "text": HALF}},
            {"type": "conversation.response.done"},
            {"type": "message.output.delta", "output_index": 0, "id": "m", "content": {"type": "text", "text": HALF}},
        ),
        (
            "api.openai.com",
            "/v1/threads/runs",
            {
                "id": "msg",
                "object": "thread.message.delta",
                "delta": {"content": [{"index": 0, "type": "text", "text": {"value": HALF}}]},
            },
            {"id": "msg", "object": "thread.message", "status": "completed"},
            {
                "id": "msg",
                "object": "thread.message.delta",
                "delta": {"content": [{"index": 0, "type": "text", "text": {"value": HALF}}]},
            },
        ),
        (
            "api.openai.com",
            "/v1/completions",
            {"id": "c", "choices": [{"index": 0, "text": HALF}]},
            {"id": "c", "choices": [{"index": 0, "finish_reason": "stop"}]},
            {"id": "c", "choices": [{"index": 0, "finish_reason": None, "text": HALF}]},
        ),
        (
            "cloudcode-pa.googleapis.com",
            "/v1internal:streamGenerateContent",
            {"response": {"candidates": [{"content": {"parts": [{"text": HALF}]}}], "responseId": "r"}, "traceId": "t"},
            {"response": {"candidates": [{"finishReason": "STOP"}]}},
            {
                "response": {
                    "candidates": [{"content": {"role": "model", "parts": [{"text": HALF}]}, "index": 0}],
                    "responseId": "r",
                },
                "traceId": "t",
            },
        ),
    ],
)
def test_a_held_tail_is_put_before_its_channel_s_end(
    host: str, path: str, before: Json, end: Json, added: Json
) -> None:
    raw = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in (before, end))
    out = run(surface(host, path), "text/event-stream", raw, 11)
    events = [json.loads(line.removeprefix(b"data: ")) for line in out.splitlines() if line]

    assert events[1:] == [added, end]
    assert HALF not in json.dumps(events[0])


def test_arguments_that_vertex_streams_by_path_are_restored_as_text() -> None:
    def answer(text: str, *, more: bool) -> Json:
        argument = {"jsonPath": "$.to", "stringValue": text} | ({"willContinue": True} if more else {})
        call = {"name": "send", "partialArgs": [argument]}
        return {"candidates": [{"content": {"parts": [{"functionCall": call}]}}]}

    at = surface("us-east5-aiplatform.googleapis.com", "/v1/publishers/google/models/m:streamGenerateContent")
    pieces = [answer(PERSON[:4], more=True), answer(PERSON[4:] + ".", more=False)]
    raw = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in pieces)
    events = [json.loads(line[6:]) for line in run(at, "text/event-stream", raw, 13).splitlines() if line]

    found = [e["candidates"][0]["content"]["parts"][0]["functionCall"]["partialArgs"][0]["stringValue"] for e in events]
    assert found == ["", VALUES["PERSON"] + "."]


def test_bedrock_ends_an_open_stream_with_an_exception_frame() -> None:
    at = surface("bedrock-runtime.us-east-1.amazonaws.com", "/model/m/converse-stream")
    [frame] = frames(at.stream_refusal(BlockedError(Reason.VAULT_UNAVAILABLE, "the vault is locked")))

    assert b"validationException" in frame.headers
    assert "the vault is locked" in json.loads(frame.data or "")["message"]
