"""A text cut into what is marked and what is not, so that a template can write it out. Sans-IO."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from maskwire_daemon.web.workbench import Examined, Finding


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; with a finding it is marked."""

    text: str = field(repr=False)
    finding: Finding | None = None


def original_pieces(examined: Examined) -> list[Piece]:
    """Return the text as it came; joined, the pieces are the text."""
    return [p for p in _cut(examined) if p.text]


def masked_pieces(examined: Examined) -> list[Piece]:
    """Return the text as it would leave; joined, the pieces are the masked text."""
    return [
        Piece(p.finding.token, p.finding) if p.finding is not None and p.finding.fate == "masked" else Piece(p.text)
        for p in _cut(examined)
        if p.text
    ]


def _cut(examined: Examined) -> Iterator[Piece]:
    at = 0
    for finding in examined.findings:
        yield Piece(examined.text[at : finding.start])
        yield Piece(examined.text[finding.start : finding.end], finding)
        at = finding.end
    yield Piece(examined.text[at:])
