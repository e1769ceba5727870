"""chatgpt.com: what is masked, what passes, what is refused, what comes back."""

import json

import pytest

from maskwire.errors import BlockedError, Reason
from maskwire.wire.formats import surface_of
from maskwire.wire.surface import Surface, Treatment
from tests.fakes.resolving import TOKENS, VALUES, restoration
from tests.vectors.corpus import Json, vector


def surface(path: str, method: str = "POST", host: str = "chatgpt.com") -> Surface:
    found = surface_of(method, host, path)
    assert found is not None
    return found


def texts(path: str, body: Json, method: str = "POST") -> list[str]:
    document = surface(path, method).parse(json.dumps(body).encode(), "application/json")
    return [field.text for field in document.fields]


@pytest.mark.parametrize("host", ["chatgpt.com", "chat.openai.com", "gov.chatgpt.com"])
@pytest.mark.parametrize("base", ["/backend-api", "/backend-anon"])
@pytest.mark.parametrize("path", ["f/conversation", "conversation", "f/conversation/prepare", "f/conversation/resume"])
def test_conversations_are_masked_and_marked_as_reverse_engineered(host: str, base: str, path: str) -> None:
    found = surface(f"{base}/{path}", host=host)

    assert (found.treatment, found.validated, found.streamed) == (Treatment.MASK, "reverse-engineered", True)


def test_text_and_file_names_of_a_turn_are_masked_and_ids_are_not() -> None:
    request = vector("chatgpt_web_conversation").json("request")

    assert texts("/backend-api/f/conversation", request) == [
        "I am {{PERSON}}, {{EMAIL}}; key {{SECRET}}",
        "{{PERSON}}.png",
    ]


def test_a_draft_is_masked_before_it_is_sent() -> None:
    request = vector("chatgpt_web_prepare").json("request")

    assert "mail {{EMAIL}} {{SECRET}}" in texts("/backend-api/f/conversation/prepare", request)


def change(path: tuple[str | int, ...], value: Json) -> Json:
    request = vector("chatgpt_web_conversation").json("request")
    node = request
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return request


@pytest.mark.parametrize(
    "request_body",
    [
        change(("messages",), "packed"),
        change(("messages", 0), "packed"),
        change(("messages", 0, "content"), "packed"),
        change(("messages", 0, "content", "parts"), "packed"),
        change(("messages", 0, "content", "parts", 0), 17),
        change(("messages", 0, "author"), None),
        change(("action",), 1),
        {},
    ],
)
def test_a_turn_of_an_unknown_shape_is_refused(request_body: Json) -> None:
    with pytest.raises(BlockedError, match="not of the shape") as caught:
        texts("/backend-api/f/conversation", request_body)

    assert caught.value.reason is Reason.BODY_NOT_UNDERSTOOD


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "conversation/67c9ad29", {"title": "Jane Doe"}),
        ("POST", "user_system_messages", {"about_user_message": "Jane Doe", "enabled": True}),
        ("PATCH", "user_system_messages", {"about_model_message": "Jane Doe"}),
        ("POST", "memories", {"content": "Jane Doe"}),
        ("POST", "projects", {"instructions": "Jane Doe"}),
        ("POST", "gizmos/snorlax/upsert", {"display": {"name": "Jane Doe"}}),
        ("POST", "conversation/gen_title/67c9ad29", {"message": "Jane Doe"}),
        ("POST", "files", {"file_name": "Jane Doe", "file_size": 12, "use_case": "my_files"}),
    ],
)
def test_side_routes_that_carry_text_are_masked(method: str, path: str, body: Json) -> None:
    assert texts(f"/backend-api/{path}", body, method) == ["Jane Doe"]


@pytest.mark.parametrize("path", ["sentinel/chat-requirements", "sentinel/chat-requirements/finalize", "sentinel/req"])
def test_proofs_of_work_pass_as_they_are(path: str) -> None:
    found = surface(f"/backend-api/{path}")
    body = b'{"p": "gAAAAACWzMwMDAsIlNhdCBO"}'

    assert found.treatment is Treatment.PASS
    assert found.parse(body, "application/json").splice({}) is body
    assert list(found.parse(body, "application/json").fields) == []


def test_stored_conversations_come_back_restored() -> None:
    found = surface("/backend-api/conversation/67c9ad29", "GET")
    stored = {"title": TOKENS["PERSON"], "mapping": {"a": {"message": {"content": {"parts": [TOKENS["EMAIL"]]}}}}}
    body = json.loads(found.restore(json.dumps(stored).encode(), "application/json", restoration()))

    assert body["title"] == VALUES["PERSON"]
    assert body["mapping"]["a"]["message"]["content"]["parts"] == [VALUES["EMAIL"]]


def test_custom_instructions_and_memories_come_back_restored() -> None:
    for path in ("user_system_messages", "memories", "conversations"):
        body = json.dumps({"items": [{"text": TOKENS["PERSON"]}]}).encode()
        restored = surface(f"/backend-api/{path}", "GET").restore(body, "application/json", restoration())

        assert json.loads(restored) == {"items": [{"text": VALUES["PERSON"]}]}


def test_what_a_conduit_token_says_is_not_touched() -> None:
    body = vector("chatgpt_web_prepare").read("response")

    assert surface("/backend-api/f/conversation/prepare").restore(body, "application/json", restoration()) is body


def test_lines_of_an_upload_s_progress_are_restored() -> None:
    found = surface("/backend-api/files/process_upload_stream")
    body = b"".join(json.dumps({"file_name": name}).encode() + b"\n" for name in (TOKENS["PERSON"], "b"))
    restored = found.restore(body, "application/x-ndjson", restoration())

    assert [json.loads(line)["file_name"] for line in restored.splitlines()] == [VALUES["PERSON"], "b"]


def test_an_unknown_path_is_refused() -> None:
    assert surface("/backend-api/something/new").treatment is Treatment.REFUSE
