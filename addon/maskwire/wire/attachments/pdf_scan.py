"""Walks all objects of a PDF that a reader of it can reach, and collects their texts. Sans-IO."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    ContentStream,
    DictionaryObject,
    IndirectObject,
    NameObject,
    StreamObject,
    TextStringObject,
    decode_pdfdocencoding,
)

from maskwire.wire.attachments.charset import decode
from maskwire.wire.attachments.file import Reading
from maskwire.wire.attachments.limits import unsupported
from maskwire.wire.attachments.markup import Mark, Part, passage, run
from maskwire.wire.attachments.pdf_edit import REMEDY, SPARE, Piece, edit_operations, spare_font
from maskwire.wire.attachments.pdf_font import UNREADABLE, FontReader
from maskwire.wire.attachments.pdf_text import TextReader
from maskwire.wire.attachments.sourced import SourcedDocument
from maskwire.wire.document import Edit, Field

MOST_UNREADABLE = 0.01
"""Share of characters of a text that may be unknown (ornaments, bullets); above, values could hide in it."""

_MARKS = ((b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"), (b"\xef\xbb\xbf", "utf-8"))
_NO_TEXT = frozenset(
    {"/ID", "/Panose", "/Registry", "/Ordering", "/CharSet", "/Lang", "/CreationDate", "/ModDate", "/M"}
)
_PROTOCOL = frozenset({"/Type", "/Parent", "/Prev", "/StructParents"})
_TEXTLESS_KEYS = frozenset({"/FontFile", "/FontFile2", "/FontFile3", "/ToUnicode", "/CIDSet", "/CIDToGIDMap"})
_TEXTLESS_MARKS = ("/N", "/FunctionType", "/ShadingType", "/HalftoneType", "/CMapName")
"""What a stream has that is an ICC profile, a function, a shading, a halftone, a map of codes."""


@dataclass(frozen=True, slots=True)
class _String:
    """A string object in a dictionary or array."""

    field: Field
    holder: Any
    key: Any

    def apply(self, edits: Sequence[Edit]) -> None:
        text = self.field.text
        for edit in reversed(edits):
            text = text[: edit.start] + edit.text + text[edit.end :]
        self.holder[self.key] = TextStringObject(text)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A content stream, made of ``streams``; its text as one field."""

    field: Field
    streams: tuple[StreamObject, ...]
    content: ContentStream
    pieces: tuple[Piece, ...]
    resources: Any

    def apply(self, edits: Sequence[Edit]) -> None:
        operations, is_spare = edit_operations(self.content.operations, self.pieces, edits)
        if is_spare:
            _object(_object(self.resources)["/Font"])[NameObject(SPARE)] = spare_font()
        self.content.operations = operations
        self.write()

    def write(self) -> None:
        self.content.operations = list(self.content.operations)  # forgets the bytes that it may have made before
        _write(self.streams[0], self.content.get_data())
        for stream in self.streams[1:]:
            _write(stream, b"")


@dataclass(frozen=True, slots=True)
class _Mark:
    """A text in the properties of marked content: a copy of what is shown, for readers aloud."""

    string: _String
    drawing: _Drawing

    @property
    def field(self) -> Field:
        return self.string.field

    def apply(self, edits: Sequence[Edit]) -> None:
        self.string.apply(edits)
        self.drawing.write()


@dataclass(frozen=True, slots=True)
class _Packet:
    """A stream of XMP properties."""

    field: Field
    stream: StreamObject
    document: SourcedDocument

    def apply(self, edits: Sequence[Edit]) -> None:
        _write(self.stream, self.document.splice({0: edits}))


def _write(stream: StreamObject, data: bytes) -> None:
    if stream.get("/Filter", "") not in ("", "/FlateDecode", ["/FlateDecode"]):
        raise unsupported("its text is packed in an unusual way", REMEDY)
    stream.set_data(data)


_Slot = _String | _Drawing | _Mark | _Packet


