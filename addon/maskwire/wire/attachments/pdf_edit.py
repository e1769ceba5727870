"""Edits of the text of one content stream of a PDF. Sans-IO.

A new text is written in the font of its place where that has the letters, else in a font that every reader has.
Source: https://opensource.adobe.com/dc-acrobat-sdk-docs/pdfstandards/PDF32000_2008.pdf (9.4.3, 9.6.2.2)
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pypdf.generic import ArrayObject, ByteStringObject, DictionaryObject, FloatObject, NameObject

from maskwire.wire.attachments.limits import unsupported
from maskwire.wire.attachments.markup import within
from maskwire.wire.attachments.pdf_font import FontReader, Glyph
from maskwire.wire.document import Edit

SPARE = "/MaskwireSans"
"""The name under which the spare font stands in the resources of a page."""

REMEDY = "send its text, or the document that it was made from"

Operation = tuple[Any, bytes]


@dataclass(frozen=True, slots=True)
class Face:
    """A font as it is set: its name in the resources, and its size."""

    name: str
    size: float
    font: FontReader


@dataclass(frozen=True, slots=True)
class Shown:
    """A string that the operation ``number`` shows: ``holder[index]`` of its operands."""

    number: int
    holder: list[Any]
    index: int
    glyphs: tuple[Glyph, ...]
    face: Face

    @property
    def text(self) -> str:
        """Its characters."""
        return "".join(glyph.text for glyph in self.glyphs)

    def edited(self, edits: Sequence[Edit]) -> list[bytes | str]:
        """Return the string with edits applied: codes of its font, and texts that this has no codes for."""
        out: list[bytes | str] = []
        at = 0
        for glyph in self.glyphs:
            end = at + len(glyph.text)
            here = [edit for edit in edits if edit.start < end and edit.end > at]
            if not here:
                out.append(glyph.code)
            elif new := "".join(_replaced(glyph.text, at, here)):
                codes = self.face.font.encode(new)
                out.append(new if codes is None else codes)
            at = end
        return out


Piece = Shown | str


def _replaced(text: str, start: int, edits: Sequence[Edit]) -> Iterator[str]:
    """Yield what stands in place of one glyph; an edit's text goes where the edit starts."""
    at = 0
    for edit in edits:
        yield text[at : max(edit.start - start, at)]
        if edit.start >= start:
            yield edit.text
        at = min(edit.end - start, len(text))
    yield text[at:]


def edit_operations(
    operations: Sequence[Operation], pieces: Sequence[Piece], edits: Sequence[Edit]
) -> tuple[list[Operation], bool]:
    """Return the operations with edits of the joined text of ``pieces`` applied, and whether the spare font is used.

    An edit over several strings writes its text into the first and takes it out of the others.

    Raises:
        BlockedError: a new text cannot be written at all.
    """
    rewritten: dict[int, dict[int, list[bytes | str]]] = {}
    faces: dict[int, Face] = {}
    at = first = 0
    written: set[int] = set()
    for piece in pieces:
        text = piece if isinstance(piece, str) else piece.text
        while first < len(edits) and edits[first].end <= at:
            first += 1
        if not isinstance(piece, str) and (here := list(within(edits, first, (at, at + len(text)), written))):
            new = piece.edited(here)
            if any(isinstance(each, str) for each in new):
                rewritten.setdefault(piece.number, {})[piece.index] = new
                faces[piece.number] = piece.face
            else:
                piece.holder[piece.index] = ByteStringObject(b"".join(each for each in new if isinstance(each, bytes)))
        at += len(text)
    out: list[Operation] = []
    for number, operation in enumerate(operations):
        out += _spared(operation, rewritten[number], faces[number]) if number in rewritten else [operation]
    return out, bool(rewritten)


def _spared(operation: Operation, strings: dict[int, list[bytes | str]], face: Face) -> Iterator[Operation]:
    """Yield operations that show the same as one, with some strings partly in the spare font."""
    operands, operator = operation
    if operator == b'"':
        yield [operands[0]], b"Tw"
        yield [operands[1]], b"Tc"
    if operator in (b"'", b'"'):
        yield [], b"T*"
    items = operands[0] if operator == b"TJ" else operands[-1:]
    first = 0 if operator == b"TJ" else len(operands) - 1
    flat = [part for index, item in enumerate(items, first) for part in strings.get(index, [item])]
    for is_text, group in groupby(flat, key=lambda part: isinstance(part, str)):
        if is_text:
            yield [NameObject(SPARE), FloatObject(face.size)], b"Tf"
            yield [_spare_codes("".join(group))], b"Tj"
            yield [NameObject(face.name), FloatObject(face.size)], b"Tf"
        else:
            yield [ArrayObject(_joined(group))], b"TJ"


def _joined(parts: Iterator[Any]) -> Iterator[Any]:
    """Yield the items of an array, strings that follow each other as one."""
    for is_codes, group in groupby(parts, key=lambda part: isinstance(part, bytes)):
        if is_codes:
            yield ByteStringObject(b"".join(group))
        else:
            yield from group


def _spare_codes(text: str) -> ByteStringObject:
    try:
        return ByteStringObject(text.encode("cp1252"))
    except UnicodeEncodeError:
        pass
    raise unsupported("a text cannot be written in any font that every reader has", REMEDY)


def spare_font() -> DictionaryObject:
    """Return Helvetica, which need not be embedded."""
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )
