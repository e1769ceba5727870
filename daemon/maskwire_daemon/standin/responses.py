"""OpenAI Responses. Sans-IO.

Source: https://platform.openai.com/docs/api-reference/responses
"""

import base64
from collections.abc import Iterator

from maskwire_daemon.standin.reply import Asked, Kind, Part, Reply, said
from maskwire_daemon.standin.wire import Answer, Json, as_array, as_object, json_answer, named


def asked(body: Json) -> Asked:
    """Return what a Responses request asks for."""
    given = body.get("input")
    last = as_object((as_array(given) or [{}])[-1])
    tools = [as_object(tool) for tool in as_array(body.get("tools"))]
    return Asked(
        said=said(given if isinstance(given, str) else last),
        model=str(body.get("model", "")),
        tool=next((str(tool.get("name", "")) for tool in tools if tool.get("type") == "function"), ""),
        streamed=bool(body.get("stream")),
        is_result=last.get("type") == "function_call_output",
    )


def answer(reply: Reply, *, streamed: bool) -> Answer:
    """Return ``reply`` as a response object or as the stream of its events."""
    if not streamed:
        return json_answer(_response(reply, "completed"))
    return named([{**data, "sequence_number": number} for number, data in enumerate(_events(reply))])


def _item(index: int, part: Part, *, done: bool = True) -> Json:
    """Return one output item; one that is not ``done`` yet holds no text."""
    text = part.text if done else ""
    status = "completed" if done else "in_progress"
    match part.kind:
        case Kind.CALL:
            call = {"type": "function_call", "id": f"fc_{index}", "call_id": f"call_{index}", "name": part.name}
            return {**call, "arguments": text, "status": status}
        case Kind.THOUGHT:
            sealed = base64.b64encode(text.encode()).decode()
            return {"type": "reasoning", "id": f"rs_{index}", "summary": [], "encrypted_content": sealed}
        case Kind.TEXT:
            message = {"type": "message", "id": f"msg_{index}", "role": "assistant", "status": status}
            return {**message, "content": [_text(text)] if done else []}


def _text(text: str) -> Json:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _response(reply: Reply, status: str) -> Json:
    done = status == "completed"
    return {
        "id": "resp_standin",
        "object": "response",
        "created_at": 1795300000,
        "status": status,
        "model": reply.model,
        "output": [_item(index, part) for index, part in enumerate(reply.parts)] if done else [],
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": _USAGE if done else None,
    }


_USAGE = {
    "input_tokens": 9,
    "input_tokens_details": {"cached_tokens": 0},
    "output_tokens": 9,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 18,
}


def _events(reply: Reply) -> Iterator[Json]:
    for state in ("created", "in_progress"):
        yield {"type": f"response.{state}", "response": _response(reply, "in_progress")}
    for index, part in enumerate(reply.parts):
        place = {"output_index": index}
        yield {"type": "response.output_item.added", **place, "item": _item(index, part, done=False)}
        if part.kind is Kind.TEXT:
            yield from _text_events({"item_id": f"msg_{index}", **place, "content_index": 0}, part, reply.delta_chars)
        elif part.kind is Kind.CALL:
            yield from _call_events({"item_id": f"fc_{index}", **place}, part, reply.delta_chars)
        yield {"type": "response.output_item.done", **place, "item": _item(index, part)}
    yield {"type": "response.completed", "response": _response(reply, "completed")}


def _text_events(place: Json, part: Part, size: int) -> Iterator[Json]:
    yield {"type": "response.content_part.added", **place, "part": _text("")}
    for piece in part.pieces(size):
        yield {"type": "response.output_text.delta", **place, "delta": piece, "logprobs": []}
    yield {"type": "response.output_text.done", **place, "text": part.text, "logprobs": []}
    yield {"type": "response.content_part.done", **place, "part": _text(part.text)}


def _call_events(place: Json, part: Part, size: int) -> Iterator[Json]:
    for piece in part.pieces(size):
        yield {"type": "response.function_call_arguments.delta", **place, "delta": piece}
    yield {"type": "response.function_call_arguments.done", **place, "name": part.name, "arguments": part.text}