class Scan:
    """The texts of a PDF, each with its place in the objects of ``reader``.

    Raises:
        BlockedError: something in it can hold text and cannot be read.
    """

    def __init__(self, reader: PdfReader, reading: Reading) -> None:
        self._reader = reader
        self._reading = reading
        self._path = f"{reading.path}.pdf"
        self._slots: list[_Slot] = []
        self._seen: set[tuple[int, int]] = set()
        self._drawn: set[tuple[int, ...]] = set()
        self._fonts: dict[int, FontReader] = {}
        self._streams: set[int] = set()
        todo: list[tuple[Any, Any]] = [(reader.trailer, "/Info"), (reader.trailer, "/Root")]
        while todo:
            holder, key = todo.pop()
            todo += reversed(list(self._visit(holder, key)))

    @property
    def fields(self) -> list[Field]:
        """The texts, in the order of the walk."""
        return [slot.field for slot in self._slots]

    def apply(self, edits: Mapping[int, Sequence[Edit]]) -> None:
        """Put edits into the reader's objects.

        Raises:
            BlockedError: one cannot be put where it belongs.
        """
        for index, wanted in edits.items():
            if wanted:
                self._slots[index].apply(wanted)

    def _visit(self, holder: Any, key: Any) -> Iterator[tuple[Any, Any]]:
        """Collect what stands at one place; yield the places below."""
        raw = holder.raw_get(key) if isinstance(holder, DictionaryObject) else list.__getitem__(holder, key)
        value = raw.get_object() if isinstance(raw, IndirectObject) else raw
        if isinstance(value, TextStringObject | ByteStringObject):
            self._string(holder, key, value)
            return
        if isinstance(raw, IndirectObject):
            if (raw.idnum, raw.generation) in self._seen:
                return
            self._seen.add((raw.idnum, raw.generation))
        if isinstance(value, ArrayObject):
            yield from ((value, index) for index in range(len(value)))
        elif isinstance(value, DictionaryObject):
            self._reading.budget.cell()
            if isinstance(value, StreamObject):
                self._stream(value, str(key))
            elif value.get("/Type") == "/Page":
                self._page(value)
            skipped = _PROTOCOL | ({"/Contents"} if value.get("/Type") in ("/Page", "/Sig") else set())
            yield from ((value, name) for name in value if name not in skipped)

    def _string(self, holder: Any, key: Any, value: TextStringObject | ByteStringObject) -> None:
        if key in _NO_TEXT:
            return
        text = _text(value.original_bytes)
        if text.strip():
            label = str(key).removeprefix("/") if isinstance(key, NameObject) else ""
            self._add(_String(Field(text, self._path, label), holder, key))

    def _stream(self, stream: StreamObject, key: str) -> None:
        kind, subtype = stream.get("/Type"), stream.get("/Subtype")
        if subtype == "/Image":
            self._image()
        elif subtype == "/Form" or stream.get("/PatternType") == 1:
            self._drawing((stream,), stream, stream.get("/Resources"))
        elif kind == "/Metadata" or subtype == "/XML":
            self._packet(stream)
        elif key not in _TEXTLESS_KEYS and not any(mark in stream for mark in _TEXTLESS_MARKS):
            if key == "/Encoding" or (stream.indirect_reference is None and not stream.get_data()):
                return
            raise unsupported(
                "it holds a part that maskwire cannot read (an attached file, a script or a form)", REMEDY
            )

    def _image(self) -> None:
        if not self._reading.allow_media:
            raise unsupported(
                "it holds a picture, which cannot be searched",
                "send its text, or allow media for this host to send it as it is",
            )

    def _packet(self, stream: StreamObject) -> None:
        content = decode(stream.get_data())
        whole = passage([run(content.text, Part(Mark.TEXT, 0, len(content.text)), named=True)], self._path, "xmp")
        if content.text.strip():
            document = SourcedDocument(stream.get_data(), content, [whole])
            self._add(_Packet(whole.field, stream, document))

    def _page(self, page: DictionaryObject) -> None:
        contents = _object(page.get("/Contents"))
        found = [_object(each) for each in contents] if isinstance(contents, ArrayObject) else [contents]
        streams = tuple(each for each in found if isinstance(each, StreamObject))
        if streams:
            self._drawing(streams, contents, _inherited(page, "/Resources"))

    def _drawing(self, streams: tuple[StreamObject, ...], contents: Any, resources: Any) -> None:
        ids = tuple(id(stream) for stream in streams)
        if ids in self._drawn:
            return
        if self._streams & set(ids):
            raise unsupported("its pages share parts of their content", REMEDY)
        self._drawn.add(ids)
        self._streams.update(ids)
        for stream in streams:
            size = len(stream.get_data())
            self._reading.budget.expand(size, size)
        content = ContentStream(contents, self._reader, "bytes")
        reader = TextReader(lambda name: self._font(resources, name), self._reading.budget)
        reader.read(content.operations)
        if reader.has_images:
            self._image()
        text = "".join(piece if isinstance(piece, str) else piece.text for piece in reader.pieces)
        if text.count(UNREADABLE) > len(text) * MOST_UNREADABLE:
            raise unsupported("its fonts do not say which characters they show", REMEDY)
        drawing = _Drawing(Field(text, self._path), streams, content, tuple(reader.pieces), resources)
        if text.strip():
            self._add(drawing)
        for operands, operator in content.operations:
            if operator in (b"BDC", b"DP") and isinstance(operands[-1], DictionaryObject):
                for key, value in operands[-1].items():
                    if isinstance(value, bytes) and (words := _text(value)).strip():
                        string = _String(Field(words, self._path, key.removeprefix("/")), operands[-1], key)
                        self._add(_Mark(string, drawing))

    def _font(self, resources: Any, name: str) -> FontReader | None:
        fonts = _object(_object(resources).get("/Font")) if isinstance(_object(resources), DictionaryObject) else None
        font = _object(fonts.get(name)) if isinstance(fonts, DictionaryObject) else None
        if not isinstance(font, DictionaryObject):
            return None
        if (known := self._fonts.get(id(font))) is None:
            known = self._fonts[id(font)] = FontReader(font)
        return known

    def _add(self, slot: _Slot) -> None:
        self._reading.budget.cell()
        self._slots.append(slot)


def _text(raw: bytes) -> str:
    """Return a text string: by its byte order mark, else in PDFDocEncoding."""
    for mark, codec in _MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(codec, "replace")
    return str(TextStringObject(decode_pdfdocencoding(raw)))


def _object(value: Any) -> Any:
    return value.get_object() if isinstance(value, IndirectObject) else value


def _inherited(page: DictionaryObject, key: str) -> Any:
    """Return an entry of a page, or of what it stands in; pages nest at most 64 levels here."""
    node: Any = page
    for _ in range(64):
        if not isinstance(node, DictionaryObject):
            return None
        if key in node:
            return _object(node[key])
        node = _object(node.get("/Parent"))
    return None
