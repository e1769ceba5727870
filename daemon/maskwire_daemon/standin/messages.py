"""Anthropic Messages. Sans-IO.

Source: https://docs.anthropic.com/en/api/messages
"""

import base64
import json
from collections.abc import Iterator

from maskwire_daemon.standin.reply import Asked, Kind, Part, Reply, said
from maskwire_daemon.standin.wire import Answer, Json, as_array, as_object, json_answer, named


def asked(body: Json) -> Asked:
    """Return what a Messages request asks for."""
    content = as_object((as_array(body.get("messages")) or [{}])[-1]).get("content")
    return Asked(
        said=said(content),
        model=str(body.get("model", "")),
        tool=str(as_object((as_array(body.get("tools")) or [{}])[0]).get("name", "")),
        streamed=bool(body.get("stream")),
        is_result=any(as_object(block).get("type") == "tool_result" for block in as_array(content)),
    )


def answer(reply: Reply, *, streamed: bool) -> Answer:
    """Return ``reply`` as a message or as the stream of its events."""
    return named(list(_events(reply))) if streamed else json_answer(_message(reply, done=True))


def signature(text: str) -> str:
    """Return what the stand-in signs a thought with: any change of the thought shows."""
    return base64.b64encode(b"standin:" + text.encode()).decode()


def _message(reply: Reply, *, done: bool) -> Json:
    calls = any(part.kind is Kind.CALL for part in reply.parts)
    return {
        "id": "msg_standin",
        "type": "message",
        "role": "assistant",
        "model": reply.model,
        "content": [_block(index, part) for index, part in enumerate(reply.parts)] if done else [],
        "stop_reason": ("tool_use" if calls else "end_turn") if done else None,
        "stop_sequence": None,
        "usage": {"input_tokens": 9, "output_tokens": 9},
    }


def _block(index: int, part: Part) -> Json:
    match part.kind:
        case Kind.TEXT:
            return {"type": "text", "text": part.text}
        case Kind.THOUGHT:
            return {"type": "thinking", "thinking": part.text, "signature": signature(part.text)}
        case Kind.CALL:
            return {"type": "tool_use", "id": f"toolu_{index}", "name": part.name, "input": json.loads(part.text)}


def _empty(index: int, part: Part) -> Json:
    match part.kind:
        case Kind.TEXT:
            return {"type": "text", "text": ""}
        case Kind.THOUGHT:
            return {"type": "thinking", "thinking": "", "signature": ""}
        case Kind.CALL:
            return {"type": "tool_use", "id": f"toolu_{index}", "name": part.name, "input": {}}


def _deltas(part: Part, size: int) -> Iterator[Json]:
    kind, key = {
        Kind.TEXT: ("text_delta", "text"),
        Kind.THOUGHT: ("thinking_delta", "thinking"),
        Kind.CALL: ("input_json_delta", "partial_json"),
    }[part.kind]
    for piece in part.pieces(size):
        yield {"type": kind, key: piece}
    if part.kind is Kind.THOUGHT:
        yield {"type": "signature_delta", "signature": signature(part.text)}


def _events(reply: Reply) -> Iterator[Json]:
    yield {"type": "message_start", "message": _message(reply, done=False)}
    yield {"type": "ping"}
    for index, part in enumerate(reply.parts):
        yield {"type": "content_block_start", "index": index, "content_block": _empty(index, part)}
        for delta in _deltas(part, reply.delta_chars):
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    reason = {"stop_reason": _message(reply, done=True)["stop_reason"], "stop_sequence": None}
    yield {"type": "message_delta", "delta": reason, "usage": {"output_tokens": 9}}
    yield {"type": "message_stop"}
