"""The network itself, in numpy: words to vectors, a few dilated convolutions, a tag for each token. Sans-IO.

The first part depends on a word alone, so its result is remembered for each word; the rest sees ``REACH`` tokens to
either side. Weights come from ``training/train.py``, which computes the same functions.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwire.detect.ner.features import Words

DILATIONS = (1, 2, 4, 2, 1)
"""Distance of the two neighbours that each convolution looks at."""

REACH = sum(DILATIONS)
"""Tokens to either side that a token's tag depends on."""

TAGS = ("O", *(f"{place}-{kind}" for kind in ("PERSON", "ORGANIZATION", "LOCATION") for place in "BIES"))
"""What a token can be: nothing, or the beginning, inside, end or all of a name."""

Weights = Mapping[str, NDArray[np.float32]]
Array = NDArray[np.float32]

_SMALL = np.float32(1e-5)


@dataclass(frozen=True, slots=True)
class Network:
    """Weights by name, as ``training/train.py`` writes them.

    ``tables`` hold a row of small numbers for each piece and word vector; ``weights`` the scale of each row. They are
    put together for the words that occur, not for all: that would take four times the memory.
    """

    weights: Weights
    tables: Mapping[str, NDArray[np.int8]]

    def embed(self, words: Words) -> Array:
        """Return a vector for each word."""
        w = self.weights
        known = (words.pieces > 0).sum(1, keepdims=True)
        x = self._rows("pieces", words.pieces).sum(1) / np.sqrt(np.maximum(known, 1)).astype(np.float32)
        x = x + w["shapes"][words.shapes]
        for fact in range(words.facts.shape[1]):
            x = x + w["facts"][fact, words.facts[:, fact]]
        x = x + self._rows("vectors", words.vectors) @ w["vector_map"]
        hidden = np.maximum(
            _normal(x, w["norm0_scale"], w["norm0_shift"], np.empty_like(x)) @ w["dense0"] + w["bias0"], 0
        )
        result: Array = hidden @ w["dense1"] + w["bias1"]
        return result

    def _rows(self, table: str, rows: NDArray[np.int32]) -> Array:
        result: Array = self.tables[table][rows] * self.weights[f"{table}_scale"][rows]
        return result

    @property
    def width(self) -> int:
        """Numbers in the vector of a token."""
        return len(self.weights["out"])

    def tag(self, x: Array, gaps: NDArray[np.int32], real: NDArray[np.bool_]) -> Array:
        """Return the probability of each tag for each token.

        ``x`` holds the vectors of the tokens, ``gaps`` what stands before each; ``real`` is False for padding between
        texts, which must be as long as the widest dilation. Nothing stands before the first and after the last.
        """
        w = self.weights
        count, widest = len(x), max(DILATIONS)
        exists = real[:, None].astype(np.float32)
        x = (x + w["gaps"][gaps]) * exists
        padded = np.zeros((count + 2 * widest, x.shape[1]), np.float32)
        here, z, part = padded[widest : widest + count], np.empty_like(x), np.empty_like(x)
        for i, dilation in enumerate(DILATIONS):
            _normal(x, w[f"norm{i + 1}_scale"], w[f"norm{i + 1}_shift"], here)
            here *= exists
            before, after = padded[widest - dilation :][:count], padded[widest + dilation :][:count]
            kernel = w[f"conv{i}"]
            np.matmul(before, kernel[0], out=z)
            z += np.matmul(here, kernel[1], out=part)
            z += np.matmul(after, kernel[2], out=part)
            z += w[f"conv_bias{i}"]
            np.maximum(z, 0, out=z)
            z *= exists
            x += z
        scores: Array = _normal(x, w["norm_out_scale"], w["norm_out_shift"], part) @ w["out"] + w["out_bias"]
        scores -= scores.max(1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(1, keepdims=True)
        return scores


def _normal(x: Array, scale: Array, shift: Array, out: Array) -> Array:
    """Return the rows of ``x`` with mean 0 and variance 1, scaled and shifted, in ``out``."""
    np.subtract(x, x.mean(1, keepdims=True), out=out)
    variance = np.einsum("ij,ij->i", out, out)[:, None] / np.float32(x.shape[1])
    out *= scale
    out /= np.sqrt(variance + _SMALL)
    out += shift
    return out
