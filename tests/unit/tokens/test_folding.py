import itertools

import pytest
from hypothesis import given, settings

from maskwire.tokens.folding import INVISIBLE_RUN, fold, unfinished
from tests.strategies.tokens import cut, texts


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("a\\_b", "a_b"),
        ("a\\u005fb", "a_b"),
        ("a\\x5Fb", "a_b"),
        ("a%5fb", "a_b"),
        ("a&#95;b", "a_b"),
        ("a&#x5F;b", "a_b"),
        ("a&lowbar;b&commat;c&nbsp;d&ndash;e", "a_b@c d-e"),
        ("a\u200bb\u00adc\u2060\ufeffd", "abcd"),
        ("１２－３＿Ａｂ＠", "12-3_Ab@"),
        ("1\u00a02\u20113\u22124", "1 2-3-4"),
        ("100% & \\n 5%9 &amp; é 你好，：", "100% & \\n 5%9 &amp; é 你好，："),
    ],
)
def test_reads_as_a_person_would(raw: str, plain: str) -> None:
    assert plain == fold(raw).text


def test_a_long_run_of_invisible_characters_separates() -> None:
    assert fold("a" + "\u200b" * INVISIBLE_RUN + "b").text == "ab"
    assert fold("a" + "\u200b" * (INVISIBLE_RUN + 1) + "b").text == "a\x00b"


def test_offsets_lead_back_to_what_was_folded() -> None:
    raw = "\u200bA&#95;B\u00ad\u00adC\\_"
    folded = fold(raw)

    assert folded.text == "A_BC_"
    assert [raw[folded.raw_start(i) : folded.raw_end(i + 1)] for i in range(5)] == ["A", "&#95;", "B", "C", "\\_"]


@settings(deadline=None)
@given(texts)
def test_offsets_grow_and_cover_what_they_say(text: str) -> None:
    folded = fold(text)
    places = [(folded.raw_start(i), folded.raw_end(i + 1)) for i in range(len(folded.text))]

    assert all(start < end for start, end in places)
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(places))
    assert all(fold(text[start:end]).text == letter for (start, end), letter in zip(places, folded.text, strict=True))


@settings(deadline=None)
@given(cut())
def test_what_is_before_an_unfinished_end_reads_the_same_whatever_follows(case: tuple[str, list[str]]) -> None:
    text, pieces = case
    head = "".join(pieces[:2])
    certain = head[: unfinished(head)]

    assert fold(text).text.startswith(fold(certain).text.rstrip("\x00"))


@pytest.mark.parametrize(
    "end", ["\\", "\\u", "\\u00", "\\u005", "\\x5", "%", "%5", "&", "&#9", "&#x5f", "&lowba", "\u200b"]
)
def test_an_escape_that_is_cut_is_unfinished(end: str) -> None:
    assert unfinished(f"text{end}") == 4


@pytest.mark.parametrize("end", ["", "\\n", "%z", "%5f", "&#95;", "& ", "&x", "&lowbar;", "é"])
def test_what_is_complete_or_no_escape_is_not_held(end: str) -> None:
    assert unfinished(f"text{end}") == len(f"text{end}")
