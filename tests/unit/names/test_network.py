"""From features to names: shapes, facts, windows and tags."""

import zlib
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.detect.ner.decode import Name, decode, windows
from maskwire.detect.ner.features import BUCKETS, PIECES, SHAPES, features_of, pieces_of, shape_of
from maskwire.detect.ner.lexicon import GIVEN, LEVELS, PLACE, Lexicon, exact_hash, pack, word_hash
from maskwire.detect.ner.network import TAGS
from maskwire.detect.ner.tokens import MAX_KEY


def small_lexicon() -> Lexicon:
    """A lexicon that knows Anna (a given name, and a vector for each spelling) and Rome."""
    codes = {word_hash("anna"): pack([3, 0, 0, 5, 1]), word_hash("rome"): pack([0, 0, 2, 4, 1])}
    rows = {exact_hash("Anna"): 1, exact_hash("anna"): 2}
    hashes, vectors = np.array(sorted(codes), np.uint32), np.array(sorted(rows), np.uint32)
    return Lexicon(
        hashes,
        np.array([codes[int(h)] for h in hashes], np.uint16),
        vectors,
        np.array([rows[int(h)] for h in vectors], np.uint16),
    )


def test_facts_are_found_whatever_the_case() -> None:
    facts, _ = small_lexicon().look_up(["ANNA", "anna", "Rome", "nobody"])

    assert facts[:, GIVEN].tolist() == [3, 3, 0, 0]
    assert facts[:, PLACE].tolist() == [0, 0, 2, 0]


def test_vectors_know_names_from_words() -> None:
    _, rows = small_lexicon().look_up(["Anna", "anna", "ANNA", "Rome"])

    assert rows.tolist() == [1, 2, 1, 0]


def test_an_empty_lexicon_knows_nothing() -> None:
    none = Lexicon(np.array([], np.uint32), np.array([], np.uint16), np.array([], np.uint32), np.array([], np.uint16))
    facts, rows = none.look_up(["Anna"])

    assert facts.tolist() == [[0] * len(LEVELS)]
    assert rows.tolist() == [0]


@settings(deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_every_key_has_features_within_their_tables(key: str) -> None:
    words = features_of([key], small_lexicon())

    assert 0 <= shape_of(key) < SHAPES
    assert 0 < len(pieces_of(key)) <= PIECES
    assert words.pieces.max() < BUCKETS


@pytest.mark.parametrize(
    ("one", "other"),
    [("Anna", "anna"), ("Anna", "ANNA"), ("getUser", "Getuser"), ("Иван", "иван"), ("王", "スミス")],
)
def test_shapes_differ_where_it_matters(one: str, other: str) -> None:
    assert shape_of(one) != shape_of(other)


def probabilities(*tags: str) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Return certain probabilities of ``tags``."""
    result = np.full((len(tags), len(TAGS)), 0.001, np.float32)
    for row, tag in enumerate(tags):
        result[row, TAGS.index(tag)] = 0.98
    return result


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (["O", "B-PERSON", "E-PERSON", "O"], [(1, 2, "PERSON")]),
        (["S-PERSON", "S-PERSON"], [(0, 0, "PERSON"), (1, 1, "PERSON")]),
        (["B-PERSON", "I-PERSON", "E-PERSON", "B-LOCATION", "E-LOCATION"], [(0, 2, "PERSON"), (3, 4, "LOCATION")]),
        (["I-PERSON", "E-PERSON"], [(0, 1, "PERSON")]),
        (["B-PERSON", "O", "E-PERSON"], [(0, 0, "PERSON"), (2, 2, "PERSON")]),
        (["B-PERSON", "E-ORGANIZATION"], [(0, 0, "PERSON"), (1, 1, "ORGANIZATION")]),
        (["O", "O"], []),
    ],
)
def test_tags_become_names(tags: list[str], expected: list[tuple[int, int, str]]) -> None:
    assert [(n.first, n.last, n.entity) for n in decode(probabilities(*tags))] == expected


def test_a_name_is_as_sure_as_its_tags() -> None:
    (name,) = decode(probabilities("B-PERSON", "E-PERSON"))

    assert name == Name(0, 1, "PERSON", name.score)
    assert name.score == pytest.approx(0.983, abs=0.001)


marked_texts = st.lists(st.lists(st.booleans(), max_size=60), min_size=1, max_size=4)


@settings(deadline=None)
@given(marked_texts, st.integers(0, 5))
def test_windows_hold_what_is_near_a_mark_in_the_same_text_and_nothing_else(
    texts: list[list[bool]], reach: int
) -> None:
    bounds = [0, *accumulate(map(len, texts))]
    found = windows(np.array([mark for marks in texts for mark in marks], np.bool_), reach, bounds)
    inside = [i for start, end in found for i in range(start, end)]
    near = [
        first + i
        for first, marks in zip(bounds, texts, strict=False)
        for i in range(len(marks))
        if any(marks[max(0, i - reach) : i + reach + 1])
    ]

    assert near == inside
    assert all(not start < bound < end for start, end in found for bound in bounds)


@settings(deadline=None)
@given(st.text("abcXYZ", min_size=1, max_size=50))
def test_pieces_of_plain_words_are_those_of_all_words(word: str) -> None:
    small = word.lower()
    ends = range(1, min(4, len(small) - 1) + 1)
    spelt = [f"w{small}", *(f"<{small[:n]}" for n in ends), *(f"{small[-n:]}>" for n in ends)]
    spelt += [small[i : i + 3] for i in range(1, min(len(small), MAX_KEY) - 3)]

    assert pieces_of(word) == [zlib.crc32(piece.encode()) % (BUCKETS - 1) + 1 for piece in spelt[:PIECES]]
