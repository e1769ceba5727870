"""Pictures as D-Bus carries them. Sans-IO.

Source: https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/Icons/
Source: https://specifications.freedesktop.org/notification-spec/latest/icons-and-images.html
"""

from collections.abc import Sequence

from PIL import Image

type Pixmap = list[int | bytes]
"""Width, height, and ARGB of each pixel in network byte order, alpha straight."""


def pixmap(image: Image.Image) -> Pixmap:
    """Return a picture as an item's ``IconPixmap`` holds it."""
    red, green, blue, alpha = image.convert("RGBA").split()
    return [*image.size, Image.merge("RGBA", (alpha, red, green, blue)).tobytes()]


def pixmaps(images: Sequence[Image.Image]) -> list[Pixmap]:
    """Return several sizes of a picture; the panel takes the one that fits."""
    return [pixmap(image) for image in images]


def image_data(image: Image.Image) -> list[int | bool | bytes]:
    """Return a picture as a notification's ``image-data`` hint holds it."""
    width, height = image.size
    return [width, height, width * 4, True, 8, 4, image.convert("RGBA").tobytes()]
