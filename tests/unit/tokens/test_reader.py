from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.tokens import spell, table
from maskwire.tokens.folding import fold
from maskwire.tokens.reader import ALL, CODES, CONTEXT, LONGEST, SHORTEST, Reader
from tests.strategies.tokens import (
    MANGLED,
    SHAPE_MANGLED,
    SPELLINGS,
    SURROGATE_MANGLED,
    SURROGATES,
    VALUES_EACH,
    VAULT,
    texts,
    value_of,
)

CASES = [
    pytest.param(entity, mangle, id=f"{entity}-{name}")
    for entity in SHAPE_MANGLED
    for name, mangle in (*MANGLED.items(), *SHAPE_MANGLED[entity].items())
]
ORDINARY = ("", "Hello, ", "The price is 5 ", "see Section", "a fiction novel", "its content", "ü")


def _spelling(entity: str, index: int) -> str:
    value = value_of(entity, index)
    return spell(VAULT.token(entity, value), value)


@settings(deadline=None)
@given(st.sampled_from(SPELLINGS), st.sampled_from(sorted(MANGLED)), st.data())
def test_every_beginning_of_a_token_is_open(spelling: str, name: str, data: st.DataObject) -> None:
    text = MANGLED[name]("#")
    before = fold(text[: text.index("#")]).text
    end = data.draw(st.integers(1, len(spelling) - 1))

    assert ALL.open_from(before + spelling[:end]) <= len(before)


@pytest.mark.parametrize("text", ORDINARY)
def test_text_behind_which_no_token_can_go_on_is_not_held(text: str) -> None:
    assert CODES.open_from(text) == len(text)


def test_only_what_may_go_on_is_held() -> None:
    held = {
        text: text[CODES.open_from(text) :]
        for text in ("for a person", "at 101-0", "the mail", "an API", "x = 241.", "a PER", "for Robin Tave")
    }

    assert held == {
        "for a person": "person",
        "at 101-0": "101-0",
        "the mail": "mail",
        "an API": "API",
        "x = 241.": "241.",
        "a PER": "PER",
        "for Robin Tave": "",
    }


def test_of_invented_names_only_what_may_go_on_is_held() -> None:
    texts = (
        "for Robin ",
        "for Robin is",
        "a novel",
        "to name",
        "the quick",
        "Robin Tave",
        "Robinsky",
        "robin.ta",
        "fox",
    )
    held = {text: text[ALL.open_from(text) :] for text in texts}

    assert held == {
        "for Robin ": "Robin ",
        "for Robin is": "",
        "a novel": "novel",
        "to name": "name",
        "the quick": "",
        "Robin Tave": "Robin Tave",
        "Robinsky": "",
        "robin.ta": "robin.ta",
        "fox": "",
    }


def test_what_stands_before_the_start_is_context_only() -> None:
    spelling = _spelling("US_SSN", 3)

    assert CODES.spelled(f"1{spelling}", 1) == []
    assert [(1, 1 + len(spelling))] == [(match.start, match.end) for match in CODES.spelled(f" {spelling}", 1)]
    assert CODES.spelled(f" {spelling}", 2) == []


def test_no_spelling_is_longer_than_the_window_or_shorter_than_the_least() -> None:
    from re import _parser  # type: ignore[attr-defined]  # the only thing that knows the width of a pattern

    for shape in (*table.SHAPES, *table.SURROGATES):
        for body in shape.bodies.values():
            shortest, longest = _parser.parse(body.full).getwidth()

            assert SHORTEST <= shortest <= longest <= LONGEST
            assert _parser.parse(body.open).getwidth()[1] <= LONGEST
        assert _parser.parse(f"{shape.before}#").getwidth()[1] <= CONTEXT + 1


@pytest.mark.parametrize(("entity", "mangle"), CASES)
def test_every_spelling_has_the_sign(entity: str, mangle: Callable[[str], str]) -> None:
    texts = [fold(mangle(_spelling(entity, index))).text for index in range(VALUES_EACH)]

    assert all(map(CODES.sign.search, texts))
    assert all(map(ALL.sign.search, texts))


@pytest.mark.parametrize("mangle", [*MANGLED.values(), *SURROGATE_MANGLED.values()])
def test_every_invented_name_has_the_sign(mangle: Callable[[str], str]) -> None:
    assert all(ALL.sign.search(fold(mangle(name)).text) for name in SURROGATES)


@settings(deadline=None)
@given(texts, st.sampled_from([ALL, CODES]))
def test_a_text_without_the_sign_holds_no_candidate(text: str, reader: Reader) -> None:
    plain = fold(text).text

    assert reader.sign.search(plain) or not reader.spelled(plain)


@settings(deadline=None)
@given(texts, st.sampled_from([ALL, CODES]))
def test_every_place_is_tried_where_a_spelling_may_begin(text: str, reader: Reader) -> None:
    plain = fold(text).text
    begun = (
        place
        for place in range(max(0, len(plain) - LONGEST), len(plain))
        if (pattern := reader.begun[plain[place]]) is not None and pattern.match(plain, place)
    )

    assert reader.open_from(plain) == next(begun, len(plain))


@settings(deadline=None)
@given(texts)
def test_where_nothing_is_open_more_text_changes_nothing(text: str) -> None:
    plain = fold(text).text
    certain = ALL.open_from(plain)
    found = [match for match in ALL.spelled(plain) if match.end <= certain]

    for more in (" ", "@x.com", "Tavelumirona", ", Robin", "s", "7"):
        later = [match for match in ALL.spelled(plain + more) if match.end <= certain]

        assert found == later
