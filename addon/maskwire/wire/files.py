"""Files inside uploads: which of them can be read, and how. Sans-IO."""

from collections.abc import Callable, Sequence

from maskwire.errors import BlockedError, Reason
from maskwire.wire.composite import CompositeDocument, Region, TextDocument
from maskwire.wire.document import Document
from maskwire.wire.documents import JsonDocument, read
from maskwire.wire.jsonspan import Node
from maskwire.wire.literal import Source
from maskwire.wire.rules import rules
from maskwire.wire.walk import Leaf, Walk

LineReader = Callable[[Source, Node], Sequence[Leaf]]
"""Gives the texts of one line of a JSON lines file."""

_LINES = (".jsonl", ".ndjson")
_MEDIA = ("image/", "audio/", "video/")
_MEDIA_NAMES = (
    *(".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tiff", ".heic"),
    *(".wav", ".mp3", ".m4a", ".ogg", ".oga", ".flac", ".webm", ".mpga", ".opus", ".mp4", ".mpeg", ".mov"),
)
_FREE = rules(free="**")


def anything(source: Source, root: Node) -> Sequence[Leaf]:
    """Return every string, key and long number of a JSON text."""
    return list(Walk(_FREE).leaves(source, root))


def read_file(name: str, kind: str, content: bytes, line: LineReader = anything) -> Document:
    """Return the texts of a file with this name and media type.

    Raises:
        BlockedError: its content cannot be read; images and sound are the caller's to decide first.
    """
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    if suffix in _LINES or kind in ("application/jsonl", "application/x-ndjson", "application/x-jsonl"):
        return _lines(content, line)
    if suffix == ".json" or kind == "application/json":
        source, root = read(content, "")
        leaves = anything(source, root)
        return JsonDocument(content, root, leaves, [True] * len(leaves))
    if not is_text(content):
        raise BlockedError(
            Reason.CONTENT_UNSUPPORTED,
            "the uploaded file is not text, so it cannot be searched or masked; send its text instead",
        )
    return TextDocument(content, "$file")


def is_media(name: str, kind: str) -> bool:
    """Tell whether a file is an image, sound or video by its name or type."""
    return kind.startswith(_MEDIA) or name.lower().endswith(_MEDIA_NAMES)


def is_text(content: bytes) -> bool:
    """Tell whether bytes are text that a person could read: UTF-8 without control characters."""
    if b"\x00" in content or content.startswith(b"%PDF"):
        return False
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(c < " " and c not in "\t\n\r\f\v\x1b\b" for c in set(text))


def _lines(content: bytes, line: LineReader) -> CompositeDocument:
    regions: list[Region] = []
    at = 0
    for raw in content.splitlines(keepends=True):
        bare = raw.rstrip(b"\r\n")
        if bare.strip():
            source, root = read(bare, "")
            leaves = line(source, root)
            document = JsonDocument(bare, root, leaves, [True] * len(leaves))
            regions.append(Region(at, at + len(bare), document))
        at += len(raw)
    return CompositeDocument(content, regions)
