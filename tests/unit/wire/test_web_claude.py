"""claude.ai: what is masked, what is refused, what comes back."""

import json

import pytest

from maskwire.errors import BlockedError, Reason
from maskwire.wire.formats import surface_of
from maskwire.wire.surface import Surface, Treatment
from tests.fakes.resolving import TOKENS, VALUES, restoration
from tests.vectors.corpus import Json, Sse, dump_sse, fill_sse, parse_sse, vector

CHAT = "/api/organizations/o1/chat_conversations/c1"
HALF = TOKENS["PERSON"][:9]


def surface(path: str, method: str = "POST") -> Surface:
    found = surface_of(method, "claude.ai", path)
    assert found is not None
    return found


def texts(path: str, body: Json, method: str = "POST") -> list[str]:
    document = surface(path, method).parse(json.dumps(body).encode(), "application/json")
    return [field.text for field in document.fields]


@pytest.mark.parametrize("path", [f"{CHAT}/completion", f"{CHAT}/retry_completion"])
def test_turns_are_masked_and_marked_as_reverse_engineered(path: str) -> None:
    found = surface(path)

    assert (found.treatment, found.validated, found.streamed) == (Treatment.MASK, "reverse-engineered", True)


def test_prompt_attachments_and_styles_are_masked_and_ids_are_not() -> None:
    found = texts(f"{CHAT}/completion", vector("claude_web_completion").json("request"))

    assert {
        "I am {{PERSON}}, mail {{EMAIL}}; {{SECRET}}",
        "{{PERSON}}.txt",
        "phone {{PHONE}}",
        "Write like {{PERSON}}",
    } <= set(found)
    assert not {"00000000-0000-4000-8000-000000000000", "b1c2d3e4-0000-4000-8000-000000000001"} & set(found)


@pytest.mark.parametrize(
    "change",
    [
        {"prompt": None},
        {"prompt": ["packed"]},
        {"attachments": "packed"},
        {"attachments": [7]},
        {"attachments": [{"extracted_content": {"packed": 1}}]},
        {"personalized_styles": {"packed": 1}},
        {"files": {"packed": 1}},
    ],
)
def test_a_turn_of_an_unknown_shape_is_refused(change: Json) -> None:
    with pytest.raises(BlockedError, match="not of the shape") as caught:
        texts(f"{CHAT}/completion", {**vector("claude_web_completion").json("request"), **change})

    assert caught.value.reason is Reason.BODY_NOT_UNDERSTOOD


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", f"{CHAT}/title", {"message_content": "Jane Doe", "recent_titles": []}),
        ("PUT", CHAT, {"name": "Jane Doe"}),
        ("POST", "/api/organizations/o1/projects", {"description": "Jane Doe", "is_private": True}),
        ("POST", "/api/organizations/o1/projects/p1/docs", {"content": "Jane Doe"}),
        ("PUT", "/api/account_profile", {"conversation_preferences": "Jane Doe"}),
        ("POST", "/api/event_logging/batch", {"text": "Jane Doe"}),
    ],
)
def test_side_routes_that_carry_text_are_masked(method: str, path: str, body: Json) -> None:
    assert "Jane Doe" in texts(path, body, method)


def test_a_stored_conversation_comes_back_restored() -> None:
    stored = {"name": TOKENS["PERSON"], "chat_messages": [{"content": [{"type": "text", "text": TOKENS["EMAIL"]}]}]}
    found = surface(f"{CHAT}?tree=True&rendering_mode=messages", "GET")
    body = json.loads(found.restore(json.dumps(stored).encode(), "application/json", restoration()))

    assert (body["name"], body["chat_messages"][0]["content"][0]["text"]) == (VALUES["PERSON"], VALUES["EMAIL"])


def run(raw: bytes) -> list[Json]:
    restorer = surface(f"{CHAT}/completion").stream("text/event-stream", restoration())
    out = b"".join([*(restorer.feed(raw[i : i + 1]) for i in range(len(raw))), restorer.flush()])
    assert restorer.unread == 0
    return [json.loads(event.data) for event in parse_sse(out)]


def test_summaries_of_thinking_are_restored() -> None:
    events = run(fill_sse(vector("claude_web_completion"), TOKENS))
    summaries = [e["delta"]["summary"]["summary"] for e in events if "summary" in e.get("delta", {})]

    assert summaries == [f"Helping {VALUES['PERSON']}"]


def test_thinking_that_is_only_shown_is_restored_and_keeps_its_tail() -> None:
    def delta(text: str) -> Sse:
        body = {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": text}}
        return Sse("content_block_delta", json.dumps(body))

    person = TOKENS["PERSON"]
    stop = Sse("content_block_stop", json.dumps({"type": "content_block_stop", "index": 0}))
    events = run(dump_sse([delta(person[:5]), delta(person[5:] + " " + HALF), stop]))

    assert "".join(e["delta"]["thinking"] for e in events[:-1]) == f"{VALUES['PERSON']} {HALF}"
    assert events[-1]["type"] == "content_block_stop"


def test_an_unknown_path_is_refused() -> None:
    assert surface("/api/something/new").treatment is Treatment.REFUSE
