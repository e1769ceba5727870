import base64
import json

import pytest

from maskwire.errors import BlockedError, Reason
from maskwire.wire.formats import surface_of
from tests.vectors.corpus import Json

IMAGE = "data:image/png;base64," + base64.b64encode(b"\x89PNG" * 300).decode()
BASE64 = base64.b64encode(bytes(range(256)) * 4).decode()


def parse(
    part: Json, *, allow_media: bool = False, path: str = "/v1/chat/completions", key: str = "messages"
) -> list[str]:
    surface = surface_of("POST", "api.openai.com", path)
    assert surface is not None
    body = {"model": "m", key: [{"role": "user", "content": [part]}]}
    return [
        f.text for f in surface.parse(json.dumps(body).encode(), "application/json", allow_media=allow_media).fields
    ]


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": IMAGE}},
        {"type": "image_url", "image_url": IMAGE},
        {"type": "input_audio", "input_audio": {"data": BASE64, "format": "wav"}},
    ],
)
def test_an_image_or_sound_passes_only_with_leave(part: Json) -> None:
    with pytest.raises(BlockedError, match="media = true") as caught:
        parse(part)

    assert caught.value.reason is Reason.CONTENT_UNSUPPORTED
    assert parse(part, allow_media=True) == []


@pytest.mark.parametrize(
    "part",
    [
        {"type": "file", "file": {"file_data": "data:application/pdf;base64,JVBERi0="}},
        {"type": "video_pack", "video_pack": {"payload": BASE64}},
        {"type": "brand_new", "blob": IMAGE},
    ],
)
def test_a_file_or_unknown_encoded_content_never_passes(part: Json) -> None:
    for allow_media in (False, True):
        with pytest.raises(BlockedError) as caught:
            parse(part, allow_media=allow_media)

        assert caught.value.reason is Reason.CONTENT_UNSUPPORTED


def test_the_address_of_an_image_is_searched_as_text() -> None:
    url = "https://cdn.example.com/jane@x.com.png"

    assert parse({"type": "image_url", "image_url": {"url": url}}) == [url]


def test_base64_that_a_person_wrote_is_text() -> None:
    assert parse({"type": "text", "text": BASE64}) == [BASE64]


@pytest.mark.parametrize("prompt", [[1, 2, 3], [[1, 2], [3]], ["text", 5]])
def test_text_sent_as_token_numbers_is_refused(prompt: Json) -> None:
    surface = surface_of("POST", "api.openai.com", "/v1/completions")
    assert surface is not None
    with pytest.raises(BlockedError, match="token numbers"):
        surface.parse(json.dumps({"model": "m", "prompt": prompt}).encode(), "application/json")


@pytest.mark.parametrize("value", ["jane@x.com", "Jane Doe", "+1 555 123 4567", "5551234567", "123-45-6789"])
def test_an_id_that_does_not_look_like_one_is_searched(value: str) -> None:
    surface = surface_of("POST", "api.openai.com", "/v1/chat/completions")
    assert surface is not None
    body = {"model": "m", "user": value, "stop": ["END", value], "messages": []}
    fields = surface.parse(json.dumps(body).encode(), "application/json").fields

    assert [field.text for field in fields] == [value, value]


def test_a_tool_s_arguments_cannot_pose_as_thinking_or_ids() -> None:
    surface = surface_of("POST", "api.anthropic.com", "/v1/messages")
    assert surface is not None
    given = {"type": "thinking", "thinking": "a", "signature": "b", "id": "c", "encrypted_content": "d", "data": BASE64}
    block = {"type": "tool_use", "id": "t", "name": "n", "input": given}
    body = {"messages": [{"role": "assistant", "content": [block]}]}
    fields = surface.parse(json.dumps(body).encode(), "application/json").fields

    assert {"thinking", "a", "b", "c", "d", BASE64} <= {field.text for field in fields}


@pytest.mark.parametrize(
    "message",
    [
        {"role": "user", "content": [{"type": "thinking", "thinking": "Jane", "signature": "s"}]},
        {"role": "assistant", "content": [{"type": "thinking", "thinking": "Jane", "type ": "x", "text": "Jane"}]},
    ],
)
def test_only_the_model_s_own_thinking_is_kept(message: Json) -> None:
    surface = surface_of("POST", "api.anthropic.com", "/v1/messages")
    assert surface is not None
    body = json.dumps({"messages": [message]}).replace('"type ": "x"', '"type": "text"')

    assert "Jane" in {f.text for f in surface.parse(body.encode(), "application/json").fields}


@pytest.mark.parametrize("value", ["Jane Doe was here", "jane@x.com"])
@pytest.mark.parametrize(
    ("host", "path", "body"),
    [
        (
            "api.anthropic.com",
            "/v1/messages",
            {"messages": [{"role": "user", "content": [{"type": "text", "signature": 0}]}]},
        ),
        ("api.openai.com", "/v1/responses", {"input": [{"type": "reasoning", "encrypted_content": 0}]}),
        (
            "generativelanguage.googleapis.com",
            "/v1/models/m:generateContent",
            {"contents": [{"parts": [{"thoughtSignature": 0}]}]},
        ),
    ],
)
def test_a_signature_that_a_person_could_have_written_is_searched(host: str, path: str, body: Json, value: str) -> None:
    surface = surface_of("POST", host, path)
    assert surface is not None

    for text, expected in ((value, [value]), ("gAAAAABpIO9v+/q2m7Jt0==", [])):
        raw = json.dumps(body).replace(": 0", f": {json.dumps(text)}").encode()
        assert [field.text for field in surface.parse(raw, "application/json").fields] == expected
