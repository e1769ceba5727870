"""Bodies and byte streams as providers and their clients may write them."""

import json
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

Json = Any

nested_bodies = settings(max_examples=20 * settings().max_examples, deadline=None)
"""For tests over bodies of any nesting: 2,000 examples, 100,000 under ``--hypothesis-profile=nightly``."""

text = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["", 'a"b\\c', "\n\t\u0000", "😀 é", "\ud83d", "\ude00x", '{"k": ["v", 12345678]}', "[1, 2]", "{broken", "data:x"]
)
"""Strings with what splicing finds hard: quotes, escapes, astral characters, halves of pairs, JSON source."""

keys = st.sampled_from(["type", "text", "content", "id", "messages", "input", "k", 'q"', "é"]) | text

scalars = st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False)

values = st.recursive(
    scalars | text,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(keys, below, max_size=4),
    max_leaves=20,
)


@st.composite
def written(draw: st.DrawFn, what: st.SearchStrategy[Json] = values) -> tuple[Json, str]:
    """A value and one of the ways to write it: with or without escapes, tight or indented."""
    value = draw(what)
    ascii_only = draw(st.booleans())
    source = json.dumps(value, ensure_ascii=ascii_only, indent=draw(st.sampled_from([None, 1])))
    if not ascii_only:
        source = "".join(c if not "\ud800" <= c <= "\udfff" else f"\\u{ord(c):04x}" for c in source)
    return value, source


@st.composite
def cut(draw: st.DrawFn, whole: bytes) -> list[bytes]:
    """Return ``whole`` cut into pieces anywhere, empty ones too."""
    places = sorted(draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    return [whole[start:end] for start, end in zip([0, *places], [*places, len(whole)], strict=True)]
