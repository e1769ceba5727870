"""What is known of words: whether they are given names, surnames, places, or common words. Sans-IO.

Words are kept as sorted 32-bit hashes, so a word that was never seen is mistaken for a known one once in ten thousand.
"""

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FACTS = 5
"""Facts of one word, each a small number: given name, surname, place, frequency, and use in lower case."""

LEVELS = (4, 4, 4, 8, 4)
"""How many values each fact has; 0 is "not known"."""

GIVEN, FAMILY, PLACE, FREQUENCY, PLAIN = range(FACTS)
"""The facts by their place. PLAIN tells how often a word stands in lower case in running text."""

_SHIFTS = np.array([0, 2, 4, 6, 9], np.uint32)
_MASKS = np.array([level - 1 for level in LEVELS], np.uint32)


def word_hash(word: str) -> int:
    """Return the hash under which ``word`` is kept; case does not matter."""
    return zlib.crc32(word.lower().encode("utf-8", "surrogatepass"))


def exact_hash(word: str) -> int:
    """Return the hash of ``word`` where "mark" and "Mark" differ; one in capitals counts as "Mark"."""
    spelt = word.capitalize() if len(word) > 1 and word.isupper() else word
    return zlib.crc32(spelt.encode("utf-8", "surrogatepass"))


def pack(facts: Sequence[int]) -> int:
    """Return ``facts`` as one number."""
    return sum(int(fact) << int(shift) for fact, shift in zip(facts, _SHIFTS, strict=True))


class Lexicon:
    """Facts and vector rows of known words."""

    def __init__(
        self,
        hashes: NDArray[np.uint32],
        codes: NDArray[np.uint16],
        vector_hashes: NDArray[np.uint32],
        vector_rows: NDArray[np.uint16],
    ) -> None:
        """Take ``hashes``, sorted, with the packed facts of each; likewise for the rows of word vectors."""
        self._hashes = hashes
        self._codes = codes
        self._vector_hashes = vector_hashes
        self._vector_rows = vector_rows

    def look_up(self, words: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the facts of each word, one row each, and the row of its vector; 0 where nothing is known."""
        wanted = np.fromiter(map(word_hash, words), np.uint32, len(words))
        codes = _find(self._hashes, self._codes, wanted)
        facts = ((codes[:, None].astype(np.uint32) >> _SHIFTS) & _MASKS).astype(np.int32)
        exact = np.fromiter(map(exact_hash, words), np.uint32, len(words))
        return facts, _find(self._vector_hashes, self._vector_rows, exact).astype(np.int32)


def _find(hashes: NDArray[np.uint32], values: NDArray[np.uint16], wanted: NDArray[np.uint32]) -> NDArray[np.uint16]:
    if not len(hashes):
        return np.zeros(len(wanted), np.uint16)
    at = np.minimum(np.searchsorted(hashes, wanted), len(hashes) - 1)
    return np.where(hashes[at] == wanted, values[at], 0).astype(np.uint16)
