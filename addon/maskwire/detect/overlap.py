"""``spans.select`` for long lists: it compares all with all, so give it only those that touch. Sans-IO."""

from collections.abc import Iterable

from maskwire.spans import Span, select


def resolve(spans: Iterable[Span]) -> list[Span]:
    """Return the spans that win, sorted by start, none overlapping: what ``select`` returns."""
    won: list[Span] = []
    group: list[Span] = []
    reach = 0
    for span in sorted(spans):
        if group and span.start >= reach:
            won.extend(group if len(group) == 1 else select(group))
            group = []
        group.append(span)
        reach = max(reach, span.end) if len(group) > 1 else span.end
    if group:
        won.extend(select(group))
    return won
