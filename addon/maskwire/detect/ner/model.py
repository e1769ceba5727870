"""Reads names off tokens with our own network. IO: reads the weights once.

Only tokens near a word that could be a name are computed at all, and each word's part only once, so that code, numbers
and plain lower-case text cost little more than splitting them.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maskwire.detect.ner.decode import Name, decode, windows
from maskwire.detect.ner.lexicon import Lexicon
from maskwire.detect.ner.memory import Memory
from maskwire.detect.ner.network import DILATIONS, REACH, TAGS, Network
from maskwire.detect.ner.tokens import Tokens, words_of

BATCH_TOKENS = 1024
"""Tokens that go through the network at once: its arrays then stay in the processor's cache, a sixth faster than four
times as many."""

PADDING = max(DILATIONS)
"""Empty tokens between two windows, so that neither sees the other."""

_NONE = -1
"""The place of an empty token."""


@dataclass(frozen=True, slots=True)
class _Tokens:
    """The tokens of all texts one behind the other. ``bounds`` are where each text starts, and the end of the last."""

    rows: NDArray[np.int32]
    gaps: NDArray[np.int32]
    bounds: list[int]


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
        self._memory = Memory(self._network, lexicon)

    def worth_reading(self, texts: Sequence[str]) -> list[bool]:
        """Tell which texts hold a word that could be a name; ``read`` finds nothing in the others.

        Words are all that is looked at, so it costs a fifth of splitting a text into tokens.
        """
        self._memory.forget_if_full()
        words = [words_of(text) for text in texts]
        known = iter(self._memory.could_be_names([some for some in words if some is not None]))
        return [some is None or next(known) for some in words]

    def read(self, texts: Sequence[Tokens]) -> list[list[Name]]:
        """Return the names in each text, in order, none overlapping."""
        self._memory.forget_if_full()
        tokens = _Tokens(
            self._memory.rows(key for text in texts for key in text.keys),
            np.array([gap for text in texts for gap in text.gaps], np.int32),
            [0, *accumulate(len(text.keys) for text in texts)],
        )
        self._memory.learn()
        found: list[list[Name]] = [[] for _ in texts]
        near = windows(self._memory.candidates(tokens.rows), REACH, tokens.bounds)
        for name in self._names(near, tokens):
            text = bisect_right(tokens.bounds, name.first) - 1
            start = tokens.bounds[text]
            found[text].append(Name(name.first - start, name.last - start, name.entity, name.score))
        return found

    def _names(self, near: Sequence[tuple[int, int]], tokens: _Tokens) -> Iterator[Name]:
        """Yield the names in the windows ``near``, as places in ``tokens``."""
        place = np.full(sum(end - start + PADDING for start, end in near), _NONE, np.int32)
        at = 0
        for start, end in near:
            place[at : at + end - start] = np.arange(start, end)
            at += end - start + PADDING
        tags = np.zeros((len(place), len(TAGS)), np.float32)
        for first in range(0, len(place), BATCH_TOKENS):
            low, last = max(0, first - REACH), first + BATCH_TOKENS
            tags[first:last] = self._tags(place[low : last + REACH], tokens)[first - low : last - low]
        for name in decode(tags):
            first, last = int(place[name.first]), int(place[name.last])
            if first == last and name.entity == "PERSON" and self._memory.is_word(int(tokens.rows[first])):
                continue
            yield Name(first, last, name.entity, name.score)

    def _tags(self, place: NDArray[np.int32], tokens: _Tokens) -> NDArray[np.float32]:
        """Return the probability of each tag for each of the tokens at ``place``; certainly none for padding."""
        real = place != _NONE
        chosen = place[real]
        x = np.zeros((len(place), self._network.width), np.float32)
        x[real] = self._memory.vectors(tokens.rows[chosen])
        gaps = np.zeros(len(place), np.int32)
        gaps[real] = tokens.gaps[chosen]
        tags = self._network.tag(x, gaps, real)
        tags[~real] = 0
        return tags
