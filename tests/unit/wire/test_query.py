from urllib.parse import parse_qsl, quote_plus, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.wire.document import Edit, Place
from maskwire.wire.query import parse_query

PAIRS = [("after", "é 😀"), ("q", "jane@x.com & co"), ("limit", "20")]
TARGET = "/v1/responses/resp_1/input_items?after=%C3%A9+%F0%9F%98%80&q=jane%40x.com%20&limit=20#part?x=y"


def test_keys_and_values_are_decoded_and_values_are_labelled() -> None:
    fields = parse_query(TARGET).fields

    assert [(field.text, field.place, field.label) for field in fields] == [
        ("after", Place.KEY, ""),
        ("é 😀", Place.TEXT, "after"),
        ("q", Place.KEY, ""),
        ("jane@x.com ", Place.TEXT, "q"),
        ("limit", Place.KEY, ""),
        ("20", Place.TEXT, "limit"),
    ]


def test_an_edit_changes_only_its_own_characters() -> None:
    document = parse_query(TARGET)

    assert document.splice({3: [Edit(0, 4, "PERSON_K7Q2")]}).decode() == TARGET.replace("q=jane", "q=PERSON_K7Q2")
    assert document.splice({1: [Edit(2, 3, "a&b=c")]}).decode() == TARGET.replace("%F0%9F%98%80", "a%26b%3Dc")
    assert document.splice({}).decode() == TARGET


@pytest.mark.parametrize("target", ["/v1/models", "/v1/models?", "*", ""])
def test_without_a_query_there_are_no_fields(target: str) -> None:
    document = parse_query(target)

    assert (list(document.fields), document.splice({})) == ([], target.encode())


def test_the_client_s_own_credential_is_no_field() -> None:
    assert [f.text for f in parse_query("/v1beta/models?key=AIzaSyA&alt=sse").fields] == ["alt", "sse"]


def test_bytes_that_are_not_utf8_stay() -> None:
    document = parse_query("/p?a=%ff%C3%A9%zz%")

    assert document.fields[1].text == "\udcffé%zz%"
    assert document.splice({1: [Edit(1, 2, "x")]}) == b"/p?a=%ffx%zz%"


@settings(max_examples=100)
@given(st.text("ab&=+%é😀?;/ ", max_size=8), st.data())
def test_a_masked_value_reads_as_masked(value: str, data: st.DataObject) -> None:
    document = parse_query(f"/p?k={quote_plus(value)}&z=1")
    if not value:
        return
    start = data.draw(st.integers(0, len(value)))
    end = data.draw(st.integers(start, len(value)))
    target = document.splice({1: [Edit(start, end, "<T&>")]}).decode()

    assert parse_qsl(urlsplit(target).query) == [("k", value[:start] + "<T&>" + value[end:]), ("z", "1")]


def test_a_segment_of_the_path_that_cannot_be_an_id_is_a_field() -> None:
    document = parse_query("/v1/users/jane%40x.com/files/123456789012:act+ion?a=b")

    assert [field.text for field in document.fields] == ["jane@x.com", "a", "b"]
    assert document.splice({0: [Edit(0, 4, "x/y")]}) == b"/v1/users/x%2Fy%40x.com/files/123456789012:act+ion?a=b"
