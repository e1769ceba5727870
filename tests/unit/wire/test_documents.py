import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire.errors import BlockedError, Reason
from maskwire.wire.document import Edit, Field, Place
from maskwire.wire.documents import JsonDocument, read
from maskwire.wire.rules import Rules, rules
from maskwire.wire.walk import Walk
from tests.strategies.wire import Json, nested_bodies, values, written

ALL_FREE = rules(free="free", call="call", result="result", schema="schema", keep="keep")


def document(body: bytes, compiled: Rules = ALL_FREE) -> JsonDocument:
    source, root = read(body, "application/json")
    leaves = list(Walk(compiled).leaves(source, root))
    return JsonDocument(body, root, leaves, [True] * len(leaves))


def places(fields: list[Field]) -> list[tuple[str, Place, str]]:
    return [(field.text, field.place, field.path) for field in fields]


bodies = st.fixed_dictionaries({"free": values, "call": values, "result": values, "other": values})


@nested_bodies
@given(written(bodies))
def test_without_an_edit_the_bytes_are_the_same_object(case: tuple[Json, str]) -> None:
    body = case[1].encode()

    whole = document(body)

    assert whole.splice({}) is body
    assert whole.splice({index: [] for index in range(len(whole.fields))}) is body


@nested_bodies
@given(written(bodies), st.data())
def test_an_edited_field_reads_as_edited_and_all_others_as_before(case: tuple[Json, str], data: st.DataObject) -> None:
    body = case[1].encode()
    before = document(body)
    candidates = [i for i, field in enumerate(before.fields) if field.place is not Place.NUMBER]
    if not candidates:
        return
    index = data.draw(st.sampled_from(candidates))
    text = before.fields[index].text
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    new = data.draw(st.sampled_from(["PERSON_K7Q2MXA4", 'q"\\', "\n😀", "\ud83d"]))
    after = document(before.splice({index: [Edit(start, end, f"<{new}>")]}))

    expected = [field.text for field in before.fields]
    expected[index] = text[:start] + f"<{new}>" + text[end:]
    assert expected == [field.text for field in after.fields]


@nested_bodies
@given(written(bodies), st.data())
def test_an_edit_leaves_every_byte_before_and_after_its_literal(case: tuple[Json, str], data: st.DataObject) -> None:
    source = case[1]
    before = document(source.encode())
    if not before.fields:
        return
    index = data.draw(st.integers(0, len(before.fields) - 1))
    edited = before.splice({index: [Edit(0, 0, "1")]}).decode()

    grown = len(edited) - len(source)
    assert grown == 1
    at = next((i for i, (a, b) in enumerate(zip(source, edited, strict=False)) if a != b), len(source))
    assert source[at:] == edited[at + 1 :]


def test_free_objects_give_keys_numbers_and_nested_json_as_fields() -> None:
    inner = json.dumps({"mail": "jane@x.com", "n": [5551234567]})
    fields = document(json.dumps({"free": {"Jane": inner, "n": 4111111111111111, "short": 42}}).encode()).fields

    assert places(list(fields)) == [
        ("Jane", Place.KEY, "$.free.*"),
        ("mail", Place.KEY, "$.free.*.*"),
        ("jane@x.com", Place.TEXT, "$.free.*.*"),
        ("n", Place.KEY, "$.free.*.*"),
        ("5551234567", Place.NUMBER, "$.free.*.*[*]"),
        ("n", Place.KEY, "$.free.*"),
        ("4111111111111111", Place.NUMBER, "$.free.*"),
        ("short", Place.KEY, "$.free.*"),
    ]


def test_protocol_keys_and_numbers_are_no_fields_unless_a_key_looks_like_no_word() -> None:
    fields = document(b'{"max_tokens": 12345678, "jane@x.com": "v", "text": "t", "n2": null}').fields

    assert places(list(fields)) == [
        ("jane@x.com", Place.KEY, "$.*"),
        ("v", Place.TEXT, "$.*"),
        ("t", Place.TEXT, "$.text"),
    ]


