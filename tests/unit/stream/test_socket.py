"""Recorded answers of WebSockets, their deltas cut anew: every text comes back whole, each message valid."""

import json
from collections import defaultdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire.stream.socket import SocketRestorer
from maskwire.wire.formats import surface_of
from maskwire.wire.socket import METHOD, SocketFormat
from tests.fakes.resolving import TOKENS, VALUES, restoration
from tests.vectors.sockets import SOCKETS, place, recorded

Path = tuple[str | int, ...]
_DELTAS: dict[str, list[Path]] = {
    "codex_responses_ws": [("delta",)],
    "openai_realtime_ws": [("delta",)],
    "gemini_live_ws": [
        ("serverContent", "modelTurn", "parts", 0, "text"),
        ("serverContent", "inputTranscription", "text"),
        ("serverContent", "outputTranscription", "text"),
    ],
    "ms_copilot_web": [("text",)],
}


def restorer(name: str) -> SocketRestorer:
    found = surface_of(METHOD, *place(name))
    assert found is not None
    assert isinstance(found.format, SocketFormat)
    return found.format.messages(restoration())


def filled(node: Any, values: Any, *, in_source: bool = False) -> Any:
    """Return a message with its placeholders replaced; tool arguments are JSON source."""
    if isinstance(node, list):
        return [filled(item, values) for item in node]
    if isinstance(node, dict):
        partial = "function_call_arguments" in str(node.get("type", ""))
        return {k: filled(v, values, in_source=k == "arguments" or (partial and k == "delta")) for k, v in node.items()}
    if isinstance(node, str):
        for mark, value in values.items():
            node = node.replace("{{" + mark + "}}", json.dumps(value, ensure_ascii=False)[1:-1] if in_source else value)
    return node


def at(node: Any, path: Path) -> Any:
    for step in path:
        if isinstance(node, dict):
            node = node.get(step)
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            node = node[step]
        else:
            return None
    return node


def delta(name: str, message: Any) -> tuple[Path, str] | None:
    """Return where a message continues a text, and with what; sound continues none."""
    if name == "ms_copilot_web" and message.get("event") != "appendText":
        return None
    if "audio.delta" in str(message.get("type", "")):
        return None
    return next(((p, text) for p in _DELTAS[name] if isinstance(text := at(message, p), str)), None)


def recut(name: str, message: Any, size: int) -> list[Any]:
    """Return a delta as several, ``size`` characters each; any other message as it is."""
    if (found := delta(name, message)) is None:
        return [message]
    path, text = found
    pieces = []
    for start in range(0, len(text), size):
        copy = json.loads(json.dumps(message))
        at(copy, path[:-1])[path[-1]] = text[start : start + size]
        pieces.append(copy)
    return pieces


def texts(name: str, messages: list[Any]) -> dict[Any, str]:
    """Return the joined text of each channel."""
    found: dict[Any, str] = defaultdict(str)
    for message in messages:
        if (piece := delta(name, message)) is not None:
            mine = [message.get(k) for k in ("type", "response_id", "item_id", "messageId", "partId")]
            found[piece[0], *mine] += piece[1]
    return found


def others(name: str, messages: list[Any]) -> list[Any]:
    """Return what continues no text, without the numbers that a message put in moves on."""
    return [{k: v for k, v in m.items() if k != "sequence_number"} for m in messages if delta(name, m) is None]


@pytest.mark.parametrize("name", SOCKETS)
@given(size=st.integers(1, 40))
def test_any_cut_restores_the_same(name: str, size: int) -> None:
    source = [json.loads(m) for m in recorded(name, "s2c")]
    sent = [piece for m in source for piece in recut(name, filled(m, TOKENS), size)]
    restores = restorer(name)
    out = [json.loads(m) for piece in sent for m in restores.feed(json.dumps(piece).encode())]
    expected = [filled(m, VALUES) for m in source]

    assert restores.flush() == []
    assert texts(name, out) == texts(name, expected)
    assert others(name, out) == others(name, expected)
    assert restores.unread == 0


def test_numbers_rise_by_one_and_begin_anew_with_the_next_answer() -> None:
    place_of = {"item_id": "m", "output_index": 0, "content_index": 0}
    answer = [
        {"type": "response.created", "sequence_number": 0},
        {"type": "response.output_text.delta", **place_of, "sequence_number": 1, "delta": TOKENS["EMAIL"][:-1]},
        {"type": "response.output_text.done", **place_of, "sequence_number": 2, "text": TOKENS["EMAIL"][:-1]},
        {"type": "response.completed", "sequence_number": 3},
    ]
    restores = restorer("codex_responses_ws")
    for _ in range(2):
        out = [json.loads(m) for event in answer for m in restores.feed(json.dumps(event).encode())]

        assert [m["sequence_number"] for m in out] == list(range(len(out)))
        assert "".join(m.get("delta", "") for m in out) == TOKENS["EMAIL"][:-1]


@pytest.mark.parametrize("message", [b"no JSON", b"\xff\x00", b"{}\x1e{}", b""])
def test_what_is_not_read_passes_and_is_counted(message: bytes) -> None:
    restores = restorer("codex_responses_ws")

    assert restores.feed(message) == [message]
    assert restores.unread == 1


@pytest.mark.parametrize("name", SOCKETS)
def test_a_tail_without_an_end_is_a_message_of_its_own(name: str) -> None:
    first = next(m for m in (filled(json.loads(m), TOKENS) for m in recorded(name, "s2c")) if delta(name, m))
    found = delta(name, first)
    assert found is not None
    at(first, found[0][:-1])[found[0][-1]] = TOKENS["PERSON"][:-1]
    restores = restorer(name)
    out = [*restores.feed(json.dumps(first).encode()), *restores.flush()]

    assert "".join((delta(name, json.loads(m)) or ((), ""))[1] for m in out) == TOKENS["PERSON"][:-1]
