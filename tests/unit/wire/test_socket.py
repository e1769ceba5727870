"""Every recorded message of a WebSocket: its text is found and masked, all else stays, sound is refused."""

import json
from typing import Any

import pytest

from maskwire.errors import BlockedError, Reason
from maskwire.wire.document import Edit
from maskwire.wire.formats import surface_of
from maskwire.wire.socket import MAX_REASON, METHOD, SocketFormat, shortened
from maskwire.wire.surface import Surface, Treatment
from tests.vectors.sockets import SOCKETS, place, recorded

TOKENS = {"EMAIL": "user-1a2b@mask.example", "PERSON": "PERSON_K7Q2MXA4", "PHONE": "+1-555-0100", "SECRET": "API_KEY_7"}
REASON = BlockedError(Reason.POLICY_BLOCKED, "no")


def surface(name: str) -> Surface:
    found = surface_of(METHOD, *place(name))
    assert found is not None
    assert found.treatment is Treatment.MASK
    return found


def asked(name: str) -> list[dict[str, Any]]:
    return [json.loads(m) for m in recorded(name, "c2s")]


def masked(name: str, message: dict[str, Any]) -> Any:
    """Return a message with a token in place of every placeholder that stands in a field."""
    body = json.dumps(message, indent=1).encode()
    document = surface(name).parse(body, "application/json")
    edits: dict[int, list[Edit]] = {}
    for index, field in enumerate(document.fields):
        for mark, token in TOKENS.items():
            word = "{{" + mark + "}}"
            starts = [i for i in range(len(field.text)) if field.text.startswith(word, i)]
            edits.setdefault(index, []).extend(Edit(i, i + len(word), token) for i in starts)
    spliced = document.splice({i: sorted(e, key=lambda edit: edit.start) for i, e in edits.items() if e})
    return json.loads(spliced)


def has_sound(message: dict[str, Any]) -> bool:
    return "audio" in message or "audio" in message.get("realtimeInput", {})


@pytest.mark.parametrize("name", SOCKETS)
def test_every_text_is_masked_and_nothing_else_changes(name: str) -> None:
    for message in filter(lambda m: not has_sound(m), asked(name)):
        wanted = json.dumps(message)
        for mark, token in TOKENS.items():
            wanted = wanted.replace("{{" + mark + "}}", token)

        assert masked(name, message) == json.loads(wanted)


@pytest.mark.parametrize("name", SOCKETS)
def test_ids_are_no_fields(name: str) -> None:
    fixed = {"model", "call_id", "id", "previous_response_id", "conversationId", "prompt_cache_key", "handle", "event"}

    def values(node: Any) -> list[str]:
        if isinstance(node, list):
            return [v for item in node for v in values(item)]
        if not isinstance(node, dict):
            return []
        mine = [v for k, v in node.items() if k in fixed and isinstance(v, str)]
        return [*mine, *(v for child in node.values() for v in values(child))]

    for message in filter(lambda m: not has_sound(m), asked(name)):
        document = surface(name).parse(json.dumps(message).encode(), "application/json")
        assert {f.text for f in document.fields}.isdisjoint(values({k: v for k, v in message.items() if k != "input"}))


@pytest.mark.parametrize("name", ["openai_realtime_ws", "gemini_live_ws"])
def test_sound_is_refused_unless_it_is_allowed(name: str) -> None:
    [message] = filter(has_sound, asked(name))
    body = json.dumps(message).encode()
    with pytest.raises(BlockedError) as caught:
        surface(name).parse(body, "application/json")

    assert caught.value.reason is Reason.CONTENT_UNSUPPORTED
    assert surface(name).parse(body, "application/json", allow_media=True).splice({}) == body


@pytest.mark.parametrize("name", SOCKETS)
@pytest.mark.parametrize("body", [b"[]", b'"text"', b"not JSON", b"\xff", b'{"a": 1, "a": }'])
def test_what_is_no_object_is_refused(name: str, body: bytes) -> None:
    with pytest.raises(BlockedError):
        surface(name).parse(body, "application/json")


@pytest.mark.parametrize("body", [b'{"content": []}', b'{"event": "send", "content": "x"}', b'{"event": 1}'])
def test_an_undocumented_message_of_another_shape_is_refused(body: bytes) -> None:
    with pytest.raises(BlockedError):
        surface("ms_copilot_web").parse(body, "application/json")


@pytest.mark.parametrize("name", SOCKETS)
def test_every_refusal_says_why_in_what_the_client_reads(name: str) -> None:
    reads = surface(name).format
    assert isinstance(reads, SocketFormat)
    farewell = reads.farewell(REASON)
    said = farewell.messages[-1] if farewell.messages else farewell.reason

    assert "maskwire blocked this request" in said
    assert all(isinstance(json.loads(message), dict) for message in farewell.messages)


def test_responses_fail_with_the_code_at_which_clients_stop() -> None:
    reads = surface("codex_responses_ws").format
    assert isinstance(reads, SocketFormat)
    created, failed = map(json.loads, reads.farewell(REASON).messages)

    assert (created["type"], failed["type"]) == ("response.created", "response.failed")
    assert failed["response"]["error"]["code"] == "invalid_prompt"


@pytest.mark.parametrize("text", ["é" * 100, "x" * 500, "", "漢" * 41, "漢" * 42])
def test_a_reason_fits_its_frame(text: str) -> None:
    assert len(shortened(text).encode()) <= MAX_REASON
    assert text.startswith(shortened(text))


@pytest.mark.parametrize(
    ("name", "message", "expected"),
    [
        ("codex_responses_ws", b'{"type": "response.create"}', True),
        ("codex_responses_ws", b'{"type": "response.cancel"}', False),
        ("gemini_live_ws", b'{"clientContent": {}}', True),
        ("ms_copilot_web", b'{"event": "send"}', True),
        ("ms_copilot_web", b'{"event": "ping"}', False),
        ("ms_copilot_web", b"[1]", False),
        ("ms_copilot_web", b"\xff", False),
    ],
)
def test_requests_are_told_from_the_rest(name: str, message: bytes, *, expected: bool) -> None:
    reads = surface(name).format
    assert isinstance(reads, SocketFormat)

    assert reads.is_request(message) is expected


@pytest.mark.parametrize(
    ("host", "path", "name"),
    [
        ("x.openai.azure.com", "/openai/v1/realtime?model=gpt-realtime", "azure.realtime.socket"),
        ("x.openai.azure.com", "/openai/realtime?api-version=2025-04-01-preview&deployment=d", "azure.realtime.socket"),
        (
            "us-central1-aiplatform.googleapis.com",
            "/ws/google.cloud.aiplatform.v1.LlmBidiService/BidiGenerateContent",
            "vertex.live.socket",
        ),
    ],
)
def test_the_same_conversations_at_other_hosts_are_masked(host: str, path: str, name: str) -> None:
    found = surface_of(METHOD, host, path)
    assert found is not None

    assert (found.id, found.treatment) == (name, Treatment.MASK)
