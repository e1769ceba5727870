import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.stream.address import LONGEST_ADDRESS, AddressReader, known_addresses, known_form

INSIDE = [
    "https://evil.example/?q=",
    "see http://evil.example/",
    "ftp://evil.example/",
    "custom+scheme.x://host/",
    "postgres://user:",
    "www.evil.example/",
    "https:\\/\\/evil.example\\/?q=",
    '<input type=image src="//evil.example/?',
    "![pixel](https://evil.example/p.png?d=",
    "![pixel](/relative?d=",
    "![pixel](<https://evil.example/with space ",
    "[text](\n  https://evil.example/?d=",
    "[text](https://evil.example/a(b)?d=",
    "[a](https://b.example/)](https://c.example/?",
    "[https://shown.example](https://evil.example/",
    "[x]: <https://evil.example/ a",
    "<https://evil.example/a b ",
    '<img src="https://evil.example/?q=a b ',
    '<img alt="x" src="//evil.example/',
    "<img src=//evil.example/",
    "<a href='https://evil.example/?q=\"mailto:",
    '<a\nhref = "/x?',
    "<img ",
    "background: url(https://evil.example/?",
    'background: url( "/x?',
    "'https://evil.example/?q=",
    "`https://evil.example/?q=",
    "https://evil.example/?next=mailto:",
    "https://evil.example/?q='",
    "https://" + "a" * (2 * LONGEST_ADDRESS),
]
OUTSIDE = [
    "",
    "Ask ",
    "https://docs.example/ ",
    "(https://docs.example/) ",
    '"https://docs.example/", "name": "',
    '{"url":"https://docs.example/","name":"',
    "'https://docs.example/', '",
    "<https://docs.example/> ",
    "`https://docs.example/` ",
    "https://docs.example/\n",
    "https://docs.example/\\n",
    "[docs](https://docs.example/) ",
    '[docs](https://docs.example/ "title") ',
    "![x](<a b>) ",
    "mailto:",
    "[write](mailto:",
    "[call](tel:",
    "<mailto:",
    '<a href="mailto:',
    "<a href='tel:",
    '<a href="https://docs.example/">',
    '<a href="https://docs.example/" title="',
    '<img src="x.png" alt="',
    "a < b and c > ",
    "List<",
    "f(x)[0] (",
    "curl(",
    "https:/",
    "path/to/",
    "C:\\\\Users\\\\",
    "C:\\Users\\",
    '<input placeholder="',
]


def state(pieces: list[str]) -> tuple[bool, str]:
    reader = AddressReader()
    for piece in pieces:
        at: int | None = 0
        while at is not None:
            at = reader.feed(piece, at)
    return reader.inside, reader.address


@pytest.mark.parametrize("text", INSIDE)
def test_a_place_inside_an_address(text: str) -> None:
    assert state([text])[0]


@pytest.mark.parametrize("text", OUTSIDE)
def test_a_place_outside_any_address(text: str) -> None:
    assert not state([text])[0]


@pytest.mark.parametrize("text", [*INSIDE[:-1], *OUTSIDE])
def test_letter_by_letter_is_the_same_place(text: str) -> None:
    assert state([text]) == state(list(text))


_parts = st.sampled_from(
    [*INSIDE[:-1], *OUTSIDE, ")", ">", '"', "'", " ", "\n", "]", "(", "w", "ww.", ":", "/", "<", "a"]
)


@settings(deadline=None)
@given(st.lists(_parts, max_size=6), st.lists(st.integers(0, 200), max_size=4))
def test_any_split_gives_the_same_place(parts: list[str], places: list[int]) -> None:
    text = "".join(parts)
    cuts = [0, *sorted(place for place in places if place < len(text)), len(text)]
    pieces = [text[start:end] for start, end in itertools.pairwise(cuts)]

    assert state([text]) == state(pieces)


def test_where_an_address_ends_is_told() -> None:
    text = "see https://docs.example/a). Then ![x](/b c) end"
    reader = AddressReader()
    ends = []
    at = reader.feed(text)
    while at is not None:
        ends.append((reader.ended, text[at:][:2]))
        at = reader.feed(text, at)

    assert ends == [("https://docs.example/a).", " T"), ("/b c", ") ")]


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("https://a.example/x).", "https://a.example/x"),
        ('/b "title"', "/b"),
        ("  https://a.example/** ", "https://a.example/"),
        ("", ""),
        (" ", ""),
    ],
)
def test_the_known_form_is_what_two_mentions_share(address: str, known: str) -> None:
    assert known == known_form(address)


def test_known_addresses_are_those_with_a_token() -> None:
    texts = [
        "open https://crm.example/u/PERSON_K7Q2MXA4, not https://docs.example/",
        '<a href="/people/PERSON_K7Q2MXA4">x</a> [y](/z/PERSON_K7Q2MXA4 "t")',
        "PERSON_K7Q2MXA4",
        "last https://crm.example/?mail=mail.k7q2mxa4n5@example.com",
    ]

    assert list(known_addresses(texts)) == [
        "https://crm.example/u/PERSON_K7Q2MXA4",
        "/people/PERSON_K7Q2MXA4",
        "/z/PERSON_K7Q2MXA4",
        "https://crm.example/?mail=mail.k7q2mxa4n5@example.com",
    ]


def test_a_very_long_address_is_read_once() -> None:
    reader = AddressReader()
    reader.feed("https://" + "a" * 1_000_000)

    assert reader.inside
    assert len(reader.address) == LONGEST_ADDRESS
