"""A bar chart as inline SVG: values masked in each of the last minutes, stacked by kind. Sans-IO."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

KINDS = ("secret", "structured", "prose", "own")
"""The kinds of value in the order in which they are stacked, from the bottom."""

WIDTH, HEIGHT = 720, 96
"""The drawing's own units; the page scales it."""

FLOOR = 78
"""Where the bars stand; the words below need the rest."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One piece of a bar."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """What the template draws: pieces, the lines of the scale with their values, and the whole in a sentence."""

    bars: tuple[Bar, ...]
    lines: tuple[tuple[float, int], ...]
    sentence: str
    total: int


def chart_of(minutes: Sequence[Mapping[str, int]]) -> Chart:
    """Return the chart of counts per kind, oldest minute first."""
    sums = [sum(counts.values()) for counts in minutes]
    top = _rounded(max(sums, default=0))
    slot = WIDTH / max(1, len(minutes))
    bars: list[Bar] = []
    for at, counts in enumerate(minutes):
        y = float(FLOOR)
        for kind in KINDS:
            if count := counts.get(kind, 0):
                height = max(1.0, count / top * (FLOOR - 8))
                y -= height
                bars.append(Bar(kind, round(at * slot + slot * 0.15, 2), round(y, 2), round(slot * 0.7, 2), height))
    lines = tuple((round(FLOOR - share / 2 * (FLOOR - 8), 2), top * share // 2) for share in (1, 2))
    return Chart(tuple(bars), lines, _sentence(sums), sum(sums))


def _rounded(most: int) -> int:
    """Return a round number that is at least ``most``, and even, so that its half is a whole number."""
    ten = 1
    while most > 10 * ten:
        ten *= 10
    return next(step * ten for step in (2, 4, 6, 8, 10) if step * ten >= most)


def _sentence(sums: Sequence[int]) -> str:
    busy = max(range(len(sums)), key=sums.__getitem__, default=0)
    if not any(sums):
        return f"No value was masked in the last {len(sums)} minutes."
    ago = len(sums) - 1 - busy
    when = "in this minute" if ago == 0 else f"{ago} minute{'s' if ago > 1 else ''} ago"
    return f"{sum(sums)} values were masked in the last {len(sums)} minutes; most were {sums[busy]}, {when}."
