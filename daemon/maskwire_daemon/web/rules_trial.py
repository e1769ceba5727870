"""Tries words and patterns of the person's own on a sample text. Sans-IO but for the day.

The text is in the answer alone; no ``repr`` shows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from maskwire.detect.terms import TermSet
from maskwire_daemon.config.settings import Config, Words
from maskwire_daemon.detection.own import terms_of, today

MAX_SAMPLE = 20_000
"""Characters of a sample text."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the sample; ``entity`` is set where it was found."""

    text: str = field(repr=False)
    entity: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """A sample cut at what was found in it; joined, the stretches are the sample."""

    stretches: Sequence[Stretch]
    found: int


def tried(words: Words, sample: str) -> Trial:
    """Return where ``words`` are found in ``sample``.

    Raises:
        ConfigError: a pattern cannot be used.
    """
    terms = terms_of(Config(words=words), None, today())
    spans = TermSet(terms).find(sample) if terms is not None else []
    cut: list[Stretch] = []
    at = 0
    for span in spans:
        cut += [Stretch(sample[at : span.start]), Stretch(sample[span.start : span.end], span.entity)]
        at = span.end
    return Trial([piece for piece in [*cut, Stretch(sample[at:])] if piece.text], len(spans))