def test_the_label_is_the_nearest_key_that_names_anything() -> None:
    fields = document(b'{"free": {"password": ["a", {"pin": "b"}]}, "text": ["c"]}').fields

    labels = {field.text: field.label for field in fields if field.place is Place.TEXT}
    assert labels == {"a": "password", "b": "pin", "c": ""}


def test_text_that_only_looks_like_json_is_one_field() -> None:
    fields = document(b'{"result": "{not json", "other": "{\\"a\\": \\"b\\"}"}').fields

    assert [field.text for field in fields] == ["{not json", '{"a": "b"}']


def test_a_number_is_replaced_as_it_is_given() -> None:
    body = b'{"free": {"card": 4111111111111111 }, "call": "{\\"card\\": 4111111111111111}"}'
    numbers = {i: [Edit(0, 16, "7")] for i, f in enumerate(document(body).fields) if f.place is Place.NUMBER}

    assert document(body).splice(numbers) == b'{"free": {"card": 7 }, "call": "{\\"card\\": 7}"}'


def test_a_schema_gives_its_descriptions_and_never_its_words() -> None:
    schema = {
        "type": "object",
        "title": "Mail",
        "description": "to Jane",
        "properties": {
            "type": {"type": "string", "description": "a property named type", "enum": ["x"], "const": "y"},
            "enum": {"default": {"k": "d"}, "examples": ["e"], "pattern": "^p$", "format": "f"},
        },
        "required": ["type"],
        "anyOf": [{"$ref": "#/r", "description": "branch"}],
        "$defs": {"Inner": {"description": "inside"}},
        "additionalProperties": {"description": "more"},
    }
    fields = document(json.dumps({"schema": schema}).encode()).fields

    assert [field.text for field in fields] == [
        *("Mail", "to Jane", "a property named type", "k", "d", "e", "branch", "inside", "more"),
    ]


def test_what_is_kept_is_no_field() -> None:
    assert document(b'{"keep": {"text": ["a", {"b": "c"}]}}').fields == []


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"{", "application/json", Reason.BODY_NOT_UNDERSTOOD),
        (b"", "application/json", Reason.BODY_NOT_UNDERSTOOD),
        (b"\xef\xbb\xbf{}", "application/json", Reason.BODY_NOT_UNDERSTOOD),
        (b'{"a": "\xff"}', "application/json", Reason.BODY_NOT_UNDERSTOOD),
        (b'{"a": "\xed\xa0\xbd"}', "application/json", Reason.BODY_NOT_UNDERSTOOD),
        (b"{} {}", "application/json", Reason.BODY_NOT_UNDERSTOOD),
        (b"[" * 5000, "application/json", Reason.BODY_NOT_UNDERSTOOD),
        (b"{}", "application/json; charset=iso-8859-1", Reason.ENCODING_UNSUPPORTED),
        (b"{}", "application/json; charset=UTF-16", Reason.ENCODING_UNSUPPORTED),
    ],
)
def test_a_body_that_is_not_understood_is_blocked(body: bytes, content_type: str, reason: Reason) -> None:
    with pytest.raises(BlockedError) as caught:
        read(body, content_type)

    assert caught.value.reason is reason


@pytest.mark.parametrize("content_type", ["", "application/json", 'application/json; charset="utf-8"', "text/plain"])
def test_utf8_is_read_whatever_the_type_says(content_type: str) -> None:
    source, _ = read('{"é": 1}'.encode(), content_type)

    assert source.text == '{"é": 1}'


def test_json_deeper_than_three_strings_is_searched_as_text() -> None:
    value = "jane@x.com"
    for _ in range(6):
        value = json.dumps({"k": value})
    fields = document(json.dumps({"free": value}).encode()).fields

    texts = [field.text for field in fields if field.place is Place.TEXT]
    assert len(texts) == 1
    assert "jane@x.com" in texts[0]
    assert texts[0].startswith("{")
