"""The icon: a shield whose colour and sign say how protection stands. Sans-IO; drawn, so no file is shipped.

Each size is drawn for itself from the same curves, eight times as large, and brought down by averaging: signs sit on
whole pixels and edges stay smooth. The sign differs as well as the colour, for those who see few colours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from PIL import Image, ImageChops, ImageDraw, ImageOps

SIZES = (16, 22, 24, 32, 48, 64)
"""Pixels of the sides that panels ask for, at common scales."""

OVERSAMPLING = 8
"""Subpixels of a pixel's side: 64 steps of an edge's cover, which is more than an eye tells apart."""

CURVE_STEPS = 24
"""Straight pieces of each curve: shorter than a subpixel at 64 pixels."""

type Colour = tuple[int, int, int]
type Point = tuple[float, float]


class Face(StrEnum):
    """What the icon says."""

    PROTECTING = "protecting"
    PAUSED = "paused"
    ATTENTION = "attention"
    ERROR = "error"


class Panel(StrEnum):
    """What the icon stands on, as far as the desktop says."""

    LIGHT = "light"
    DARK = "dark"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Tones:
    """The colours of one face: its shield and the sign on it."""

    shield: Colour
    sign: Colour


WHITE: Colour = (255, 255, 255)
INK: Colour = (32, 30, 24)

TONES: Mapping[tuple[Face, Panel], Tones] = MappingProxyType(
    {
        (Face.PROTECTING, Panel.LIGHT): Tones((22, 122, 78), WHITE),
        (Face.PROTECTING, Panel.DARK): Tones((52, 199, 137), INK),
        (Face.PROTECTING, Panel.UNKNOWN): Tones((26, 144, 92), WHITE),
        (Face.PAUSED, Panel.LIGHT): Tones((92, 99, 112), WHITE),
        (Face.PAUSED, Panel.DARK): Tones((180, 187, 199), INK),
        (Face.PAUSED, Panel.UNKNOWN): Tones((120, 127, 140), WHITE),
        (Face.ATTENTION, Panel.LIGHT): Tones((176, 106, 0), WHITE),
        (Face.ATTENTION, Panel.DARK): Tones((250, 190, 46), INK),
        (Face.ATTENTION, Panel.UNKNOWN): Tones((190, 118, 6), WHITE),
        (Face.ERROR, Panel.LIGHT): Tones((190, 30, 42), WHITE),
        (Face.ERROR, Panel.DARK): Tones((255, 110, 104), INK),
        (Face.ERROR, Panel.UNKNOWN): Tones((222, 56, 62), WHITE),
    }
)
"""Colours that stand out by at least 3:1 from what they are on, as WCAG asks of graphics; a test computes it.

Source: https://www.w3.org/TR/WCAG22/#non-text-contrast
"""


@cache
def draw(face: Face, size: int, panel: Panel = Panel.UNKNOWN) -> Image.Image:
    """Return the icon, RGBA with straight alpha, ``size`` pixels wide and high."""
    tones = TONES[face, panel]
    shield, sign = _mask(size), _mask(size)
    ImageDraw.Draw(shield).polygon(_scaled(_SHIELD, size), fill=255)
    shield = ImageChops.lighter(shield, ImageOps.mirror(shield))  # Pillow rounds left and right edges differently
    _SIGNS[face](ImageDraw.Draw(sign), size)
    flat = Image.composite(
        Image.new("RGB", (size, size), tones.sign),
        Image.new("RGB", (size, size), tones.shield),
        sign.reduce(OVERSAMPLING),
    )
    flat.putalpha(shield.reduce(OVERSAMPLING))
    return flat


def draw_all(face: Face, panel: Panel = Panel.UNKNOWN) -> tuple[Image.Image, ...]:
    """Return the icon in each of ``SIZES``, the smallest first."""
    return tuple(draw(face, size, panel) for size in SIZES)


def _mask(size: int) -> Image.Image:
    return Image.new("L", (size * OVERSAMPLING, size * OVERSAMPLING))


def _scaled(points: tuple[Point, ...], size: int) -> list[Point]:
    """Return the points in subpixels; Pillow names a subpixel by its middle, hence the half."""
    return [(x * size * OVERSAMPLING - 0.5, y * size * OVERSAMPLING - 0.5) for x, y in points]


def _curve(start: Point, bend: Point, end: Point) -> tuple[Point, ...]:
    """Return the points of a quadratic Bézier curve after ``start``."""
    steps = (i / CURVE_STEPS for i in range(1, CURVE_STEPS + 1))
    return tuple(
        (
            (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * bend[0] + t * t * end[0],
            (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * bend[1] + t * t * end[1],
        )
        for t in steps
    )


def _shield() -> tuple[Point, ...]:
    """Return the outline in a square of side 1: a peak, shoulders, straight sides, a round point."""
    right: tuple[Point, ...] = ((0.5, 0.0),)
    right += _curve((0.5, 0.0), (0.70, 0.125), (0.9375, 0.14))
    right += _curve((0.9375, 0.46), (0.9375, 0.83), (0.5, 1.0))
    return (*right, *((1 - x, y) for x, y in reversed(right)))


_SHIELD = _shield()


def _bar(pen: ImageDraw.ImageDraw, box: tuple[float, float, float, float]) -> None:
    """Fill a box of whole pixels."""
    left, top, right, bottom = (round(side * OVERSAMPLING) for side in box)
    pen.rectangle((left, top, right - 1, bottom - 1), fill=255)


def _stroke(pen: ImageDraw.ImageDraw, size: int, points: tuple[Point, ...]) -> None:
    """Draw a line with round ends and corners, thick enough to be read at 16 pixels."""
    thick = size * OVERSAMPLING / 7.5
    at = _scaled(points, size)
    pen.line(at, fill=255, width=round(thick), joint="curve")
    for x, y in at:
        pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=255)


def _check(pen: ImageDraw.ImageDraw, size: int) -> None:
    _stroke(pen, size, ((0.29, 0.50), (0.445, 0.65), (0.72, 0.345)))


def _cross(pen: ImageDraw.ImageDraw, size: int) -> None:
    _stroke(pen, size, ((0.34, 0.325), (0.66, 0.645)))
    _stroke(pen, size, ((0.66, 0.325), (0.34, 0.645)))


def _bars(pen: ImageDraw.ImageDraw, size: int) -> None:
    wide, gap = round(size / 8), max(1, round(size / 16))
    middle, top, bottom = size // 2, round(size * 0.27), round(size * 0.70)
    _bar(pen, (middle - gap - wide, top, middle - gap, bottom))
    _bar(pen, (middle + gap, top, middle + gap + wide, bottom))


def _exclamation(pen: ImageDraw.ImageDraw, size: int) -> None:
    half, middle = max(1, round(size / 15)), size // 2
    top, foot, bottom = round(size * 0.22), round(size * 0.55), round(size * 0.64)
    _bar(pen, (middle - half, top, middle + half, foot))
    _bar(pen, (middle - half, bottom, middle + half, bottom + 2 * half))


_SIGNS = MappingProxyType(
    {Face.PROTECTING: _check, Face.PAUSED: _bars, Face.ATTENTION: _exclamation, Face.ERROR: _cross}
)
