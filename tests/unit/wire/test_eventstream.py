import base64
import json
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.wire.eventstream import EventStreamFrame, EventStreamSplitter, encode, header
from tests.strategies.wire import cut
from tests.vectors.corpus import vector

HEADERS = header(":event-type", "chunk") + header(":content-type", "application/json")
CONVERSE = vector("bedrock_converse_stream").read("stream")
INVOKE = vector("bedrock_invoke_anthropic_stream").read("stream")


def split(pieces: list[bytes], limit: int = 1_000_000) -> list[EventStreamFrame]:
    splitter = EventStreamSplitter(limit)
    return [*(frame for piece in pieces for frame in splitter.feed(piece)), *splitter.flush()]


def lines(name: str, part: str) -> list[object]:
    return [json.loads(line) for line in vector(name).read(part).decode().splitlines()]


def payloads(frames: list[EventStreamFrame]) -> list[object]:
    return [json.loads(frame.data) for frame in frames if frame.data is not None]


@settings(max_examples=30, deadline=None)
@given(cut(CONVERSE))
def test_any_split_gives_the_recorded_events(pieces: list[bytes]) -> None:
    frames = split(pieces)
    recorded = [
        event["payload"] for event in lines("bedrock_converse_stream", "stream_events") if isinstance(event, dict)
    ]

    assert b"".join(frame.raw for frame in frames) == CONVERSE
    assert payloads(frames) == recorded


def test_a_model_s_own_event_is_read_through_its_wrapping() -> None:
    assert payloads(split([INVOKE])) == lines("bedrock_invoke_anthropic_stream", "stream_inner")


@pytest.mark.parametrize("raw", [CONVERSE, INVOKE], ids=["converse", "invoke"])
def test_a_frame_written_with_its_own_data_is_the_same_bytes(raw: bytes) -> None:
    for frame in split([raw]):
        if frame.data is not None:
            assert frame.with_data(frame.data) == frame.raw


@given(st.text(max_size=20))
def test_an_edited_frame_is_whole_and_keeps_its_headers(text: str) -> None:
    for payload in ({"delta": "x"}, {"bytes": base64.b64encode(b'{"delta": "x"}').decode(), "p": "abc"}):
        [frame] = split([encode(HEADERS, json.dumps(payload).encode())])
        [edited] = split([frame.with_data(json.dumps({"delta": text}))])
        [added] = split([frame.before(json.dumps({"delta": text}))])

        assert payloads([edited, added]) == [{"delta": text}] * 2
        assert edited.headers == added.headers == HEADERS
        assert ('"p": "abc"' in edited.payload) is ("p" in payload)


def test_the_checksums_are_those_of_the_specification() -> None:
    raw = encode(HEADERS, b"{}")
    total, size, check = struct.unpack_from(">III", raw)

    assert (total, size, check) == (len(raw), len(HEADERS), zlib.crc32(raw[:8]))
    assert struct.unpack(">I", raw[-4:])[0] == zlib.crc32(raw[:-4])


@pytest.mark.parametrize("at", [0, 9, 20, -1], ids=["length", "check", "header", "message"])
def test_after_a_wrong_checksum_everything_passes_unread(at: int) -> None:
    broken = bytearray(CONVERSE)
    broken[at] ^= 1
    frames = split([bytes(broken)])

    assert b"".join(frame.raw for frame in frames) == bytes(broken)
    assert frames[-1].unread


def test_a_frame_past_the_limit_passes_unread() -> None:
    raw = encode(HEADERS, b'{"a": "%s"}' % (b"x" * 500))

    assert [frame.unread for frame in split([raw[:200], raw[200:]], limit=400)] == [True, True]


@pytest.mark.parametrize("payload", [b"\xff", b"{broken", b'{"bytes": "!"}', b'{"bytes": "/w=="}'])
def test_a_payload_that_is_not_understood_passes_unread(payload: bytes) -> None:
    [frame] = split([encode(HEADERS, payload)])

    assert (frame.data, frame.unread) == (None, True)


def test_an_empty_payload_is_nothing_to_read() -> None:
    [frame] = split([encode(HEADERS, b"")])

    assert (frame.data, frame.unread) == (None, False)
