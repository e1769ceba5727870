"""Chat completions. Sans-IO.

Source: https://platform.openai.com/docs/api-reference/chat
"""

from collections.abc import Iterator
from itertools import zip_longest

from maskwire_daemon.standin.reply import Asked, Kind, Part, Reply, said
from maskwire_daemon.standin.wire import SSE, Answer, Json, as_array, as_object, event, json_answer


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


def answer(reply: Reply, *, streamed: bool, whole_calls: bool = False) -> Answer:
    """Return ``reply`` as a chat completion or as a stream of its chunks.

    ``whole_calls`` streams each call of a tool in one piece, as Mistral does: its SDK reads no other.
    """
    if streamed:
        return Answer((*(event(chunk) for chunk in _chunks(reply, whole_calls)), event(b"[DONE]")), SSE)
    choices = [
        {"index": index, "message": _message(parts), "finish_reason": _finish(parts), "logprobs": None}
        for index, parts in enumerate(reply.choices)
    ]
    return json_answer({**_head(reply, "chat.completion"), "choices": choices, "usage": _USAGE})


_USAGE = {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18}


def _head(reply: Reply, kind: str) -> Json:
    head = {"id": "chatcmpl-standin", "object": kind, "created": 1795300000, "model": reply.model}
    return {**head, "service_tier": "default"}


def _finish(parts: tuple[Part, ...]) -> str:
    return "tool_calls" if any(part.kind is Kind.CALL for part in parts) else "stop"


def _call(part: Part, arguments: str) -> Json:
    return {"id": "call_standin", "type": "function", "function": {"name": part.name, "arguments": arguments}}


def _message(parts: tuple[Part, ...]) -> Json:
    message: Json = {"role": "assistant", "content": None, "refusal": None}
    for part in parts:
        match part.kind:
            case Kind.TEXT:
                message["content"] = part.text
            case Kind.THOUGHT:
                message["reasoning_content"] = part.text
            case Kind.CALL:
                message["tool_calls"] = [_call(part, part.text)]
    return message


def _deltas(parts: tuple[Part, ...], size: int, whole_calls: bool) -> Iterator[Json]:
    yield {"role": "assistant", "content": ""}
    for part in parts:
        if part.kind is Kind.CALL and whole_calls:
            yield {"tool_calls": [{"index": 0, **_call(part, part.text)}]}
            continue
        if part.kind is Kind.CALL:
            yield {"tool_calls": [{"index": 0, **_call(part, "")}]}
        for piece in part.pieces(size):
            match part.kind:
                case Kind.TEXT:
                    yield {"content": piece}
                case Kind.THOUGHT:
                    yield {"reasoning_content": piece}
                case Kind.CALL:
                    yield {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}


def _chunks(reply: Reply, whole_calls: bool) -> Iterator[Json]:
    head = _head(reply, "chat.completion.chunk")
    for step in zip_longest(*(_deltas(parts, reply.delta_chars, whole_calls) for parts in reply.choices)):
        for index, delta in enumerate(step):
            if delta is not None:
                yield {**head, "choices": [{"index": index, "delta": delta, "finish_reason": None}]}
    for index, parts in enumerate(reply.choices):
        yield {**head, "choices": [{"index": index, "delta": {}, "finish_reason": _finish(parts)}]}
    yield {**head, "choices": [], "usage": _USAGE}
