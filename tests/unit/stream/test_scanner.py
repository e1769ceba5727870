import pytest
from hypothesis import given, settings

from maskwire.stream.scanner import Cut, Scanner
from maskwire.tokens import find
from tests.strategies.tokens import SPELLINGS, VAULT, cut, texts

OURS = VAULT.minter.may_be_ours


def scanned(pieces: list[str]) -> list[Cut]:
    scanner = Scanner(OURS)
    return [found for piece in pieces for found in scanner.feed(piece)] + scanner.flush()


@settings(deadline=None)
@given(cut())
def test_any_split_finds_the_same(case: tuple[str, list[str]]) -> None:
    text, pieces = case
    places = [(match.start, match.end, match.token) for match in find(text, OURS)]
    found, at = [], 0
    for one in scanned(pieces):
        if one.token is not None:
            found.append((at, at + len(one.text), one.token))
        at += len(one.text)

    assert places == found


@settings(deadline=None)
@given(cut())
def test_the_stretches_joined_are_the_input(case: tuple[str, list[str]]) -> None:
    text, pieces = case

    assert text == "".join(one.text for one in scanned(pieces))


@pytest.mark.parametrize("spelling", [spelling for spelling in SPELLINGS if spelling[-1].isalpha()])
def test_a_complete_token_that_needs_no_boundary_is_not_held(spelling: str) -> None:
    if "_" in spelling or "@" in spelling:
        assert Scanner(OURS).feed(f"Hi {spelling}")[-1].text == spelling


@settings(deadline=None)
@given(texts)
def test_what_is_held_is_bounded(text: str) -> None:
    scanner = Scanner(OURS)
    out = "".join(one.text for one in scanner.feed(text))

    assert len(text) - len(out) < 1200


def test_ordinary_words_are_not_held() -> None:
    for text in ("The quick brown ", "fox jumps over", " the lazy dog.", "\nconst x = foo(bar)", "日本語の文"):
        assert "".join(one.text for one in Scanner(OURS).feed(text)) == text


@settings(deadline=None)
@given(cut())
def test_what_passes_is_what_feeding_gives(case: tuple[str, list[str]]) -> None:
    _, pieces = case
    short, long = Scanner(OURS), Scanner(OURS)
    for piece in pieces:
        certain = short.passes(piece)
        stretches = long.feed(piece)
        if certain is None:
            assert short.feed(piece) == stretches
        else:
            assert ([Cut(certain)] if certain else []) == stretches

    assert short.flush() == long.flush()


def test_ordinary_words_pass() -> None:
    scanner = Scanner(OURS)

    said = [scanner.passes(piece) for piece in ("The", " quick", " — fox", " a", "pi is", " 日本")]

    assert said == ["The", " quick", None, " ", "api is", " 日本"]
