import base64
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.errors import BlockedError, Reason
from maskwire.guard import LONGEST_RUN, Coding, Cut, Guard, is_telling
from maskwire.vault import Finding

SECRET = "hunter2/K9+é~zü"
KEY = Finding("API_KEY", SECRET)

values = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40).filter(
    lambda v: is_telling(Finding("API_KEY", v))
)
paddings = st.binary(max_size=60)

WRITINGS: dict[str, Callable[[str], bytes]] = {
    "plain": lambda v: v.encode(),
    "json ascii": lambda v: json.dumps(v)[1:-1].encode(),
    "json utf-8": lambda v: json.dumps(v, ensure_ascii=False)[1:-1].encode(),
    "json twice": lambda v: json.dumps(json.dumps(v))[3:-3].encode(),
    "json slashes": lambda v: json.dumps(v)[1:-1].replace("/", r"\/").encode(),
    "percent": lambda v: quote(v, safe="").encode(),
    "percent path": lambda v: quote(v).encode(),
    "form": lambda v: quote_plus(v).encode(),
    "hex": lambda v: v.encode().hex().encode(),
    "hex upper": lambda v: v.encode().hex().upper().encode(),
}


@pytest.mark.parametrize("name", WRITINGS)
@given(value=values, before=paddings, after=paddings)
@settings(max_examples=30, deadline=None)
def test_every_writing_is_found_at_every_offset(name: str, value: str, before: bytes, after: bytes) -> None:
    form = WRITINGS[name](value)
    before += b"|"

    hits = Guard([Finding("API_KEY", value)]).search(before + form + b"|" + after)

    assert any(h.start == len(before) and h.end >= len(before) + 1 and h.index == 0 for h in hits)


@given(value=values, before=paddings, after=paddings, wide=st.booleans(), urlsafe=st.booleans())
@settings(deadline=None)
def test_base64_is_found_whatever_stands_around_the_value(
    value: str, before: bytes, after: bytes, wide: bool, urlsafe: bool
) -> None:
    raw = value.encode("utf-16-le" if wide else "utf-8")
    write = base64.urlsafe_b64encode if urlsafe else base64.b64encode

    hits = Guard([Finding("API_KEY", value)]).search(b"\xff\x00" + write(before + raw + after) + b"\xfe")

    assert hits


@given(st.lists(values, min_size=1, max_size=30, unique=True), st.data())
@settings(max_examples=30, deadline=None)
def test_each_of_many_values_is_found(many: list[str], data: st.DataObject) -> None:
    planted = data.draw(st.sampled_from(many))

    hits = Guard([Finding("PASSWORD", v) for v in many]).search(b"\x80" + planted.encode() + b"\x80")

    assert any(planted == many[h.index] for h in hits) or any(v in planted for v in many if v != planted)


@given(text=st.text(max_size=80), value=values)
@settings(deadline=None)
def test_after_cutting_nothing_is_found_any_more(text: str, value: str) -> None:
    guard = Guard([Finding("API_KEY", value)])
    text = f"{text}|{value}|{quote(value, safe='')}|{base64.b64encode(value.encode()).decode()}|{text}"
    out, last = "", 0
    for cut in guard.cuts(text):
        out += text[last : cut.start] + "#"
        last = cut.end

    assert guard.search((out + text[last:]).encode("utf-8", "surrogatepass")) == []


@given(values)
@settings(deadline=None)
def test_a_cut_names_exactly_what_it_replaces(value: str) -> None:
    text = f"é😀 {value} {value.encode().hex()} ü"

    cuts = Guard([Finding("API_KEY", value)]).cuts(text)

    assert all(cut.finding.value == text[cut.start : cut.end] for cut in cuts)
    assert cuts[0] == Cut(3, 3 + len(value), Finding("API_KEY", value))
    assert cuts == sorted(cuts, key=lambda c: c.start)


def test_an_encoded_value_takes_its_whole_run_with_it() -> None:
    run = base64.b64encode(f"user:{SECRET}x".encode()).decode()
    text = f"curl -H 'Authorization: Basic {run}' host"

    (cut,) = Guard([KEY]).cuts(text)

    assert run == cut.finding.value == text[cut.start : cut.end]
    assert cut.finding.entity == "CUSTOM"


