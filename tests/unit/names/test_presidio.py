"""Presidio's interfaces: stock models, the person's own recognizers, and what is missing."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from presidio_analyzer import Pattern, PatternRecognizer

from maskwire.detect.fragment import Fragment
from maskwire.detect.names import NameSettings, NamesUnavailable, load_names
from maskwire.detect.names_pieces import MAX_PIECE, pieces_of
from maskwire.detect.names_presidio import installed_model

TEXT = "Beatrice Holloway opened ZX-4711 in Paris."

YAML = """
recognizers:
  - name: "Cases"
    supported_language: "en"
    supported_entity: "CASE_NUMBER"
    patterns:
      - {name: "case", regex: "ZX-[0-9]{4}", score: 0.7}
"""


class CaseRecognizer(PatternRecognizer):
    """A recognizer as people write them."""

    def __init__(self) -> None:
        super().__init__("CASE_NUMBER", name="CaseRecognizer", patterns=[Pattern("case", r"ZX-\d{4}", 0.7)])


def test_a_recognizer_in_yaml_loads_unchanged(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(YAML)
    (spans,) = load_names(NameSettings(recognizers=(str(file),))).find([Fragment(TEXT)])
    found = {(TEXT[s.start : s.end], s.entity, s.rule) for s in spans}

    assert ("ZX-4711", "CASE_NUMBER", "names.presidio.Cases") in found
    assert ("Beatrice Holloway", "PERSON", "names.own") in found


def test_a_recognizer_in_python_loads_unchanged() -> None:
    source = f"{CaseRecognizer.__module__}:CaseRecognizer"
    (spans,) = load_names(NameSettings(recognizers=(source,))).find([Fragment(TEXT)])

    assert ("ZX-4711", 0.7) in {(TEXT[s.start : s.end], s.score) for s in spans}


@pytest.mark.parametrize("source", ["no.such.module:Thing", "os:getcwd", "missing.yaml", "nonsense"])
def test_a_recognizer_that_does_not_load_is_named(source: str) -> None:
    with pytest.raises(NamesUnavailable) as caught:
        load_names(NameSettings(recognizers=(source,)))

    assert source in str(caught.value)


def test_a_stock_model_finds_the_same_kinds() -> None:
    text = "\U0001f600 My name is John Smith and I live in Paris."
    (spans,) = load_names(NameSettings(engine="spacy")).find([Fragment(text)])

    assert [(text[s.start : s.end], s.entity, s.rule) for s in spans] == [
        ("John Smith", "PERSON", "names.spacy"),
        ("Paris", "LOCATION", "names.spacy"),
    ]
    assert spans[1].score < 0.5


def test_the_model_of_the_lock_is_installed() -> None:
    assert installed_model().startswith("en_core_web_")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (NameSettings(engine="spacy", spacy_model="en_no_such_model"), "spacy download en_no_such_model"),
        (NameSettings(engine="magic"), "no engine of names 'magic'"),
        (NameSettings(engine="remote", remote_url="ftp://x"), "http or https"),
    ],
)
def test_what_is_missing_is_said(settings: NameSettings, words: str) -> None:
    with pytest.raises(NamesUnavailable, match=words):
        load_names(settings)


@given(st.lists(st.sampled_from(["word ", "line\n", "x" * 9000, "Anna ", "\U0001f600"]), max_size=30).map("".join))
def test_pieces_joined_are_the_text(text: str) -> None:
    pieces = list(pieces_of(text))

    assert "".join(piece for _, piece in pieces) == text
    assert all(text[at : at + len(piece)] == piece and len(piece) <= MAX_PIECE for at, piece in pieces)


def test_a_piece_ends_after_a_line() -> None:
    text = "Anna Kowalska\n" * 3000

    assert all(piece.endswith("\n") for _, piece in pieces_of(text) if piece)
