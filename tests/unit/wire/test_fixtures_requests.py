"""Every request vector: its text is found, masking it changes nothing else, what must not change is no field."""

import copy
import json
from collections.abc import Mapping

import pytest

from maskwire.errors import BlockedError, Reason
from maskwire.wire.document import Document, Edit
from maskwire.wire.formats import surface_of
from maskwire.wire.surface import Surface, Treatment
from tests.vectors.corpus import Json, Vector, at, fill, general, leaves, under, vector, vectors

VALUES = {
    "EMAIL": 'o\'neil+"x"@exämple.com',
    "PERSON": 'Zoë "Q" O\\Brien\nJr 😀',
    "PHONE": "+49 (0)30 1234-567",
    "SECRET": "sk-\\u0041\t'quoted\"\\end",
}
TOKENS = {
    "EMAIL": "user-1a2b@mask.example",
    "PERSON": "PERSON_K7Q2MXA4",
    "PHONE": "+1-555-0100",
    "SECRET": "API_KEY_7Q2MXA4K",
}


def surface(found: Vector) -> Surface:
    surface = surface_of(found.entry["method"], found.host, found.entry["path"])
    assert surface is not None
    return surface


def is_masked(found: Vector) -> bool:
    if not found.has("request") or not found.entry["files"]["request"].endswith(".json"):
        return False
    known = surface_of(found.entry["method"], found.host, found.entry["path"])
    return known is not None and known.treatment is Treatment.MASK


KNOWN = [found for found in vectors() if is_masked(found)]
WITH_FILES = [
    v for v in KNOWN if v.id in {"openai_chat", "openai_responses", "anthropic_messages", "anthropic_count_tokens"}
]


def without_files(node: Json) -> Json:
    """Return a body without the documents that are refused as long as they cannot be read."""
    if isinstance(node, dict):
        return {key: without_files(value) for key, value in node.items()}
    if isinstance(node, list):
        return [without_files(value) for value in node if not is_file(value)]
    return node


def is_file(node: Json) -> bool:
    if not isinstance(node, dict):
        return False
    inner = node.get("file", node)
    source = node.get("source")
    is_base64 = isinstance(source, dict) and source.get("type") == "base64" and node.get("type") == "document"
    return "file_data" in inner or is_base64


def edits(document: Document) -> Mapping[int, list[Edit]]:
    """Return edits that put a token in place of every value."""
    found: dict[int, list[Edit]] = {}
    for index, field in enumerate(document.fields):
        here = [
            Edit(at, at + len(value), TOKENS[name])
            for name, value in VALUES.items()
            for at in range(len(field.text))
            if field.text.startswith(value, at)
        ]
        if here:
            found[index] = sorted(here, key=lambda edit: edit.start)
    return found


@pytest.mark.parametrize("ascii_only", [True, False], ids=["escaped", "plain"])
@pytest.mark.parametrize("found", KNOWN, ids=lambda v: v.id)
def test_masking_every_value_gives_the_masked_request_byte_for_byte(found: Vector, ascii_only: bool) -> None:
    def body(values: Mapping[str, str]) -> bytes:
        filled = fill(without_files(found.json("request")), values, found.sources)
        return json.dumps(filled, ensure_ascii=ascii_only, indent=1).encode()

    document = surface(found).parse(body(VALUES), "application/json", allow_media=True)

    assert document.splice(edits(document)) == body(TOKENS)


@pytest.mark.parametrize("found", KNOWN, ids=lambda v: v.id)
def test_a_request_without_findings_leaves_as_it_came(found: Vector) -> None:
    body = json.dumps(without_files(found.json("request")), indent=3).encode()
    document = surface(found).parse(body, "application/json", allow_media=True)

    assert document.splice({}) is body


@pytest.mark.parametrize("found", KNOWN, ids=lambda v: v.id)
def test_nothing_that_must_not_change_is_a_field(found: Vector) -> None:
    request = without_files(found.json("request"))
    document = surface(found).parse(json.dumps(request).encode(), "application/json", allow_media=True)
    texts = found.paths("request_text_paths")
    texts_found = {field.text for field in document.fields}

    for place, value in leaves(request):
        path = general(place)
        immutable = any(under(path, root) for root in found.paths("request_immutable_paths"))
        if immutable and isinstance(value, str) and len(value) > 12 and not any(under(path, text) for text in texts):
            assert value not in texts_found, path


@pytest.mark.parametrize("found", [v for v in WITH_FILES if v.id != "openai_responses"], ids=lambda v: v.id)
def test_a_request_with_a_document_that_cannot_be_read_is_blocked(found: Vector) -> None:
    with pytest.raises(BlockedError, match="file at") as caught:
        surface(found).parse(found.read("request"), "application/json", allow_media=True)

    assert caught.value.reason is Reason.CONTENT_UNSUPPORTED


@pytest.mark.parametrize("found", WITH_FILES, ids=lambda v: v.id)
def test_a_request_with_an_image_is_blocked_without_leave(found: Vector) -> None:
    with pytest.raises(BlockedError, match="image or sound at") as caught:
        surface(found).parse(json.dumps(without_files(found.json("request"))).encode(), "application/json")

    assert caught.value.reason is Reason.CONTENT_UNSUPPORTED


def test_the_vectors_of_the_first_four_surfaces_are_all_masked() -> None:
    assert {v.id for v in KNOWN} >= {
        *("openai_chat", "openai_chat_tools_stream", "openai_responses", "openai_responses_simple"),
        *("openai_responses_compact", "openai_responses_input_tokens", "anthropic_messages", "anthropic_count_tokens"),
        *("anthropic_server_tools", "anthropic_compaction_stream", "claude_code_request"),
        *("gemini_generate", "gemini_stream_sse", "gemini_stream_json_array"),
    }


def test_the_block_that_claude_code_signs_over_is_no_field() -> None:
    request = vector("claude_code_request").json("request")
    document = surface(vector("claude_code_request")).parse(json.dumps(request).encode(), "application/json")

    assert request["system"][0]["text"].startswith("x-anthropic-billing-header")
    assert request["system"][0]["text"] not in {field.text for field in document.fields}


BOUND = {
    "$.messages[*].content[*].thinking": "bound to its signature",
    "$.messages[*].content[*].reasoningContent.reasoningText.text": "bound to its signature",
    "$.input[*].code": "bound to its fingerprint, in items of type program",
    "$.tools[*].format.definition": "a grammar",
    "$.input[*].tools[*].tools[*].format.definition": "a grammar",
    "$.tools[*].server_url": "where the provider reaches the person's own tool server",
    "$.tools[*].authorization": "what opens that server",
    "$.mcp_servers[*].url": "where the provider reaches the person's own tool server",
    "$.mcp_servers[*].authorization_token": "what opens that server",
}
"""The only places of all vectors where a person's words would leave unseen."""


@pytest.mark.parametrize("found", KNOWN, ids=lambda v: v.id)
def test_words_of_a_person_are_seen_wherever_they_stand(found: Vector) -> None:
    words = "Jane Doe <jane@x.com>"
    request = without_files(found.json("request"))
    unseen: set[str] = set()
    for place, value in leaves(request):
        if not isinstance(value, str):
            continue
        planted = copy.deepcopy(request)
        at(planted, place[:-1])[place[-1]] = words
        try:
            document = surface(found).parse(json.dumps(planted).encode(), "application/json", allow_media=True)
        except BlockedError:
            continue
        if not any(words in field.text for field in document.fields):
            unseen.add(general(place))

    assert unseen <= BOUND.keys()
