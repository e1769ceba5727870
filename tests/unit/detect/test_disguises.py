"""Each way to write a value so that a pattern misses it, and the value found where it stands all the same."""

import base64
from collections.abc import Callable

import pytest

from maskwire.detect.fragment import Fragment
from maskwire.detect.rules import default_rules

MAIL, CARD, KEY = "jane.doe@acme-corp.org", "4111111111111111", "sk_live_4eC39HqLyjWDarjtT1zdp7dc"


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


DISGUISES: dict[str, Callable[[str], str]] = {
    "zero-width spaces": "\u200b".join,
    "word joiners": "\u2060".join,
    "bidi controls": lambda v: f"\u202d{v[:5]}\u202c\u2066{v[5:]}\u2069",
    "soft hyphens": lambda v: f"{v[:4]}\u00ad{v[4:]}",
    "full-width forms": wide,
    "look-alikes": lambda v: v.replace("a", "а").replace("e", "е").replace("1", "１"),
    "HTML entities": lambda v: "".join(f"&#{ord(c)};" if not c.isalnum() else c for c in v),
    "hexadecimal entities": lambda v: "".join(f"&#x{ord(c):x};" if i % 3 == 0 else c for i, c in enumerate(v)),
    "percent escapes": lambda v: "".join(f"%{ord(c):02X}" if i % 4 == 1 else c for i, c in enumerate(v)),
    "\\u escapes": lambda v: "".join(f"\\u{ord(c):04x}" if i % 5 == 2 else c for i, c in enumerate(v)),
    "\\x escapes": lambda v: "".join(f"\\x{ord(c):02x}" if i % 5 == 2 else c for i, c in enumerate(v)),
}


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize(("value", "label"), [(MAIL, "mail"), (CARD, "card"), (KEY, "key")])
def test_a_disguised_value_is_found_where_it_stands(disguise: str, value: str, label: str) -> None:
    hidden = DISGUISES[disguise](value)
    text = f"my {label} is {hidden} ok"
    at = text.index(hidden)

    found = [(s.start, s.end) for s in default_rules().find(Fragment(text))]

    assert any(start <= at + 1 and at + len(hidden) - 1 <= end for start, end in found), found
    assert all(at - 1 <= start and end <= at + len(hidden) + 1 for start, end in found)


@pytest.mark.parametrize("spaced", ["4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "4111-1111-1111-1111", "4111 1111 1111 1111"])
def test_spaced_digits_are_one_number(spaced: str) -> None:
    text = f"card {spaced} please"

    assert [(text[s.start : s.end], s.entity) for s in default_rules().find(Fragment(text))] == [
        (spaced, "CREDIT_CARD")
    ]


@pytest.mark.parametrize(
    "frame", ["Authorization: Basic {}", "credentials (base64): {}", "echo {} | base64 -d", "password: {}"]
)
def test_base64_beside_a_credential_word_is_read(frame: str) -> None:
    hidden = base64.b64encode(b"deploy:z3pp3lin86$").decode()
    text = frame.format(hidden)

    assert [text[s.start : s.end] for s in default_rules().find(Fragment(text))] == [hidden]


def test_base64_of_something_else_is_left_alone() -> None:
    text = "the icon in base64: " + base64.b64encode(b"hello world, how are you").decode()

    assert default_rules().find(Fragment(text)) == []
