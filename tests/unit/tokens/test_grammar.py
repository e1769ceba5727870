import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.tokens.grammar import IN_CAPITALS_OR_AT_WORD, Part, atoms, either, run, sequence, word

PARTS = {
    "word": (word("a.b"), ["a.b"]),
    "atoms": (atoms("a", "b?", "c"), ["abc", "ac"]),
    "run": (run("[0-9]", 3), ["123"]),
    "range": (run("[0-9]", 1, 3), ["1", "12", "123"]),
    "sequence": (sequence(word("ab"), run("x", 2), word("c")), ["abxxc"]),
    "either": (either(word("ab"), sequence(word("a"), run("[0-9]", 2))), ["ab", "a12"]),
    "nested": (sequence(either(word("ab"), word("b")), Part(" ?", ""), either(word("c"), word("dd"))), ["ab c", "bdd"]),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_matches_its_spellings_and_their_beginnings(name: str) -> None:
    part, spellings = PARTS[name]
    for spelling in spellings:
        assert re.fullmatch(part.full, spelling)
        for end in range(len(spelling)):
            assert re.fullmatch(part.open, spelling[:end]), spelling[:end]


@pytest.mark.parametrize("name", PARTS)
@settings(max_examples=30, deadline=None)
@given(st.text("ab.cdx12 ", max_size=6))
def test_what_is_open_can_be_completed(name: str, text: str) -> None:
    """No beginning is taken for open that no spelling has: the tail held back is the shortest."""
    part, spellings = PARTS[name]
    if re.fullmatch(part.open, text):
        digits = re.sub("[0-9]", "1", text)
        begun = {re.sub("[0-9]", "1", spelling)[: len(text)] for spelling in spellings}

        assert digits in begun | {"b ", "bc"}  # the nested part has spellings that are not listed


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("x", True),
        (" x", True),
        ("aX", True),
        ("AX", True),
        ("ax", False),
        ("Ax", False),
        ("\\nx", True),
        ("nx", False),
    ],
)
def test_where_a_spelling_starts(text: str, starts: bool) -> None:
    pattern = re.compile(f"{IN_CAPITALS_OR_AT_WORD}x", re.IGNORECASE)

    assert bool(pattern.search(text)) is starts
