"""Reads names off tokens with our own network. IO: reads the weights once.

Only tokens near a word that could be a name are computed at all, and each word's part only once, so that code, numbers
and plain lower-case text cost little more than splitting them.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maskwire.detect.ner.decode import Name, decode, windows
from maskwire.detect.ner.features import Words, features_of, shape_of
from maskwire.detect.ner.lexicon import FAMILY, FREQUENCY, GIVEN, PLAIN, Lexicon
from maskwire.detect.ner.network import DILATIONS, REACH, Network
from maskwire.detect.ner.tokens import Tokens

BATCH_TOKENS = 4096
"""Tokens that go through the network at once: more gains nothing and only costs memory."""

MAX_WORDS = 40_000
"""Words whose vectors are remembered, 20 MB; then all are forgotten."""

PADDING = max(DILATIONS)
"""Empty tokens between two texts in one batch, so that neither sees the other."""

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


class _Memory:
    """The vectors of words that were seen, and whether each could be a name."""

    def __init__(self, network: Network, lexicon: Lexicon) -> None:
        self._network = network
        self._lexicon = lexicon
        self._rows: dict[str, int] = {}
        self._new: list[str] = []
        width = network.weights["out"].shape[0]
        self.vectors = np.zeros((0, width), np.float32)
        self.candidates = np.zeros(0, np.bool_)
        self.words = np.zeros(0, np.bool_)

    def rows(self, keys: Sequence[str]) -> NDArray[np.int32]:
        """Return the row of each key; the rows of new ones are filled by ``learn``."""
        known, new = self._rows, self._new
        found = []
        for key in keys:
            row = known.get(key)
            if row is None:
                row = known[key] = len(known)
                new.append(key)
            found.append(row)
        return np.array(found, np.int32)

    def learn(self) -> None:
        """Compute what was asked for and is not known yet."""
        if not self._new:
            return
        words = features_of(self._new, self._lexicon)
        self.vectors = np.concatenate([self.vectors, self._network.embed(words)])
        self.candidates = np.concatenate([self.candidates, _could_be_names(words)])
        self.words = np.concatenate([self.words, _are_words(words)])
        self._new = []

    def forget_if_full(self) -> None:
        """Start anew when there are too many words. Rows that were given out before mean nothing then."""
        if len(self._rows) > MAX_WORDS:
            self._rows, self._new = {}, []
            self.vectors, self.candidates, self.words = self.vectors[:0], self.candidates[:0], self.words[:0]


def _could_be_names(words: Words) -> NDArray[np.bool_]:
    """Tell which words deserve a look: capitalised ones, characters of the East, and known names in lower case."""
    shapes, facts = words.shapes, words.facts
    given, family, plain = facts[:, GIVEN], facts[:, FAMILY], facts[:, PLAIN]
    common = (plain == 3) & (given < 2) & (family < 2)
    shaped = np.isin(shapes, _NAME_SHAPES) & ~common
    lower = np.isin(shapes, _LOWER_SHAPES) & (plain < 3) & ((given >= 2) | (family >= 2))
    result: NDArray[np.bool_] = shaped | lower
    return result


def _are_words(words: Words) -> NDArray[np.bool_]:
    """Tell which are words of a dictionary and in no list of names, or short and in capitals: alone they are nobody."""
    facts = words.facts
    unnamed = (facts[:, GIVEN] == 0) & (facts[:, FAMILY] == 0)
    common = (facts[:, PLAIN] == 3) | (facts[:, FREQUENCY] >= 6)
    acronym = (words.shapes == shape_of("ANN")) & (facts[:, GIVEN] < 2) & (facts[:, FAMILY] < 2)
    result: NDArray[np.bool_] = ((unnamed & common) | acronym) & (words.shapes < shape_of("の"))
    return result


class NameReader:
    """Finds the names in tokens."""

    def __init__(self, file: Path) -> None:
        """Load the weights.

        Raises:
            OSError, KeyError, ValueError: the file is missing or damaged.
        """
        with np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        tables = {name: arrays.pop(name) for name in ("pieces", "vectors")}
        lexicon = Lexicon(*(arrays.pop(name) for name in ("hashes", "codes", "vector_hashes", "vector_rows")))
        self._network = Network({name: values.astype(np.float32) for name, values in arrays.items()}, tables)
        self._memory = _Memory(self._network, lexicon)

    def read(self, texts: Sequence[Tokens]) -> list[list[Name]]:
        """Return the names in each text, in order, none overlapping."""
        self._memory.forget_if_full()
        rows = [self._memory.rows(tokens.keys) for tokens in texts]
        self._memory.learn()
        found: list[list[Name]] = [[] for _ in texts]
        for batch in self._batches(rows):
            self._search(batch, texts, rows, found)
        return found

    def _batches(self, rows: Sequence[NDArray[np.int32]]) -> Iterator[list[tuple[int, int, int]]]:
        """Yield windows (text, first token, end) worth a look, in lists of about ``BATCH_TOKENS``."""
        batch: list[tuple[int, int, int]] = []
        size = 0
        for text, row in enumerate(rows):
            for start, end in windows(self._memory.candidates[row], REACH):
                for cut in range(start, end, BATCH_TOKENS):
                    batch.append((text, cut, min(cut + BATCH_TOKENS, end)))
                    size += batch[-1][2] - cut
                    if size >= BATCH_TOKENS:
                        yield batch
                        batch, size = [], 0
        if batch:
            yield batch

    def _search(
        self,
        batch: Sequence[tuple[int, int, int]],
        texts: Sequence[Tokens],
        rows: Sequence[NDArray[np.int32]],
        found: list[list[Name]],
    ) -> None:
        """Add the names in the windows of ``batch`` to ``found``."""
        length = sum(end - start + PADDING for _, start, end in batch) + PADDING
        x = np.zeros((length, self._memory.vectors.shape[1]), np.float32)
        gaps = np.zeros(length, np.int32)
        real = np.zeros((length, 1), np.float32)
        at = PADDING
        for text, start, end in batch:
            to = at + end - start
            x[at:to] = self._memory.vectors[rows[text][start:end]]
            gaps[at:to] = texts[text].gaps[start:end]
            real[at:to] = 1
            at = to + PADDING
        probabilities = self._network.tag(x, gaps, real)
        at = PADDING
        for text, start, end in batch:
            for name in decode(probabilities[at : at + end - start]):
                first, last = start + name.first, start + name.last
                if first == last and name.entity == "PERSON" and self._memory.words[rows[text][first]]:
                    continue
                found[text].append(Name(first, last, name.entity, name.score))
            at += end - start + PADDING
