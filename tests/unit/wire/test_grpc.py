"""xAI's gRPC calls: masked by their schema, restored while they stream, refused where the schema ends."""

import gzip
import json
import struct
from collections.abc import Mapping

import pytest
from hypothesis import given, settings

from maskwire.errors import BlockedError, Reason
from maskwire.wire import xai
from maskwire.wire.document import Document, Edit
from maskwire.wire.formats import surface_of
from maskwire.wire.grpc import GrpcSplitter, envelope
from maskwire.wire.protobuf import Message, pack, varint
from maskwire.wire.surface import Surface, Treatment
from tests.fakes.resolving import TOKENS, VALUES, restoration
from tests.strategies.wire import cut
from tests.vectors.corpus import fill, vector

XAI = vector("xai_grpc")
GRPC = "application/grpc"


def surface(call: str = "Chat/GetCompletionChunk") -> Surface:
    found = surface_of("POST", "api.x.ai", f"/xai_api.{call}")
    assert found is not None
    return found


def asked(values: Mapping[str, str]) -> bytes:
    return pack(json.dumps(fill(XAI.json("decoded"), values, XAI.sources)), xai.ASKED)


def said(values: Mapping[str, str], schema: Message = xai.CHUNK) -> list[bytes]:
    sources = ("$.outputs[*].delta.tool_calls[*].function.arguments",)
    return [envelope(pack(json.dumps(fill(event, values, sources)), schema)) for event in XAI.json("stream_events")]


def masked(document: Document) -> bytes:
    edits: dict[int, list[Edit]] = {}
    for index, field in enumerate(document.fields):
        here = [
            Edit(at, at + len(value), TOKENS[name])
            for name, value in VALUES.items()
            for at in range(len(field.text))
            if field.text.startswith(value, at)
        ]
        edits[index] = sorted(here, key=lambda edit: edit.start)
    return document.splice(edits)


def view_of(raw: bytes) -> list[object]:
    return [json.loads(frame.data) for frame in GrpcSplitter(xai.CHUNK).feed(raw) if frame.data is not None]


def texts(raw: bytes) -> dict[str, str]:
    """Return the text of each channel of a stream."""
    found = dict.fromkeys(("content", "reasoning_content", "arguments"), "")
    for event in view_of(raw):
        assert isinstance(event, dict)
        for output in event["outputs"]:
            delta = output["delta"]
            for key in ("content", "reasoning_content"):
                found[key] += delta.get(key, "")
            for call in delta.get("tool_calls", ()):
                found["arguments"] += call["function"].get("arguments", "")
    return found


def test_the_recorded_request_is_read_by_the_schema_as_xai_s_own_classes_read_it() -> None:
    assert envelope(asked({name: f"{{{{{name}}}}}" for name in VALUES})) == XAI.read("request")


def test_a_request_leaves_with_tokens_and_new_lengths() -> None:
    document = surface().parse(envelope(asked(VALUES)), GRPC)

    assert masked(document) == envelope(asked(TOKENS))
    assert surface().model(document) == "grok-4"


def test_a_compressed_request_is_masked_inside_and_compressed_again() -> None:
    body = struct.pack(">BI", 1, len(packed := gzip.compress(asked(VALUES)))) + packed
    out = masked(surface().parse(body, GRPC))

    assert out[0] == 1
    assert gzip.decompress(out[5:]) == asked(TOKENS)


def test_a_request_without_findings_leaves_as_it_came() -> None:
    body = XAI.read("request")

    assert surface().parse(body, "application/grpc+proto").splice({}) is body


def test_what_is_new_is_told_from_what_the_model_has_answered() -> None:
    fresh = {field.text: field.fresh for field in surface().parse(XAI.read("request"), GRPC).fields}

    assert fresh["help {{PERSON}}"] is False
    assert fresh["sent {{EMAIL}}"] is True


def string(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (envelope(string(90, b"Jane Doe")), GRPC),
        (envelope(asked(VALUES)), "application/grpc+json"),
        (envelope(asked(VALUES))[:-1], GRPC),
        (envelope(asked(VALUES)) + b"\x00\x00", GRPC),
        (struct.pack(">BI", 1, 4) + b"\x28\xb5\x2f\xfd", GRPC),
        (struct.pack(">BI", 1, 10) + gzip.compress(b"Jane Doe")[:10], GRPC),
        (b"\x80" + envelope(b"")[1:], GRPC),
    ],
    ids=["unknown field", "json", "cut off", "half a head", "zstd", "half a gzip", "web trailer"],
)
def test_what_is_not_the_schema_is_refused_without_a_word_of_it(body: bytes, kind: str) -> None:
    with pytest.raises(BlockedError) as caught:
        surface().parse(body, kind)

    assert caught.value.reason is Reason.BODY_NOT_UNDERSTOOD
    assert "Jane" not in str(caught.value)


