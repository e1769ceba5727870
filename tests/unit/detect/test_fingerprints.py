"""A known secret is found in every form it may take, and nothing tells it."""

import json
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire.detect.fingerprints import Fingerprints, learn

KEY = bytes(range(32))
SECRET = 'p@ss/w"rd+9é!x'


def covered(text: str, secret: str = SECRET) -> list[str]:
    return [text[s.start : s.end] for s in Fingerprints(KEY, learn(secret, KEY)).find(text)]


@pytest.mark.parametrize(
    "form",
    [SECRET, quote(SECRET, safe=""), json.dumps(SECRET)[1:-1], SECRET.encode().hex(), SECRET.encode().hex().upper()],
)
def test_a_secret_is_found_in_each_plain_form(form: str) -> None:
    assert form in covered(f"x={form}; y")


@given(st.binary(max_size=7), st.binary(max_size=7))
def test_a_secret_is_found_inside_base64_at_any_offset(before: bytes, after: bytes) -> None:
    whole = before + SECRET.encode() + after
    for coded in (b64encode(whole).decode(), urlsafe_b64encode(whole).decode()):
        parts = covered(f'"{coded}"')

        assert any(len(part) >= len(SECRET.encode()) * 4 // 3 - 3 for part in parts)


def test_a_short_value_is_not_learned() -> None:
    assert learn("hunter2", KEY) == []


def test_another_key_and_another_text_find_nothing() -> None:
    assert covered("p@ss/w word") == []
    assert list(Fingerprints(bytes(32), learn(SECRET, KEY)).find(SECRET)) == []


def test_fingerprints_do_not_hold_the_secret() -> None:
    assert "ss/w" not in repr(learn(SECRET, KEY))


@given(st.lists(st.sampled_from([SECRET, "a", "é", " ", "_", "/", "\n", "²", "p@ss"]), max_size=12).map("".join))
def test_a_secret_is_found_wherever_it_stands_alone(text: str) -> None:
    marks = {0, len(text)} | {at + shift for at, c in enumerate(text) if not c.isalnum() for shift in (0, 1)}
    ends = {start: start + len(SECRET) for start in range(len(text)) if text.startswith(SECRET, start)}
    expected = {(start, end) for start, end in ends.items() if start in marks and end in marks}
    found = {(s.start, s.end) for s in Fingerprints(KEY, learn(SECRET, KEY)).find(text)}

    assert expected == {(start, end) for start, end in found if text[start:end] == SECRET}
