"""Pictures that show nothing, for the preview that an Office file carries of its first page. Sans-IO."""

from base64 import b64decode

PREVIEWS = ("docprops/thumbnail.jpeg", "docprops/thumbnail.jpg", "docprops/thumbnail.png")
"""Members that hold a preview, in lower case."""

_JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////////////////////////"
    "////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAI"
    "AQEAAD8AR//Z"
)
_PNG = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHLCMmQAAAABJRU5ErkJggg==")
"""One white pixel each."""


def blank(name: str) -> bytes:
    """Return a picture for the preview ``name``: its first page shows what was masked in the text."""
    return _PNG if name.lower().endswith(".png") else _JPEG