def test_a_run_as_long_as_a_file_is_refused() -> None:
    run = base64.b64encode(b"x" * LONGEST_RUN + SECRET.encode() + b"y" * LONGEST_RUN).decode()

    with pytest.raises(BlockedError) as caught:
        Guard([KEY]).cuts(f"see {run}")

    assert caught.value.reason is Reason.EGRESS_GUARD
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("entity", "value"),
    [
        ("PERSON", "Wolfeschlegelstein-1987"),
        ("USERNAME", "root12345"),
        ("API_KEY", "ab12!"),
        ("API_KEY", "--------a1b2c"),
        ("PASSWORD", "letmein"),
        ("PASSWORD", "Dragonfly"),
        ("CUSTOM", "PROJECT"),
    ],
)
def test_words_and_short_values_prove_nothing(entity: str, value: str) -> None:
    assert Guard([Finding(entity, value)]).search(f"a {value} b".encode()) == []


def test_a_number_inside_a_longer_number_is_another_number() -> None:
    guard = Guard([Finding("US_SSN", "123456789")])

    assert guard.search(b'{"created":1234567890,"n":9123456789}') == []
    assert [(h.start, h.end) for h in guard.search(b'{"n":123456789}')] == [(5, 14)]


def test_overlapping_numbers_are_each_looked_at() -> None:
    guard = Guard([Finding("US_SSN", "121212")])

    assert [h.start for h in guard.search(b"12121212 121212")] == [9]


def test_nothing_masked_means_nothing_to_find() -> None:
    assert Guard([]).search(b"anything") == []
    assert Guard([]).cuts("anything") == []


def test_codings_are_told_apart() -> None:
    guard = Guard([KEY])
    found = {
        Coding.PLAIN: SECRET.encode(),
        Coding.ESCAPED: json.dumps(SECRET).encode(),
        Coding.PERCENT: quote(SECRET, safe="").encode(),
        Coding.BASE64: base64.b64encode(SECRET.encode()),
        Coding.HEX: SECRET.encode().hex().encode(),
    }

    assert {coding: {h.coding for h in guard.search(data)} for coding, data in found.items()} == {
        coding: {coding} for coding in found
    }


def test_the_guard_shows_no_value() -> None:
    guard = Guard([KEY])

    assert SECRET not in repr(guard) + repr(guard.search(SECRET.encode())) + repr(guard.cuts(f"- {SECRET}"))


@pytest.mark.parametrize("coding", [lambda v: v, lambda v: v.encode().hex(), lambda v: quote(v, safe="")])
def test_a_value_as_long_as_a_key_file_is_found_as_a_whole(coding: Callable[[str], str]) -> None:
    value = "-----BEGIN PRIVATE KEY-----\n" + "Qé9+/" * 9000 + "\n-----END PRIVATE KEY-----"
    guard = Guard([Finding("PRIVATE_KEY", value)])
    form = coding(value).encode()

    (hit,) = guard.search(b"x" * 300_000 + form + b"y")

    assert (hit.start, hit.end) == (300_000, 300_000 + len(form))
    assert guard.search(form[:-1]) == []


@pytest.mark.parametrize("before", [-3, 0, 3])
def test_a_value_between_two_windows_is_found(before: int) -> None:
    body = b" " * (256 * 1024 + before - 5) + SECRET.encode() + b" " * 300_000

    (hit,) = Guard([KEY]).search(body)

    assert body[hit.start : hit.end] == SECRET.encode()


def test_thousands_of_values_and_megabytes_stay_quick() -> None:
    many = [Finding("API_KEY", f"sk-{i:05d}-Zq{i * 7919}") for i in range(3000)]
    body = b"lorem ipsum 1234567890 " * 50_000 + many[-1].value.encode()

    (hit,) = Guard(many).search(body)

    assert hit.index == 2999


@pytest.mark.parametrize("count", [1, 64, 65, 255, 256, 321, 700])
def test_every_one_of_many_values_is_looked_for(count: int) -> None:
    many = [Finding("API_KEY", f"sk-{i:05d}-Zq{i * 7919}") for i in range(count)]

    hits = Guard(many).search(" ".join(f.value for f in many).encode())

    assert sorted({hit.index for hit in hits}) == list(range(count))
