"""Ollama's chat: one JSON object a line, a tool's arguments as an object in one piece. Sans-IO.

Source: https://github.com/ollama/ollama/blob/main/docs/api.md
"""

import json
from collections.abc import Iterator

from maskwire_daemon.standin.reply import Asked, Kind, Part, Reply, said
from maskwire_daemon.standin.wire import Answer, Json, as_array, as_object, encode, json_answer

NDJSON = "application/x-ndjson"


def asked(body: Json) -> Asked:
    """Return what a chat request asks for; it is streamed unless it says otherwise."""
    last = as_object((as_array(body.get("messages")) or [{}])[-1])
    tool = as_object((as_array(body.get("tools")) or [{}])[0])
    return Asked(
        said=said(last.get("content")),
        model=str(body.get("model", "")),
        tool=str(as_object(tool.get("function")).get("name", "")),
        streamed=body.get("stream") is not False,
        is_result=last.get("role") == "tool",
    )


def answer(reply: Reply, *, streamed: bool) -> Answer:
    """Return ``reply`` as one object or as lines of it."""
    if streamed:
        return Answer(tuple(encode(line) + b"\n" for line in _lines(reply)), NDJSON)
    message: Json = {"role": "assistant", "content": ""}
    for part in reply.parts:
        message |= _said(part, part.text)
    return json_answer(_line(reply, message, done=True))


def _line(reply: Reply, message: Json, *, done: bool) -> Json:
    end = {"done_reason": "stop", "prompt_eval_count": 9, "eval_count": 9} if done else {}
    return {"model": reply.model, "created_at": "2026-11-22T00:00:00Z", "message": message, "done": done, **end}


def _said(part: Part, text: str) -> Json:
    match part.kind:
        case Kind.TEXT:
            return {"content": text}
        case Kind.THOUGHT:
            return {"thinking": text}
        case Kind.CALL:
            return {"tool_calls": [{"function": {"name": part.name, "arguments": json.loads(part.text)}}]}


def _lines(reply: Reply) -> Iterator[Json]:
    empty: Json = {"role": "assistant", "content": ""}
    for part in reply.parts:
        for piece in [part.text] if part.kind is Kind.CALL else part.pieces(reply.delta_chars):
            yield _line(reply, empty | _said(part, piece), done=False)
    yield _line(reply, empty, done=True)
