"""What the reader knows of words that it has seen: a row for each, computed once. Sans-IO.

Whether a word could be a name is asked of every word and is cheap; its vector is asked for only beside such words.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from maskwire.detect.ner.features import features_of, shape_of
from maskwire.detect.ner.lexicon import FAMILY, FREQUENCY, GIVEN, PLAIN, Lexicon
from maskwire.detect.ner.network import Network

MAX_WORDS = 40_000
"""Words that are remembered, 20 MB with their vectors; then all are forgotten."""

_NAME_SHAPES = sorted(
    map(
        shape_of,
        ("Alexander", "Ann", "ALEXANDER", "ANN", "McDonald", "Александр", "Яна", "АЛЕКСАНДР", "ЯНА", "МакДональд"),
    )
)
_NAME_SHAPES += sorted({shape_of(word) for word in ("王建", "スミス", "김철수", "محمد", "Արամ", "ԱՐԱՄ")})
"""Shapes of words that could be names in any text."""

_LOWER_SHAPES = sorted(map(shape_of, ("alexander", "ann", "александр", "яна")))
"""Shapes of words that could be names if the lexicon says so."""

_UNKNOWN = -1
"""The row of a vector that is not computed yet."""


class _Rows[T: np.generic]:
    """Rows that are added at the end, in an array that is copied only when it has doubled."""

    def __init__(self, empty: NDArray[T]) -> None:
        self._all = empty
        self._used = 0

    def __len__(self) -> int:
        return self._used

    @property
    def values(self) -> NDArray[T]:
        """All rows, to be read and changed."""
        return self._all[: self._used]

    def add(self, rows: NDArray[T]) -> None:
        """Put ``rows`` behind the others."""
        end = self._used + len(rows)
        if end > len(self._all):
            grown = np.empty((max(end, 2 * len(self._all)), *self._all.shape[1:]), self._all.dtype)
            grown[: self._used] = self.values
            self._all = grown
        self._all[self._used : end] = rows
        self._used = end


class Memory:
    """A row for each word: whether it could be a name, whether it is an ordinary word, and its vector once asked."""

    def __init__(self, network: Network, lexicon: Lexicon) -> None:
        self._network = network
        self._lexicon = lexicon
        self._start()

    def _start(self) -> None:
        width = self._network.weights["out"].shape[0]
        self._rows: dict[str, int] = {}
        self._keys: list[str] = []
        self._never: set[str] = set()
        self._candidates = _Rows(np.empty(0, np.bool_))
        self._words = _Rows(np.empty(0, np.bool_))
        self._places = _Rows(np.empty(0, np.int32))
        self._vectors = _Rows(np.empty((0, width), np.float32))

    def forget_if_full(self) -> None:
        """Start anew when there are too many words. Rows that were given out before mean nothing then."""
        if len(self._keys) > MAX_WORDS:
            self._start()

    def rows(self, keys: Iterable[str]) -> NDArray[np.int32]:
        """Return the row of each key. Call ``learn`` before anything else is asked of them."""
        known, new = self._rows, self._keys
        found = []
        for key in keys:
            row = known.get(key)
            if row is None:
                row = known[key] = len(new)
                new.append(key)
            found.append(row)
        return np.array(found, np.int32)

    def learn(self) -> None:
        """Find out of words that are new whether they could be names."""
        new = self._keys[len(self._places) :]
        if not new:
            return
        facts, _ = self._lexicon.look_up(new)
        shapes = np.array([shape_of(key) for key in new], np.int32)
        could = _could_be_names(shapes, facts)
        self._never.update(key for key, may in zip(new, could.tolist(), strict=True) if not may)
        self._candidates.add(could)
        self._words.add(_are_words(shapes, facts))
        self._places.add(np.full(len(new), _UNKNOWN, np.int32))

    def could_be_names(self, words: Sequence[set[str]]) -> list[bool]:
        """Tell for each set of keys whether any of them could be a name."""
        left = [some - self._never for some in words]
        if any(left):
            self.rows({key: None for some in left for key in some})
            self.learn()
        return [not some <= self._never for some in left]

    def candidates(self, rows: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Tell which words could be names."""
        return self._candidates.values[rows]

    def is_word(self, row: int) -> bool:
        """Tell whether a word is nobody when it stands alone."""
        return bool(self._words.values[row])

    def vectors(self, rows: NDArray[np.int32]) -> NDArray[np.float32]:
        """Return the vector of each word."""
        places = self._places.values
        new = np.unique(rows[places[rows] == _UNKNOWN])
        if len(new):
            first = len(self._vectors)
            self._vectors.add(self._network.embed(features_of([self._keys[row] for row in new], self._lexicon)))
            places[new] = np.arange(first, first + len(new))
        return self._vectors.values[places[rows]]


def _could_be_names(shapes: NDArray[np.int32], facts: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Tell which words deserve a look: capitalised ones, characters of the East, and known names in lower case."""
    given, family, plain = facts[:, GIVEN], facts[:, FAMILY], facts[:, PLAIN]
    common = (plain == 3) & (given < 2) & (family < 2)
    shaped = np.isin(shapes, _NAME_SHAPES) & ~common
    lower = np.isin(shapes, _LOWER_SHAPES) & (plain < 3) & ((given >= 2) | (family >= 2))
    result: NDArray[np.bool_] = shaped | lower
    return result


def _are_words(shapes: NDArray[np.int32], facts: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Tell which are words of a dictionary and in no list of names, or short and in capitals: alone they are nobody."""
    unnamed = (facts[:, GIVEN] == 0) & (facts[:, FAMILY] == 0)
    common = (facts[:, PLAIN] == 3) | (facts[:, FREQUENCY] >= 6)
    acronym = (shapes == shape_of("ANN")) & (facts[:, GIVEN] < 2) & (facts[:, FAMILY] < 2)
    result: NDArray[np.bool_] = ((unnamed & common) | acronym) & (shapes < shape_of("の"))
    return result
