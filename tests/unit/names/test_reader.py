"""The reader of names: what it skips, how it cuts, and what it remembers."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from maskwire.detect.names_model import WEIGHTS, documents, load_model, model_folder
from maskwire.detect.ner import memory
from maskwire.detect.ner.decode import Name
from maskwire.detect.ner.model import BATCH_TOKENS, NameReader
from maskwire.detect.ner.tokens import tokenize

SENTENCES = (
    "Beatrice Holloway called about the invoice. ",
    "nothing of note was said here, and the table is green; ",
    "my name is beatrice holloway\n",
    "return self.total(rows) + 1\n",
    "\\nAnna Kowalska met Zo\u00eb. ",
    "\u738b\u5efa\u5e73\u6765\u4e86\u3002",
    "0 1 2 ",
)
texts = st.lists(st.sampled_from(SENTENCES), max_size=12).map("".join)


@pytest.fixture(scope="module")
def reader() -> NameReader:
    """Our network by itself."""
    return NameReader(model_folder() / "maskwire_names" / WEIGHTS)


def places(names: Sequence[Name]) -> list[tuple[int, int, str]]:
    return [(name.first, name.last, name.entity) for name in names]


@settings(deadline=None, max_examples=60)
@given(st.lists(texts, max_size=6))
def test_what_is_not_worth_reading_holds_no_name(reader: NameReader, some: list[str]) -> None:
    found = reader.read([tokenize(text) for text in some])

    assert all(worth or not names for worth, names in zip(reader.worth_reading(some), found, strict=True))


def test_plain_text_and_code_are_not_worth_reading(reader: NameReader) -> None:
    assert reader.worth_reading([SENTENCES[1], SENTENCES[3], SENTENCES[0], ""]) == [False, False, True, False]


@settings(deadline=None, max_examples=40)
@given(st.lists(texts, min_size=1, max_size=6))
def test_texts_read_together_do_not_see_each_other(reader: NameReader, some: list[str]) -> None:
    tokens = [tokenize(text) for text in some]

    assert [places(names) for names in reader.read(tokens)] == [places(reader.read([one])[0]) for one in tokens]


def test_a_name_is_found_wherever_a_long_text_is_cut(reader: NameReader) -> None:
    """Every token of a list of names is near one, so all of them are one window that is longer than a batch."""
    people = "Beatrice Holloway, " * BATCH_TOKENS
    (names,) = reader.read([tokenize(people)])

    assert len(names) == BATCH_TOKENS
    assert places(names) == [(3 * i, 3 * i + 1, "PERSON") for i in range(BATCH_TOKENS)]


def test_what_was_forgotten_is_learned_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MAX_WORDS", 5)
    reader = NameReader(model_folder() / "maskwire_names" / WEIGHTS)
    tokens = [tokenize(SENTENCES[0] + SENTENCES[1]), tokenize(SENTENCES[4])]
    first = [reader.read([one]) for one in tokens]

    assert [reader.read([one]) for one in tokens] == first
    assert reader.worth_reading([SENTENCES[0], SENTENCES[1]]) == [True, False]


@pytest.fixture(scope="module")
def pipeline() -> Language:
    """The spaCy pipeline by itself."""
    return load_model()


def test_documents_are_those_of_the_pipeline(pipeline: Language) -> None:
    made = documents(pipeline, SENTENCES)
    usual = list(pipeline.pipe(SENTENCES))

    assert [doc is not None for doc in made] == [bool(doc.ents) for doc in usual]
    for doc, other in zip(made, usual, strict=True):
        assert doc is None or [str(e) for e in doc.ents] == [str(e) for e in other.ents]
        assert doc is None or (doc.text, doc.user_data.keys()) == (other.text, other.user_data.keys())
