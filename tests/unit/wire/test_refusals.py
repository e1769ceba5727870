import json

import pytest

from maskwire.errors import BlockedError, Reason
from maskwire.wire.formats import surface_of
from maskwire.wire.refusals import Shape
from tests.vectors.corpus import Json, Vector, parse_sse, vector, vectors

ERROR = BlockedError(Reason.POLICY_BLOCKED, "a secret stands in the newest text; remove it")

BLOCKS = [found for found in vectors() if found.id.startswith("block_") and found.has("response")]


def skeleton(node: Json) -> Json:
    """Return the keys and fixed words of an error body, without its sentence and ids."""
    if isinstance(node, dict):
        return {key: skeleton(value) for key, value in node.items() if key != "request_id"}
    return type(node).__name__


@pytest.mark.parametrize("found", BLOCKS, ids=lambda found: found.id)
def test_a_refusal_has_the_shape_that_was_measured_with_the_official_sdk(found: Vector) -> None:
    host = found.entry["host"].replace("localhost:11434", "ollama.com")
    surface = surface_of(found.entry["method"], host, found.entry["path"])
    assert surface is not None
    refusal = surface.refusal(ERROR)
    measured, ours = skeleton(found.json("response")), skeleton(json.loads(refusal.body))

    assert refusal.status == int(found.entry["headers"][":status"])
    assert dict(refusal.headers) == {k: v for k, v in found.entry["headers"].items() if not k.startswith(":")}
    if found.id == "block_huggingface":  # measured with the two members that matter; ours is OpenAI's body
        measured["error"] |= {"param": "NoneType", "code": "str"}
    assert ours == measured


@pytest.mark.parametrize("shape", [shape for shape in Shape if shape is not Shape.GRPC])
def test_every_shape_says_what_happened_and_which_reason(shape: Shape) -> None:
    headers, body = shape.render(ERROR)

    assert b"a secret stands in the newest text; remove it" in body
    assert b"[policy_blocked]" in body
    assert dict(headers)["x-should-retry"] == "false"


def test_google_repeats_the_status_in_the_body() -> None:
    assert json.loads(Shape.GOOGLE.render(ERROR)[1])["error"]["code"] == 400


def test_grpc_is_refused_in_headers_alone() -> None:
    surface = surface_of("POST", "api.x.ai", "/xai_api.Chat/GetCompletion")
    assert surface is not None
    refusal = surface.refusal(ERROR)

    assert (refusal.status, refusal.body) == (200, b"")
    assert dict(refusal.headers)["grpc-status"] == "3"
    assert "a secret stands in the newest text" in dict(refusal.headers)["grpc-message"]
    assert all(" " <= c <= "~" for _, value in refusal.headers for c in value)


def test_an_open_stream_of_responses_fails_in_the_way_that_codex_and_copilot_take_as_final() -> None:
    found = vector("block_responses_failed")
    surface = surface_of("POST", found.host, found.entry["path"])
    assert surface is not None

    def events(raw: bytes) -> list[Json]:
        return [(event.name, skeleton(json.loads(event.data))) for event in parse_sse(raw)]

    ours = surface.stream_refusal(ERROR)

    assert events(ours) == events(found.read("stream"))
    assert b'"code": "invalid_prompt"' in ours
    assert b'"status": "failed"' in ours
