import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.wire.jsonarray import ArraySplitter, ElementFrame
from tests.strategies.wire import Json, cut, values

RAW = '[{"a": "x]}\\"\\\\"}\n,\r\n{"b": [[1], {"c": "é"}]} , {}\n]\n'.encode()


def split(pieces: list[bytes], limit: int = 100_000) -> list[ElementFrame]:
    splitter = ArraySplitter(limit)
    return [*(frame for piece in pieces for frame in splitter.feed(piece)), *splitter.flush()]


def payloads(frames: list[ElementFrame]) -> list[str]:
    return [frame.data for frame in frames if frame.data is not None]


@settings(max_examples=100)
@given(cut(RAW))
def test_any_split_gives_the_same_elements(pieces: list[bytes]) -> None:
    frames = split(pieces)

    assert b"".join(frame.raw for frame in frames) == RAW
    assert payloads(frames) == ['{"a": "x]}\\"\\\\"}', '{"b": [[1], {"c": "é"}]}', "{}"]
    assert [frame.raw for frame in frames if frame.is_end] == [b"]"]


@settings(max_examples=40)
@given(st.lists(st.dictionaries(st.text(max_size=3), values, max_size=3), max_size=4), st.booleans())
def test_elements_of_any_array_are_found(elements: list[Json], indented: bool) -> None:
    raw = json.dumps(elements, indent=1 if indented else None).encode()

    assert [json.loads(text) for text in payloads(split([raw]))] == elements


def test_an_object_instead_of_an_array_is_one_event() -> None:
    assert payloads(split([b'{"error": {"code": 400}}'])) == ['{"error": {"code": 400}}']


def test_an_element_is_given_out_when_its_brace_closes() -> None:
    assert payloads(ArraySplitter().feed(b'[{"a": 1}')) == ['{"a": 1}']


@pytest.mark.parametrize("raw", [b'[{"a": "\xff"}]', b'[{"a": 1'])
def test_what_is_not_utf8_or_cut_off_passes_unread(raw: bytes) -> None:
    frames = split([raw])

    assert payloads(frames) == []
    assert any(frame.unread for frame in frames)
    assert b"".join(frame.raw for frame in frames) == raw


@settings(max_examples=100)
@given(cut(b'[{"a": 1}, {"b": "' + b"x\\\\" * 20 + b'"}, {"c": 3}]'))
def test_an_element_past_the_limit_passes_unread_and_the_next_is_read_again(pieces: list[bytes]) -> None:
    frames = split(pieces, limit=30)

    assert payloads(frames) == ['{"a": 1}', '{"c": 3}']
    assert b"".join(frame.raw for frame in frames) == b"".join(pieces)


def test_an_added_element_brings_its_comma() -> None:
    [frame] = [frame for frame in split([b"[{}]"]) if frame.data is not None]

    assert [frame.before("[]"), frame.after("[]"), frame.with_data("[]"), frame.gap] == [b"[],", b",[]", b"[]", b""]
