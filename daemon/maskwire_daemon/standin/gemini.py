r"""Gemini ``generateContent`` and ``streamGenerateContent``. Sans-IO.

Source: https://ai.google.dev/api/generate-content
"""

import base64
import json
from collections.abc import Iterator
from itertools import zip_longest

from maskwire_daemon.standin.reply import Asked, Kind, Part, Reply, said
from maskwire_daemon.standin.wire import SSE, Answer, Call, Json, as_array, as_object, encode, event, json_answer


def asked(body: Json, call: Call) -> Asked:
    """Return what a Gemini request asks for; the model and the kind of answer stand in its path."""
    parts = as_object((as_array(body.get("contents")) or [{}])[-1]).get("parts")
    declared = as_array(as_object((as_array(body.get("tools")) or [{}])[0]).get("functionDeclarations"))
    model, _, method = call.path.rpartition("/")[2].partition(":")
    return Asked(
        said=said(parts),
        model=model,
        tool=str(as_object((declared or [{}])[0]).get("name", "")),
        streamed=method == "streamGenerateContent",
        is_result=any("functionResponse" in as_object(part) for part in as_array(parts)),
    )


def answer(reply: Reply, call: Call, *, streamed: bool) -> Answer:
    """Return ``reply`` whole, as server-sent events (``alt=sse``) or as one streamed JSON array."""
    if not streamed:
        return json_answer(_response(reply, [[_part(p) for p in parts] for parts in reply.choices], done=True))
    responses = list(_responses(reply))
    if "alt=sse" in call.query:
        return Answer(tuple(event(data, newline=b"\r\n") for data in responses), SSE)
    separators = [b"[", *[b"\n,\r\n"] * (len(responses) - 1)]
    return Answer((*(a + encode(b) for a, b in zip(separators, responses, strict=True)), b"]\n"))


def _part(part: Part, text: str | None = None) -> Json:
    """Return one part; ``text`` is the piece of it that a stream sends now."""
    match part.kind:
        case Kind.TEXT:
            return {"text": part.text if text is None else text}
        case Kind.THOUGHT:
            return {"text": part.text, "thought": True, "thoughtSignature": _signature(part.text)}
        case Kind.CALL:
            return {"functionCall": {"name": part.name, "args": json.loads(part.text)}}


def _signature(text: str) -> str:
    return base64.b64encode(b"standin:" + text.encode()).decode()


def _response(reply: Reply, candidates: list[list[Json] | None], *, done: bool) -> Json:
    """Return one response; a candidate of ``None`` has nothing to say in it."""
    end = {"finishReason": "STOP"} if done else {}
    return {
        "candidates": [
            {"content": {"role": "model", "parts": parts}, **end, "index": index}
            for index, parts in enumerate(candidates)
            if parts is not None
        ],
        "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 9, "totalTokenCount": 18},
        "modelVersion": reply.model,
        "responseId": "standin",
    }


def _steps(parts: tuple[Part, ...], size: int) -> Iterator[list[Json]]:
    """Yield what one candidate says in each response: text in pieces, all else whole, as Gemini does."""
    for part in parts:
        if part.kind is Kind.TEXT:
            for piece in part.pieces(size):
                yield [_part(part, piece)]
        else:
            yield [_part(part)]


def _responses(reply: Reply) -> Iterator[Json]:
    for step in zip_longest(*(_steps(parts, reply.delta_chars) for parts in reply.choices)):
        yield _response(reply, list(step), done=False)
    yield _response(reply, [[{"text": ""}] for _ in reply.choices], done=True)
