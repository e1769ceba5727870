"""Bedrock's Converse and ConverseStream. Sans-IO.

Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
"""

import json
from collections.abc import Iterator
from urllib.parse import unquote

from maskwire.wire.eventstream import encode as framed
from maskwire.wire.eventstream import header
from maskwire_daemon.standin.messages import signature
from maskwire_daemon.standin.reply import Asked, Kind, Part, Reply, said
from maskwire_daemon.standin.wire import JSON, Answer, Call, Json, as_array, as_object, encode, json_answer

EVENT_STREAM = "application/vnd.amazon.eventstream"


def asked(body: Json, call: Call) -> Asked:
    """Return what a request asks for; the model and the kind of answer stand in its path."""
    content = as_object((as_array(body.get("messages")) or [{}])[-1]).get("content")
    offered = as_array(as_object(body.get("toolConfig")).get("tools"))
    model, _, method = call.path.removeprefix("/model/").rpartition("/")
    return Asked(
        said=said(content),
        model=unquote(model),
        tool=str(as_object(as_object((offered or [{}])[0]).get("toolSpec")).get("name", "")),
        streamed=method == "converse-stream",
        is_result=any("toolResult" in as_object(block) for block in as_array(content)),
    )


def answer(reply: Reply, *, streamed: bool) -> Answer:
    """Return ``reply`` as a message or as the frames of an event stream."""
    if streamed:
        return Answer(tuple(_frame(name, data) for name, data in _events(reply)), EVENT_STREAM)
    content = [_block(index, part) for index, part in enumerate(reply.parts)]
    message: Json = {"message": {"role": "assistant", "content": content}}
    return json_answer({"output": message, "stopReason": _stop(reply), "usage": _USAGE, "metrics": {"latencyMs": 1}})


_USAGE = {"inputTokens": 9, "outputTokens": 9, "totalTokens": 18}


def _stop(reply: Reply) -> str:
    return "tool_use" if any(part.kind is Kind.CALL for part in reply.parts) else "end_turn"


def _frame(name: str, data: Json) -> bytes:
    names = ((":event-type", name), (":content-type", JSON), (":message-type", "event"))
    return framed(b"".join(header(*pair) for pair in names), encode({**data, "p": "abcdefgh"[: len(name) % 8]}))


def _block(index: int, part: Part) -> Json:
    match part.kind:
        case Kind.TEXT:
            return {"text": part.text}
        case Kind.THOUGHT:
            return {"reasoningContent": {"reasoningText": {"text": part.text, "signature": signature(part.text)}}}
        case Kind.CALL:
            return {"toolUse": {"toolUseId": f"tooluse_{index}", "name": part.name, "input": json.loads(part.text)}}


def _deltas(part: Part, size: int) -> Iterator[Json]:
    for piece in part.pieces(size):
        match part.kind:
            case Kind.TEXT:
                yield {"text": piece}
            case Kind.THOUGHT:
                yield {"reasoningContent": {"text": piece}}
            case Kind.CALL:
                yield {"toolUse": {"input": piece}}
    if part.kind is Kind.THOUGHT:
        yield {"reasoningContent": {"signature": signature(part.text)}}


def _events(reply: Reply) -> Iterator[tuple[str, Json]]:
    yield "messageStart", {"role": "assistant"}
    for index, part in enumerate(reply.parts):
        place: Json = {"contentBlockIndex": index}
        if part.kind is Kind.CALL:
            tool = {"toolUseId": f"tooluse_{index}", "name": part.name}
            yield "contentBlockStart", {**place, "start": {"toolUse": tool}}
        for delta in _deltas(part, reply.delta_chars):
            yield "contentBlockDelta", {**place, "delta": delta}
        yield "contentBlockStop", place
    yield "messageStop", {"stopReason": _stop(reply)}
    yield "metadata", {"usage": _USAGE, "metrics": {"latencyMs": 1}}
