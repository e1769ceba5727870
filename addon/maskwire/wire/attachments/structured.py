"""JSON and JSON lines files: every string, key and long number is a field. Sans-IO."""

from collections.abc import Callable, Mapping, Sequence

from maskwire.wire.attachments.charset import Text
from maskwire.wire.composite import CompositeDocument, Region
from maskwire.wire.document import Document, Edit, Field
from maskwire.wire.documents import JsonDocument
from maskwire.wire.jsonspan import Kind, Node, NotJson, parse
from maskwire.wire.literal import Source
from maskwire.wire.rules import rules
from maskwire.wire.walk import Leaf, Walk

LineReader = Callable[[Source, Node], Sequence[Leaf]]
"""Gives the texts of one line of a JSON lines file."""

_FREE = rules(free="**")
_CONTAINERS = (Kind.OBJECT, Kind.ARRAY)


def anything(source: Source, root: Node) -> Sequence[Leaf]:
    """Return every string, key and long number of a JSON text."""
    return list(Walk(_FREE).leaves(source, root))


class _Recoded:
    """A JSON document in another charset than UTF-8, or after a byte order mark."""

    def __init__(self, body: bytes, text: Text, document: Document) -> None:
        self._body = body
        self._text = text
        self._document = document

    @property
    def fields(self) -> Sequence[Field]:
        """The texts of the document."""
        return self._document.fields

    def splice(self, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """Return the file with edits applied, in its own charset."""
        if not any(edits.values()):
            return self._body
        return self._text.encode(self._document.splice(edits).decode("utf-8"))


def read_json(body: bytes, text: Text) -> Document | None:
    """Return the texts of a JSON file, ``None`` when it is none."""
    found = _value(text.text, anything, None if text.mark or text.codec != "utf-8" else body)
    return _coded(body, text, found) if found is not None else None


def read_lines(body: bytes, text: Text, line: LineReader) -> Document | None:
    """Return the texts of a JSON lines file, ``None`` when a line is no JSON value.

    Raises:
        BlockedError: what ``line`` raises.
    """
    utf8 = text.text.encode("utf-8") if text.mark or text.codec != "utf-8" else body
    regions: list[Region] = []
    at = 0
    for raw in utf8.splitlines(keepends=True):
        bare = raw.rstrip(b"\r\n")
        if bare.strip():
            document = _value(bare.decode("utf-8"), line)
            if document is None:
                return None
            regions.append(Region(at, at + len(bare), document))
        at += len(raw)
    return _coded(body, text, CompositeDocument(utf8, regions))


def _value(source: str, leaves: LineReader, body: bytes | None = None) -> JsonDocument | None:
    try:
        root = parse(source)
    except NotJson:
        return None
    found = leaves(Source(source), root)
    return JsonDocument(source.encode("utf-8") if body is None else body, root, found, [True] * len(found))


def _coded(body: bytes, text: Text, document: Document) -> Document:
    return document if text.codec == "utf-8" and not text.mark else _Recoded(body, text, document)


def is_container(source: str) -> bool:
    """Tell whether a text is a JSON object or array."""
    if source.lstrip()[:1] not in ("{", "["):
        return False
    try:
        return parse(source).kind in _CONTAINERS
    except NotJson:
        return False
