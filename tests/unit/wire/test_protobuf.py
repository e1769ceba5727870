"""Protobuf as JSON and back: nothing is lost, nothing that may hold text goes by unseen."""

import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maskwire.wire.protobuf import MAX_FIELDS, Bare, File, Inner, Message, NotProtobuf, Text, Word, pack, varint, view

LEAF = Message({1: Text("text"), 2: Word("role", ("none", "user")), 3: Text("tags", repeated=True)})
SCHEMA = Message(
    {
        1: Inner("items", LEAF, repeated=True),
        2: Text("model"),
        3: Word("index"),
        4: File("data"),
        5: Bare(),
    }
)


def field(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def number(place: int, value: int) -> bytes:
    return varint(place << 3) + varint(value)


words = st.text(st.characters(codec="utf-8"), max_size=30)
calm = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine makes messages slowly; that is no fault of what is tested."""

leaves = st.lists(
    st.one_of(
        words.map(lambda text: field(1, text.encode())),
        st.integers(0, 2**64 - 1).map(lambda value: number(2, value)),
        words.map(lambda text: field(3, text.encode())),
    ),
    max_size=6,
).map(b"".join)
messages = st.lists(
    st.one_of(
        leaves.map(lambda inner: field(1, inner)),
        words.map(lambda text: field(2, text.encode())),
        st.integers(0, 2**64 - 1).map(lambda value: number(3, value)),
        st.binary(max_size=30).map(lambda content: field(4, content)),
        st.binary(max_size=30).map(lambda content: field(5, content)),
        st.binary(min_size=8, max_size=8).map(lambda content: varint(9 << 3 | 1) + content),
        st.binary(min_size=4, max_size=4).map(lambda content: varint(900 << 3 | 5) + content),
    ),
    max_size=8,
).map(b"".join)


@calm
@given(messages)
def test_a_message_packs_to_its_own_bytes(raw: bytes) -> None:
    assert pack(view(raw, SCHEMA, strict=True), SCHEMA) == raw


@calm
@given(messages, words)
def test_an_edited_string_gives_lengths_that_fit(raw: bytes, text: str) -> None:
    seen = view(raw + field(1, field(1, b"<edited>")), SCHEMA, strict=True)
    packed = pack(seen.replace('"<edited>"', json.dumps(text)), SCHEMA)

    assert packed == raw + field(1, field(1, text.encode()))


def test_the_view_names_fields_words_and_lists_in_their_order() -> None:
    leaf = field(1, "é".encode()) + number(2, 1) + field(3, b"a") + field(3, b"b")
    raw = field(1, leaf) + field(1, b"") + number(3, 7) + field(4, b"\x00\x01")

    assert json.loads(view(raw, SCHEMA, strict=True)) == {
        "items": [{"text": "é", "role": "user", "tags": ["a", "b"]}, {}],
        "index": 7,
        "data": "AAE=",
    }


@pytest.mark.parametrize(
    "raw",
    [
        field(77, b"Jane Doe"),
        field(1, field(9, b"Jane Doe")),
        varint(2 << 3 | 3),
        b"\x12\x05abc",
        b"\x80" * 11,
        field(2, b"\xff\xfe"),
        b"\x00\x00",
        varint(9 << 3 | 1) + b"1234",
    ],
    ids=["unknown", "unknown inside", "group", "too short", "endless", "no text", "field 0", "half a number"],
)
def test_what_the_schema_does_not_explain_is_an_error(raw: bytes) -> None:
    with pytest.raises(NotProtobuf) as caught:
        view(raw, SCHEMA, strict=True)

    assert "Jane" not in str(caught.value)


def test_an_answer_keeps_a_field_that_is_not_known() -> None:
    raw = field(2, b"grok") + field(77, b"new")
    seen = view(raw, SCHEMA, strict=False)

    assert pack(seen, SCHEMA) == raw
    assert json.loads(seen)["model"] == "grok"


@calm
@given(st.binary(max_size=60))
def test_any_bytes_are_a_message_or_an_error(raw: bytes) -> None:
    with suppress(NotProtobuf):
        once = view(raw, SCHEMA, strict=False)

        assert view(pack(once, SCHEMA), SCHEMA, strict=False) == once


def test_more_fields_than_any_conversation_has_are_an_error() -> None:
    with pytest.raises(NotProtobuf, match="fields"):
        view(number(9, 1) * (MAX_FIELDS + 1), SCHEMA, strict=True)


def test_a_view_of_another_schema_is_not_packed() -> None:
    with pytest.raises(NotProtobuf):
        pack('{"other":"x"}', SCHEMA)