def test_an_image_is_refused_unless_it_is_let_through() -> None:
    image = string(2, string(1, b"data:image/png;base64,iVBORw0KGgo="))
    body = envelope(string(1, string(1, image)))

    with pytest.raises(BlockedError, match="image"):
        surface().parse(body, GRPC)
    assert surface().parse(body, GRPC, allow_media=True).splice({}) == body


def test_a_file_is_searched_and_written_back_as_bytes() -> None:
    def body(text: str) -> bytes:
        file = string(3, b"notes.txt") + string(4, b"text/plain") + string(2, text.encode())
        return envelope(string(1, string(1, string(3, file))))

    document = surface().parse(body(f"call {VALUES['PHONE']}"), GRPC)

    assert masked(document) == body(f"call {TOKENS['PHONE']}")


def test_a_stream_is_restored_in_every_channel() -> None:
    restorer = surface().stream(GRPC, restoration())
    out = b"".join([*map(restorer.feed, said(TOKENS)), restorer.flush()])

    assert texts(out) == texts(b"".join(said(VALUES)))
    assert restorer.unread == 0


@settings(max_examples=30, deadline=None)
@given(cut(b"".join(said(TOKENS))))
def test_any_split_of_the_bytes_restores_the_same(pieces: list[bytes]) -> None:
    restorer = surface().stream(GRPC, restoration())
    out = b"".join([*map(restorer.feed, pieces), restorer.flush()])

    assert texts(out) == texts(b"".join(said(VALUES)))


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_a_token_cut_into_chunks_comes_back_whole_before_its_output_ends(size: int) -> None:
    text = f"Dear {TOKENS['PERSON']}"
    events: list[dict[str, object]] = [{"delta": {"content": text[i : i + size]}} for i in range(0, len(text), size)]
    events.append({"delta": {}, "finish_reason": 3})
    raw = b"".join(envelope(pack(json.dumps({"id": "x", "outputs": [event]}), xai.CHUNK)) for event in events)
    restorer = surface().stream(GRPC, restoration())
    out = view_of(restorer.feed(raw) + restorer.flush())

    assert texts(restorer_input(out))["content"] == f"Dear {VALUES['PERSON']}"
    assert out[-1] == {"id": "x", "outputs": [{"delta": {}, "finish_reason": 3}]}


def restorer_input(events: list[object]) -> bytes:
    return b"".join(envelope(pack(json.dumps(event), xai.CHUNK)) for event in events)


def test_a_whole_answer_is_restored() -> None:
    answer = {"id": "x", "outputs": [{"index": 0, "message": {"content": f"To {TOKENS['EMAIL']}."}}], "model": "grok-4"}
    body = envelope(pack(json.dumps(answer), xai.WHOLE))
    out = surface("Chat/GetCompletion").restore(body, GRPC, restoration())
    [frame] = GrpcSplitter(xai.WHOLE).feed(out)

    assert frame.data is not None
    assert json.loads(frame.data)["outputs"][0]["message"]["content"] == f"To {VALUES['EMAIL']}."


def test_a_compressed_answer_is_restored() -> None:
    packed = gzip.compress(said(TOKENS)[3][5:])
    body = struct.pack(">BI", 1, len(packed)) + packed
    restorer = surface().stream(GRPC, restoration())

    assert restorer.feed(body) + restorer.flush() == said(VALUES)[3]


def test_an_answer_that_is_no_schema_goes_on_and_is_counted() -> None:
    odd = envelope(b"\x12\x05abc") + said(TOKENS)[3] + b"\x07\x00\x00\x00\x01x"
    restorer = surface().stream(GRPC, restoration())
    out = restorer.feed(odd) + restorer.flush()

    assert out.startswith(envelope(b"\x12\x05abc"))
    assert out.endswith(b"\x07\x00\x00\x00\x01x")
    assert restorer.unread == 2


def test_services_beside_the_known_ones_are_refused_in_grpc_s_own_way() -> None:
    other = surface("Files/UploadFile")
    refusal = other.refusal(BlockedError(Reason.UNKNOWN_SURFACE, other.why))

    assert other.treatment is Treatment.REFUSE
    assert (refusal.status, dict(refusal.headers)["grpc-status"], refusal.body) == (200, "3", b"")
    assert "REST" in dict(refusal.headers)["grpc-message"]
