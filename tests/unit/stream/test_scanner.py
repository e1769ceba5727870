import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.stream.scanner import Cut, Scanner
from maskwire.tokens import Ours, find
from tests.strategies.tokens import SPELLINGS, SURROGATES, VAULT, cut, names, texts

OURS = VAULT.minter.may_be_ours


def scanned(pieces: list[str], ours: Ours = OURS) -> list[Cut]:
    scanner = Scanner(ours, surrogates=True)
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
@given(cut(names), st.sampled_from([OURS, lambda _: True]))
def test_any_split_finds_the_same_names(case: tuple[str, list[str]], ours: Ours) -> None:
    text, pieces = case
    found = [(cut.text, cut.token) for cut in scanned(pieces, ours) if cut.token is not None]

    assert found == [(text[match.start : match.end], match.token) for match in find(text, ours)]


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
    scanner = Scanner(OURS, surrogates=True)
    out = "".join(one.text for one in scanner.feed(text))

    assert len(text) - len(out) < 1200


def test_ordinary_words_are_not_held() -> None:
    for text in ("The quick brown ", "fox jumps over", " the lazy dog.", "\nconst x = foo(bar)", "日本語の文"):
        assert "".join(one.text for one in Scanner(OURS).feed(text)) == text


@settings(deadline=None)
@given(cut())
def test_what_passes_is_what_feeding_gives(case: tuple[str, list[str]]) -> None:
    _, pieces = case
    short, long = Scanner(OURS, surrogates=True), Scanner(OURS, surrogates=True)
    for piece in pieces:
        certain = short.passes(piece)
        stretches = long.feed(piece)
        if certain is None:
            assert short.feed(piece) == stretches
        else:
            assert ([Cut(certain)] if certain else []) == stretches

    assert short.flush() == long.flush()


def test_invented_names_are_read_only_where_they_are_used() -> None:
    name = next(iter(SURROGATES))
    plain, reading = Scanner(OURS), Scanner(OURS, surrogates=True)

    assert [plain.passes(piece) for piece in ("to ", *name.partition(" "), ".")] == ["to ", *name.partition(" "), "."]
    assert [reading.passes(piece) for piece in ("to ", *name.split(" ")[:1], " ")] == ["to ", "", ""]
    assert reading.feed(name.partition(" ")[2]) == [Cut(name, name)]


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Hi {given} {surname}", ""),
        ("Hi {given} {surname}, ", ""),
        ("Hi {given} {surname}, {given}", "{given}"),
        ("Hi {lower}", "{lower}"),
        ("Hi {lower},", ""),
        ("Hi {lower}@", ""),
        ("Hi {surname}", "{surname}"),
        ("Hi {surname}.", ""),
        ("Hi {surname}, ", "{surname}, "),
        ("Hi {surname}, {given}", "{surname}, {given}"),
        ("Hi {surname}, {given} Ta", "{surname}, {given} Ta"),
        ("Hi {surname}, {given} is", ""),
    ],
)
def test_a_name_is_held_only_while_what_follows_may_belong_to_it(text: str, held: str) -> None:
    whole = next(name for name in SURROGATES if " " in name)
    names = {"given": whole.partition(" ")[0], "surname": whole.partition(" ")[2], "lower": whole.lower()}
    scanner = Scanner(OURS, surrogates=True)
    scanner.feed(text.format(**names))

    assert "".join(cut.text for cut in scanner.flush()) == held.format(**names)


def test_ordinary_words_pass_beside_invented_names() -> None:
    scanner = Scanner(OURS, surrogates=True)

    said = [scanner.passes(piece) for piece in ("The", " quick", " fox", " na", "ming", " it", " Robin", "'s", " it")]

    assert said == ["The", " quick", " fox", " ", "naming", " it", " ", "Robin'", "s it"]


def test_ordinary_words_pass() -> None:
    scanner = Scanner(OURS)

    said = [scanner.passes(piece) for piece in ("The", " quick", " — fox", " a", "pi is", " 日本")]

    assert said == ["The", " quick", None, " ", "api is", " 日本"]
