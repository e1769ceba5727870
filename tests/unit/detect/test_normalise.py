"""Texts are read as they look, and what is found is where it stands."""

from itertools import pairwise

import pytest
from hypothesis import given

from maskwire.detect.fragment import Fragment
from maskwire.detect.normalise import view
from maskwire.detect.rules import default_rules
from maskwire.detect.spelling import view as spelled
from maskwire.spans import Span
from tests.strategies.detect import texts


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("ja\u200bne", "jane"),
        ("j\u00ada\u202en", "jan"),
        ("４１１１\u00a0１", "4111 1"),
        ("сat@gmx.dе", "cat@gmx.de"),
        ("&#52;&#x31;&commat;", "41@"),
        ("%40x%2E", "@x."),
        ("\\u0040\\x41", "@A"),
        ("۱۲۳", "123"),
        ("a–b", "a-b"),
    ],
)
def test_a_text_is_read_as_it_looks(text: str, read: str) -> None:
    clean = view(text)

    assert clean is not None
    assert read == clean.text


@pytest.mark.parametrize("text", ["plain text 1", "Привет, мир", "déjà vu", "100 %", "a & b", "C:\\new\\table"])
def test_a_clean_text_is_left_alone(text: str) -> None:
    assert view(text) is None


@given(texts)
def test_offsets_map_back_into_the_text_and_clean_text_is_never_widened(text: str) -> None:
    clean = view(text)
    if clean is None:
        return
    for start in range(len(clean.text)):
        span = clean.original(Span(start, start + 1, "X", 1, "x"))

        assert 0 <= span.start < span.end <= len(text)
        if text[span.start : span.end] == clean.text[start]:
            assert span.end - span.start == 1


@given(texts)
def test_the_changed_lines_hold_every_change_once(text: str) -> None:
    clean = view(text)
    if clean is None:
        return
    runs = list(clean.changed_lines())

    assert runs
    assert all(a[1] <= b[0] for a, b in pairwise(runs))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("4 1 1 1 1 1 1 1", "41111111"),
        ("one two three four five six", "123456"),
        ("DE8 9 3 7 0 4 0 0 4 4", "DE893704 0044".replace(" ", "")),
        ("sechs null acht drei vier fünf", "608345"),
    ],
)
def test_spelled_numbers_are_read_closely(text: str, read: str) -> None:
    close = spelled(text)

    assert close is not None
    assert read == close.text


@pytest.mark.parametrize(
    "text",
    [
        "card 4\u200b1\u200b1\u200b1 1111 1111 1111",
        "card ４１１１ １１１１ １１１１ １１１１",
        "card four one one one one one one one one one one one one one one one",
        "card 4 1 1 1  1 1 1 1  1 1 1 1  1 1 1 1",
        "card 4111 1111\n 1111 1111",
        "card 4111%201111%201111%201111",
        "card &#52;111 1111 1111 1111",
        "card 4111\\u00201111 1111 1111",
    ],
)
def test_a_disguised_card_is_found_whole(text: str) -> None:
    spans = default_rules().find(Fragment(text))

    assert [("CREDIT_CARD", text[5:])] == [(s.entity, text[s.start : s.end]) for s in spans]
