"""A value is found in raw bytes whatever simple encoding hides it."""

import base64
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire_daemon.standin.leaks import leaks

VALUE = "Jörg Süß <joerg@firma.de>"

ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "plain": lambda text: text.encode(),
    "json": lambda text: json.dumps(text).encode(),
    "json in json": lambda text: json.dumps(json.dumps(text)).encode(),
    "percent": lambda text: quote(text, safe="").encode(),
    "hex": lambda text: text.encode().hex().encode(),
    "utf-16": lambda text: text.encode("utf-16"),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_a_value_is_found_in_every_encoding(name: str) -> None:
    raw = b"\x00before " + ENCODINGS[name](VALUE) + b" after\xff"

    assert leaks([VALUE, "nobody"], raw) == [VALUE]


@given(before=st.binary(max_size=20), after=st.binary(max_size=20))
def test_base64_is_seen_through_at_any_alignment(before: bytes, after: bytes) -> None:
    raw = base64.b64encode(before + VALUE.encode() + after)

    assert leaks([VALUE], raw) == [VALUE]


def test_a_number_is_found_without_its_groups() -> None:
    assert leaks(["4111 1111 1111 1111"], b'{"card":4111111111111111}') == ["4111 1111 1111 1111"]


def test_what_is_not_there_is_not_reported() -> None:
    assert leaks([VALUE, "4111 1111 1111 1111"], b"PERSON_K7Q2MXA4 <x@example.com> 4111") == []
