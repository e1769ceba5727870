"""Values that a line break cuts in two, as mail programs and terminals do. Sans-IO. Offsets are characters."""

from collections.abc import Iterator
from dataclasses import dataclass

from maskwire.spans import Span

MAX_SIDE = 160
"""Characters on either side of a break that are looked at: half of the longest keys, with the words before them."""

_GLUE = frozenset("-_+/=.@:")


@dataclass(frozen=True, slots=True)
class Join:
    """Two lines read as one: ``text`` begins at ``start`` of the whole; at ``at`` of it the break was taken out."""

    text: str
    start: int
    at: int

    def original(self, span: Span) -> Span | None:
        """Return ``span`` of the joined text as it stands in the whole one, or None if it crosses no break."""
        if not span.start < self.at < span.end:
            return None
        return Span(self.start + span.start, self.start + span.end + 1, span.entity, span.score, span.rule)

    def head(self, span: Span) -> int:
        """Return how many characters of ``span`` stand before the break."""
        return self.at - span.start

    def tail(self, span: Span) -> str:
        """Return the part of ``span`` that stands behind the break."""
        return self.text[self.at : span.end]


def joins(text: str) -> Iterator[Join]:
    """Yield the line breaks of ``text`` that may stand inside a value: digits or glue on both sides."""
    at = -1
    while (at := text.find("\n", at + 1)) >= 0:
        if not 0 < at < len(text) - 1 or not (text[at - 1].isalnum() or text[at - 1] in _GLUE):
            continue
        start = max(text.rfind("\n", 0, at) + 1, at - MAX_SIDE)
        stop = min(_end_of_line(text, at + 1), at + 1 + MAX_SIDE)
        before = text[start:at].rsplit(None, 1)[-1:]
        after = text[at + 1 : stop].split(None, 1)[:1]
        if before and after and _value_like(before[0]) and _value_like(after[0]):
            yield Join(text[start:at] + text[at + 1 : stop], start, at - start)


def _value_like(token: str) -> bool:
    return (
        any("0" <= c <= "9" for c in token)
        or "@" in token
        or (len(token) >= 8 and token.isascii() and (token.isupper() or _mixed(token)))
    )


def continues(tail: str) -> bool:
    """Tell whether ``tail``, behind a break, goes on with a key and does not begin a sentence."""
    return any("0" <= c <= "9" for c in tail) or (len(tail) >= 8 and _mixed(tail[1:]))


def _mixed(token: str) -> bool:
    return token[1:] != token[1:].lower() and token != token.upper()


def _end_of_line(text: str, start: int) -> int:
    return found if (found := text.find("\n", start)) >= 0 else len(text)
