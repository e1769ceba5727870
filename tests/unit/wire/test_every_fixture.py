"""The ledger of the vectors: every part of every one is masked, restored or refused by some test.

JSON bodies, event streams and refusals have modules of their own, whose lists are counted here; what is neither is
walked here.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from urllib.parse import quote_plus

import pytest

from maskwire.errors import BlockedError, Reason
from maskwire.wire import xai
from maskwire.wire.document import Edit
from maskwire.wire.eventstream import EventStreamSplitter
from maskwire.wire.formats import surface_of
from maskwire.wire.frame import Splitter
from maskwire.wire.grpc import GrpcSplitter
from maskwire.wire.jsonarray import ArraySplitter
from maskwire.wire.lines import LineSplitter
from maskwire.wire.refusals import Shape
from maskwire.wire.surface import Surface, Treatment
from maskwire.wire.web_frames import LengthSplitter
from tests.fakes.resolving import TOKENS, VALUES, restoration
from tests.unit.stream.test_channels_vectors import STREAMED
from tests.unit.wire.test_fixtures_requests import KNOWN
from tests.unit.wire.test_refusals import BLOCKS
from tests.unit.wire.test_restoring import ANSWERS
from tests.vectors.corpus import Json, Vector, vector, vectors
from tests.vectors.sockets import SOCKETS, TOPICS

PLAIN = {"EMAIL": "jane@corp.com", "PERSON": "Zoe Brien", "PHONE": "+49 30 1234567", "SECRET": "sk-123"}
"""Values that stand in every format as they are, but for a form's percent signs."""

REFUSED = "cursor_connect"
LOCAL = "lmstudio_ws"
ON_PURPOSE = {(REFUSED, part) for part in ("request", "response", "stream")} | {(LOCAL, "ws")}
"""A private protobuf that is refused, and a program on this machine whose traffic is not decrypted."""

VIEWS = {
    ("xai_grpc", "decoded"),
    ("xai_grpc", "stream_events"),
    ("bedrock_invoke_anthropic_stream", "stream_inner"),
} | {(f"bedrock_{name}", "stream_events") for name in ("converse_stream", "invoke_anthropic_stream")}
"""Readable spellings of binary parts, which the tests of those compare with."""

REFUSALS_IN_STREAMS = {("block_responses_failed", "ws")}
"""What ends an open answer over a WebSocket: see the tests of sockets."""


def surface(found: Vector) -> Surface:
    known = surface_of(found.entry["method"], found.host, found.entry["path"])
    assert known is not None
    return known


def is_odd(found: Vector, part: str, ending: str) -> bool:
    return found.has(part) and not found.entry["files"][part].endswith(ending) and found.id != REFUSED


REQUESTS = [found for found in vectors() if is_odd(found, "request", ".json")]
STREAMS = [found for found in vectors() if is_odd(found, "stream", ".sse")]
STORED = vector("openai_files_multipart")


def test_every_part_of_every_vector_is_tested() -> None:
    parts = {(found.id, part) for found in vectors() for part in found.entry["files"]}
    tested = {(found.id, "request") for found in (*KNOWN, *REQUESTS)}
    tested |= {(found.id, "response") for found in (*ANSWERS, *BLOCKS)}
    tested |= {(found.id, "stream") for found in (*STREAMED, *STREAMS)}

    assert parts - tested == ON_PURPOSE | VIEWS | REFUSALS_IN_STREAMS | {(STORED.id, "output")}


def test_every_socket_of_the_reference_has_its_messages() -> None:
    assert {*SOCKETS, TOPICS} == {
        *("codex_responses_ws", "openai_realtime_ws", "gemini_live_ws", "ms_copilot_web", "chatgpt_web_ws"),
    }


def put(text: str, values: Mapping[str, str], spell: Callable[[str], str] = str) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda mark: spell(values[mark[1]]), text)


def request(found: Vector, values: Mapping[str, str]) -> bytes:
    """Return a request with values in place of the placeholders, its lengths made to fit."""
    raw = found.read("request")
    if found.id == "xai_grpc":
        [frame] = GrpcSplitter(xai.ASKED).feed(raw)
        assert frame.data is not None
        return frame.with_data(put(frame.data, values))
    if found.entry["files"]["request"].endswith(".form"):
        marked = raw.decode().replace("%7B%7B", "{{").replace("%7D%7D", "}}")
        return put(marked, values, quote_plus).encode()
    return put(raw.decode("latin-1"), values, lambda value: value.encode().decode("latin-1")).encode("latin-1")


def kind(found: Vector) -> str:
    return str(found.entry.get("headers", {}).get("content-type", ""))


