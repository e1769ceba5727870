"""A long text cut into parts that are searched and remembered by themselves. Sans-IO. Offsets are characters.

Where a part ends depends on what stands there alone, not on what stands before. So an edit changes the part that it is
in, and all others are known already. A part is searched with a little of its neighbours, for what they say about it.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from maskwire.detect.fragment import Fragment
from maskwire.detect.patterns import encode
from maskwire.detect.rule import Rule
from maskwire.detect.terms import Terms
from maskwire.spans import Span, select

LEAST = 8 * 1024
"""Characters of a part at least: what is read twice at its edges is then a tenth of it at most."""

MOST = 24 * 1024
"""Characters after which the next paragraph begins a part in any case."""

BESIDE = 400
"""Characters of each neighbour that are searched with a part: more than names, words of context and addresses reach."""

_LOOKED_AT = 32
"""Characters at the beginning of a paragraph that decide whether a part begins there."""

_CHANCE = 4
"""One paragraph in so many begins a part: the ends find together again soon after an edit."""

_BREAK = "\n\n"
_FRAMES = (("-----BEGIN", "-----END"), ("PuTTY-User-Key-File", "Private-MAC"))
"""How keys begin and end that may hold empty lines. Source: https://www.rfc-editor.org/rfc/rfc7468#section-2"""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its ``fragment`` begins at ``at`` of the whole text and answers for what begins in ``first:last``."""

    fragment: Fragment
    at: int
    first: int
    last: int


def can_be_cut(terms: Terms | None, rules: Sequence[Rule]) -> bool:
    """Tell whether nothing of the person's own could reach from one part over its neighbour's edge."""
    if any(rule.lines > 1 for rule in rules):
        return False
    if terms is None:
        return True
    longest = max((len(word) for word, _ in terms.words), default=0)
    return not terms.patterns and max([longest, *(secret.length for secret in terms.secrets)]) <= BESIDE


def parts_of(fragment: Fragment) -> list[Part]:
    """Return the parts of ``fragment``, in order; a short one, or one without empty lines, is one part."""
    text = fragment.text
    if len(text) < 2 * LEAST:
        return [Part(fragment, 0, 0, len(text) + 1)]
    edges = [0, *_edges(text), len(text)]
    parts = []
    for first, last in pairwise(edges):
        start, stop = _line_at(text, max(first - BESIDE, 0)) if first else 0, _line_at(text, last + BESIDE)
        label = "" if start else fragment.label
        parts.append(Part(Fragment(text[start:stop], label), start, first, last))
    return [*parts[:-1], replace(parts[-1], last=len(text) + 1)]


def _edges(text: str) -> Iterator[int]:
    """Yield where a part begins behind another: at paragraphs that are chosen by how they begin."""
    last = 0
    at = text.find(_BREAK, LEAST)
    while 0 <= at < len(text) - LEAST:
        begin = at + len(_BREAK)
        chosen = zlib.crc32(encode(text[begin : begin + _LOOKED_AT])) % _CHANCE == 0
        if (chosen or begin - last >= MOST) and not _framed(text, last, begin):
            yield begin
            last, at = begin, text.find(_BREAK, begin + LEAST)
        else:
            at = text.find(_BREAK, begin)


def _framed(text: str, start: int, end: int) -> bool:
    """Tell whether a key that begins in ``text[start:end]`` has not ended there."""
    return any(text.rfind(begin, start, end) > text.rfind(close, start, end) for begin, close in _FRAMES)


def _line_at(text: str, at: int) -> int:
    """Return the beginning of a line close before ``at``, or a place between words, or ``at``."""
    if at >= len(text):
        return len(text)
    for mark in "\n ":
        if (found := text.rfind(mark, at - BESIDE // 2, at)) >= 0:
            return found + 1
    return at


def joined(parts: Sequence[Part], found: Sequence[Sequence[Span]]) -> list[Span]:
    """Return what was found in all ``parts``, as offsets in the whole text, sorted by start, none overlapping."""
    if len(parts) == 1:
        return list(found[0])
    return select(
        span.moved(part.at)
        for part, spans in zip(parts, found, strict=True)
        for span in spans
        if part.first <= span.start + part.at < part.last
    )
