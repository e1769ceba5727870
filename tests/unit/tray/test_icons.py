"""The icon is told apart at every size, on every panel, with and without an eye for colours."""

from itertools import combinations

import pytest
from PIL import Image

from maskwire_tray.icons import SIZES, TONES, Colour, Face, Panel, draw, draw_all

BACKGROUNDS: dict[Panel, tuple[Colour, ...]] = {
    Panel.LIGHT: ((255, 255, 255), (239, 240, 241)),
    Panel.DARK: ((0, 0, 0), (42, 46, 50)),
    Panel.UNKNOWN: ((239, 240, 241), (42, 46, 50)),
}
"""What panels are made of: white and Breeze's light grey, black and Breeze's dark grey."""


def luminance(colour: Colour) -> float:
    def linear(part: int) -> float:
        return part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def alphas(image: Image.Image) -> list[list[int]]:
    alpha, size = image.getchannel("A").tobytes(), image.width
    return [list(alpha[row * size : (row + 1) * size]) for row in range(size)]


def different(one: Image.Image, other: Image.Image) -> float:
    """Return the share of pixels in which grey pictures clearly differ, as an eye without colours sees them."""
    pairs = zip(one.convert("LA").tobytes()[::2], other.convert("LA").tobytes()[::2], strict=True)
    return sum(abs(a - b) > 60 for a, b in pairs) / (one.width * one.height)


@pytest.mark.parametrize(("face", "panel"), TONES)
def test_colours_stand_out(face: Face, panel: Panel) -> None:
    tones = TONES[face, panel]

    assert contrast(tones.shield, tones.sign) >= 3
    assert all(contrast(tones.shield, on) >= 3 for on in BACKGROUNDS[panel])


@pytest.mark.parametrize("face", Face)
@pytest.mark.parametrize("size", SIZES)
def test_edges_are_smooth_and_corners_empty(face: Face, size: int) -> None:
    rows = alphas(draw(face, size))
    partly = sum(0 < alpha < 255 for row in rows for alpha in row)

    assert [rows[0][0], rows[0][-1], rows[-1][0], rows[-1][-1]] == [0, 0, 0, 0]
    assert rows[size // 2][size // 2] == 255
    assert 0 < partly < size * 6
    assert 0.55 < sum(map(sum, rows)) / (255 * size * size) < 0.85


@pytest.mark.parametrize("size", SIZES)
def test_the_shield_is_the_same_from_both_sides(size: int) -> None:
    for row in alphas(draw(Face.PAUSED, size)):
        assert all(abs(a - b) <= 4 for a, b in zip(row, reversed(row), strict=True))


@pytest.mark.parametrize(("one", "other"), list(combinations(Face, 2)))
@pytest.mark.parametrize("size", SIZES)
def test_faces_differ_without_colours(one: Face, other: Face, size: int) -> None:
    assert different(draw(one, size, Panel.LIGHT), draw(other, size, Panel.LIGHT)) > 0.04


def test_bars_stand_on_whole_pixels() -> None:
    """At 16 pixels a blurred bar is a smear: each pixel of the middle row is shield or sign."""
    image = draw(Face.PAUSED, 16, Panel.LIGHT).convert("RGB")
    tones = TONES[Face.PAUSED, Panel.LIGHT]
    middle = [image.getpixel((x, 8)) for x in range(2, 14)]

    assert set(middle) == {tones.shield, tones.sign}
    assert sum(pixel == tones.sign for pixel in middle) == 4


def test_every_size_is_drawn_for_itself() -> None:
    images = draw_all(Face.ATTENTION, Panel.DARK)

    assert [image.size for image in images] == [(size, size) for size in SIZES]
    assert {image.mode for image in images} == {"RGBA"}