@pytest.mark.parametrize("found", REQUESTS, ids=lambda found: found.id)
def test_masking_changes_the_values_and_not_another_byte(found: Vector) -> None:
    document = surface(found).parse(request(found, PLAIN), kind(found), allow_media=True)
    edits = {
        index: sorted(
            (
                Edit(at.start(), at.end(), TOKENS[name])
                for name, value in PLAIN.items()
                for at in re.finditer(re.escape(value), field.text)
            ),
            key=lambda edit: edit.start,
        )
        for index, field in enumerate(document.fields)
    }

    assert document.splice(edits) == request(found, TOKENS)


SPLITTERS: Mapping[str, Callable[[], Splitter]] = {
    "ndjson": LineSplitter,
    "json-array-stream": ArraySplitter,
    "aws-eventstream": EventStreamSplitter,
    "form+google-frames": LengthSplitter,
    "grpc": lambda: GrpcSplitter(xai.CHUNK),
}
KINDS = {
    "ndjson": "application/x-ndjson",
    "json-array-stream": "application/json",
    "aws-eventstream": "application/vnd.amazon.eventstream",
    "form+google-frames": "application/json; charset=utf-8",
    "grpc": "application/grpc",
}
"""What the answer of each transport says it is; the vectors name the request's type only."""


def data(found: Vector, raw: bytes) -> list[str]:
    splitter = SPLITTERS[found.entry["transport"]]()
    return [frame.data for frame in (*splitter.feed(raw), *splitter.flush()) if frame.data is not None]


def masked(found: Vector) -> bytes:
    """Return the recorded stream with tokens in place of its placeholders."""
    splitter = SPLITTERS[found.entry["transport"]]()
    frames = [*splitter.feed(found.read("stream")), *splitter.flush()]
    return b"".join(frame.raw if frame.data is None else frame.with_data(put(frame.data, TOKENS)) for frame in frames)


def run(found: Vector, pieces: Iterator[bytes] | list[bytes]) -> bytes:
    restorer = surface(found).stream(KINDS[found.entry["transport"]], restoration())
    out = b"".join([*map(restorer.feed, pieces), restorer.flush()])
    assert restorer.unread == 0
    return out


def words(node: Json) -> Iterator[str]:
    """Yield every string of a tree, and those of JSON inside strings."""
    if isinstance(node, dict | list):
        for value in node.values() if isinstance(node, dict) else node:
            yield from words(value)
    elif isinstance(node, str):
        yield node
        with suppress(ValueError):
            yield from words(json.loads(node) if node[:1] in ("{", "[") else None)


def spellings(value: str) -> tuple[str, ...]:
    """Return a value as it is, and as it stands in JSON source."""
    return value, *(json.dumps(value, ensure_ascii=flag)[1:-1] for flag in (True, False))


@pytest.mark.parametrize("found", STREAMS, ids=lambda found: found.id)
def test_a_stream_that_is_no_event_stream_is_restored_for_every_split(found: Vector) -> None:
    raw = masked(found)
    whole = run(found, [raw])
    placeholders = set(re.findall(r"\{\{(\w+)\}\}", "".join(data(found, found.read("stream")))))
    said = "\0".join(text for event in data(found, whole) for text in words(json.loads(event)))

    assert run(found, (raw[i : i + 1] for i in range(len(raw)))) == whole
    for at in range(1, len(raw), max(1, len(raw) // 60)):
        assert run(found, [raw[:at], raw[at:]]) == whole, at
    assert placeholders
    assert [name for name in placeholders if not any(value in said for value in spellings(VALUES[name]))] == []
    assert [name for name in placeholders if TOKENS[name] in said] == []


def test_the_results_of_a_batch_are_restored_line_by_line() -> None:
    known = surface_of("GET", STORED.host, "/v1/files/file-1/content")
    assert known is not None
    sent = put(STORED.read("output").decode(), TOKENS).encode()
    out = json.loads(known.restore(sent, "application/octet-stream", restoration()))

    assert out["response"]["body"]["choices"][0]["message"]["content"] == f"Mailed {VALUES['EMAIL']}"


def test_a_private_protobuf_is_refused_as_its_client_understands() -> None:
    found = vector(REFUSED)
    known = surface(found)

    assert (known.treatment, known.shape) == (Treatment.REFUSE, Shape.CONNECT)
    with pytest.raises(BlockedError) as caught:
        known.parse(found.read("request"), kind(found))
    assert caught.value.reason is Reason.UNKNOWN_SURFACE


def test_a_program_on_this_machine_is_not_ours() -> None:
    found = vector(LOCAL)

    assert surface_of("WEBSOCKET", found.entry["host"].partition(":")[0], found.entry["path"]) is None
