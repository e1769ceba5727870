"""From the probabilities of tags to names. Sans-IO."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwire.detect.ner.network import TAGS

KINDS = tuple(dict.fromkeys(tag[2:] for tag in TAGS[1:]))
"""The entities of the tags, in their order: four tags each."""

NOTHING_WEIGHT = 0.8
"""What the probability of "no name" counts: below 1, since a miss leaks and a false hit only hides a word."""

_B, _I, _E, _S = range(4)


@dataclass(frozen=True, slots=True)
class Name:
    """A name over the tokens from ``first`` to ``last``, both included."""

    first: int
    last: int
    entity: str
    score: float


def decode(probabilities: NDArray[np.float32]) -> list[Name]:
    """Return the names in the tags of consecutive tokens, in order."""
    weighed = probabilities.copy()
    weighed[:, 0] *= NOTHING_WEIGHT
    best = weighed.argmax(1)
    names: list[Name] = []
    first, last, kind, place = -1, -1, -1, _E
    for at in np.flatnonzero(best).tolist():
        tag_kind, tag_place = divmod(int(best[at]) - 1, 4)
        goes_on = tag_kind == kind and tag_place in (_I, _E) and place in (_B, _I) and at == last + 1
        if not goes_on:
            if kind >= 0:
                names.append(_name(probabilities, first, last, kind))
            first, kind = at, tag_kind
        last, place = at, tag_place
    if kind >= 0:
        names.append(_name(probabilities, first, last, kind))
    return names


def _name(probabilities: NDArray[np.float32], first: int, last: int, kind: int) -> Name:
    share = probabilities[first : last + 1, 1 + 4 * kind : 5 + 4 * kind].sum(1)
    return Name(first, last, KINDS[kind], float(share.mean()))


def windows(marked: NDArray[np.bool_], reach: int, bounds: Sequence[int]) -> Sequence[tuple[int, int]]:
    """Return the ranges of tokens within ``reach`` of a marked one in the same text, in order, none overlapping.

    ``bounds`` are where each text starts in ``marked``, and the end of the last.
    """
    at = np.flatnonzero(marked)
    if not len(at):
        return []
    edges = np.asarray(bounds)
    text = np.searchsorted(edges, at, "right") - 1
    breaks = np.flatnonzero((np.diff(at) > 2 * reach + 1) | (np.diff(text) > 0))
    first, last = np.concatenate(([0], breaks + 1)), np.concatenate((breaks, [len(at) - 1]))
    starts = np.maximum(at[first] - reach, edges[text[first]])
    ends = np.minimum(at[last] + reach + 1, edges[text[last] + 1])
    return list(zip(starts.tolist(), ends.tolist(), strict=True))
