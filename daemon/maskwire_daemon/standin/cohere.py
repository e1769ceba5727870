"""Cohere's chat, version 2. Sans-IO.

Source: https://docs.cohere.com/v2/reference/chat and https://docs.cohere.com/v2/docs/streaming
"""

from collections.abc import Iterator

from maskwire_daemon.standin.reply import Asked, Kind, Part, Reply, said
from maskwire_daemon.standin.wire import Answer, Json, as_array, as_object, json_answer, named


def asked(body: Json) -> Asked:
    """Return what a chat request asks for."""
    last = as_object((as_array(body.get("messages")) or [{}])[-1])
    tool = as_object((as_array(body.get("tools")) or [{}])[0])
    return Asked(
        said=said(last.get("content")),
        model=str(body.get("model", "")),
        tool=str(as_object(tool.get("function")).get("name", "")),
        streamed=bool(body.get("stream")),
        is_result=last.get("role") == "tool",
    )


def answer(reply: Reply, *, streamed: bool) -> Answer:
    """Return ``reply`` as a message or as the stream of its events."""
    if streamed:
        return named(list(_events(reply)))
    calls = [_call(part, part.text) for part in reply.parts if part.kind is Kind.CALL]
    content = [_content(part, part.text) for part in reply.parts if part.kind is not Kind.CALL]
    message: Json = {"role": "assistant", "content": content or None, **({"tool_calls": calls} if calls else {})}
    return json_answer({"id": "standin", "message": message, **_end(reply)})


def _end(reply: Reply) -> Json:
    calls = any(part.kind is Kind.CALL for part in reply.parts)
    usage = {"tokens": {"input_tokens": 9, "output_tokens": 9}}
    return {"finish_reason": "TOOL_CALL" if calls else "COMPLETE", "usage": usage}


def _content(part: Part, text: str) -> Json:
    kind = "thinking" if part.kind is Kind.THOUGHT else "text"
    return {"type": kind, kind: text}


def _call(part: Part, arguments: str) -> Json:
    return {"id": "call_standin", "type": "function", "function": {"name": part.name, "arguments": arguments}}


def _event(kind: str, index: int, message: Json) -> Json:
    return {"type": kind, "index": index, "delta": {"message": message}}


def _events(reply: Reply) -> Iterator[Json]:
    start: Json = {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []}
    yield {"type": "message-start", "id": "standin", "delta": {"message": start}}
    for index, part in enumerate(reply.parts):
        if part.kind is Kind.CALL:
            yield _event("tool-call-start", index, {"tool_calls": _call(part, "")})
            for piece in part.pieces(reply.delta_chars):
                yield _event("tool-call-delta", index, {"tool_calls": {"function": {"arguments": piece}}})
            yield {"type": "tool-call-end", "index": index}
        else:
            yield _event("content-start", index, {"content": _content(part, "")})
            for piece in part.pieces(reply.delta_chars):
                yield _event("content-delta", index, {"content": _content(part, piece)})
            yield {"type": "content-end", "index": index}
    yield {"type": "message-end", "id": "standin", "delta": _end(reply)}
