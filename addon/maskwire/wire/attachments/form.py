"""Uploads in multipart bodies: their fields, file names and files as one document. Sans-IO."""

from collections.abc import Iterator

from maskwire.wire.attachments.charset import decode
from maskwire.wire.attachments.encoded import EncodedDocument
from maskwire.wire.attachments.file import File, Reading
from maskwire.wire.attachments.header import ExtendedName, NameDocument
from maskwire.wire.attachments.multipart import Header, Parameter, Part, not_understood, parameters, read_parts
from maskwire.wire.attachments.opening import open_file
from maskwire.wire.attachments.sourced import plain
from maskwire.wire.attachments.structured import is_container, read_json
from maskwire.wire.composite import CompositeDocument, Region
from maskwire.wire.document import Document
from maskwire.wire.walk import looks_like_id

_IDENTITY = (b"", b"7bit", b"8bit", b"binary")
_PROTOCOL = frozenset(
    {"content-type", "content-length", "content-transfer-encoding", "content-disposition", "content-md5"}
)


def open_form(body: bytes, content_type: str, reading: Reading) -> CompositeDocument:
    """Return the texts of ``multipart/form-data``, or of ``multipart/related`` with JSON and a file.

    Declared sizes of parts are corrected when their content changes.

    Raises:
        BlockedError: it is no such body, or a file in it cannot be read or edited.
    """
    named = not content_type.lower().lstrip().startswith("multipart/related")
    regions = [
        region for part in read_parts(body, content_type) for region in _Part(body, part, named).regions(reading)
    ]
    return CompositeDocument(body, regions)


class _Part:
    """One part of a form; ``named`` ones must say which field they are."""

    def __init__(self, body: bytes, part: Part, named: bool) -> None:
        self._body = body
        self._part = part
        disposition = part.header("content-disposition")
        self._parameters = {each.name: each for each in parameters(body, disposition)} if disposition else {}
        if "content-md5" in {header.name for header in part.headers}:
            raise not_understood("a part carries a checksum")
        if named and "name" not in self._parameters:
            raise not_understood("a part has no name")

    def regions(self, reading: Reading) -> list[Region]:
        """Return the texts of headers and content."""
        content = self._body[slice(*self._part.content)]
        found = [*self._names(), *self._others()]
        document = self._encoded(content, reading) or self._content(content, reading)
        size = self._part.header("content-length")
        declared = (size.start, size.end) if size is not None else None
        if document is not None and document.fields:
            found.append(Region(*self._part.content, document, declared))
        return sorted(found, key=lambda region: region.start)

    def _value(self, name: str) -> bytes:
        header = self._part.header(name)
        return self._body[header.start : header.end] if header is not None else b""

    def _filename(self) -> str | None:
        if (each := self._parameters.get("filename*")) is not None:
            return ExtendedName(self._body[each.start : each.end], "", "").text
        if (each := self._parameters.get("filename")) is not None:
            named = NameDocument(self._body[each.start : each.end], "", "", quoted=each.quoted)
            return named.fields[0].text if named.fields else ""
        return None

    def _names(self) -> Iterator[Region]:
        for name in ("filename", "filename*"):
            if (each := self._parameters.get(name)) is not None:
                yield Region(each.start, each.end, self._name(each))

    def _name(self, each: Parameter) -> Document:
        raw = self._body[each.start : each.end]
        if each.name.endswith("*"):
            return ExtendedName(raw, "$form.filename", "filename")
        return NameDocument(raw, "$form.filename", "filename", quoted=each.quoted)

    def _others(self) -> Iterator[Region]:
        """Yield the headers that are not part of the protocol, and the file's name where it stands again."""
        for header in self._part.headers:
            if header.name == "content-type":
                yield from self._typed(header)
            elif header.name not in _PROTOCOL:
                document = NameDocument(self._body[header.start : header.end], "$form.header", header.name, quoted=True)
                if document.fields:
                    yield Region(header.start, header.end, document)

    def _typed(self, header: Header) -> Iterator[Region]:
        for each in parameters(self._body, header):
            if each.name in ("name", "name*"):
                yield Region(each.start, each.end, self._name(each))

    def _encoded(self, content: bytes, reading: Reading) -> Document | None:
        """Return a content in base64, ``None`` when it is not encoded."""
        coding = self._value("content-transfer-encoding").strip().lower()
        if coding in _IDENTITY:
            return None
        if coding != b"base64":
            raise not_understood("a part is transfer-encoded")
        return EncodedDocument(content, lambda decoded: self._content(decoded, reading))

    def _content(self, content: bytes, reading: Reading) -> Document | None:
        name = self._filename()
        kind = self._value("content-type").decode("latin-1")
        if kind.lower().startswith("multipart/"):
            raise not_understood("a part holds parts")
        if name is not None or "name" not in self._parameters:
            return open_file(File(name or "", kind, content), reading) if content else None
        field = self._parameters["name"]
        return _field(content, kind, self._body[field.start : field.end].decode("utf-8", "replace"))


def _field(content: bytes, kind: str, label: str) -> Document | None:
    """Return the value of a form's field; ids and words of the protocol are no texts."""
    text = decode(content, kind)
    if is_container(text.text):
        return read_json(content, text)
    if not text.text or looks_like_id(text.text):
        return None
    return plain(content, text, "$form.*", label)
