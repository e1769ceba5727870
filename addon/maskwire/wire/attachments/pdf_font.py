"""Fonts of a PDF: which characters its codes show, and with which codes others can be written. Sans-IO.

Source: https://opensource.adobe.com/dc-acrobat-sdk-docs/pdfstandards/PDF32000_2008.pdf (9.6, 9.7, 9.10)
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pypdf.generic import DictionaryObject
from pypdf.generic._font import Font

UNREADABLE = "\ufffd"
"""Stands for a code whose character the file does not tell."""

_SUBSET = re.compile(r"/?[A-Z]{6}\+")
_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_SIMPLE = ("/Type1", "/MMType1", "/TrueType")
_IDENTITY = ("/Identity-H", "/Identity-V")
_ENCODINGS = (None, "/WinAnsiEncoding", "/MacRomanEncoding", "/StandardEncoding", "/PDFDocEncoding")
"""What the codes of a simple font may mean by name; others (MacExpert) are read by nobody here."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One code: its bytes, the characters that it shows, and its width in thousandths of the font's size."""

    code: bytes
    text: str
    width: float


class FontReader:
    """A font resource."""

    def __init__(self, resource: DictionaryObject) -> None:
        self._font = Font.from_font_resource(resource)
        self._simple = isinstance(self._font.encoding, dict)
        descriptor = _resolved(resource.get("/FontDescriptor"))
        embedded = isinstance(descriptor, DictionaryObject) and any(key in descriptor for key in _FILES)
        self._mapped = bool(self._font.character_map)
        self._known = self._font.interpretable and (
            self._mapped or (_is_named(resource) if self._simple else _has_encoding(resource))
        )
        if self._simple and not self._mapped and embedded:
            self._known = self._known and _has_encoding(resource)
        self._widths = self._font.character_widths
        self._codes = self._written(resource) if _is_whole(resource, embedded=embedded) else {}

    def glyphs(self, raw: bytes) -> list[Glyph]:
        """Return the codes of a shown string."""
        return [self._glyph(code, character) for code, character in self._characters(raw)]

    def encode(self, text: str) -> bytes | None:
        """Return the codes that show ``text``, ``None`` when the font has none for a character."""
        codes = [self._codes.get(character) for character in text]
        known = [code for code in codes if code is not None]
        return bytes(known) if len(known) == len(codes) else None

    def _characters(self, raw: bytes) -> Iterator[tuple[bytes, str]]:
        encoding = self._font.encoding
        if isinstance(encoding, dict):
            for code in raw:
                yield bytes([code]), encoding.get(code, UNREADABLE)
            return
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        start = 0
        for end in range(1, len(raw) + 1):
            if character := decoder.decode(raw[end - 1 : end], final=end == len(raw)):
                yield raw[start:end], character
                start = end

    def _glyph(self, code: bytes, character: str) -> Glyph:
        text = str(self._font.character_map.get(character, "" if self._mapped and not self._simple else character))
        if not self._known or not text or not text.isprintable() or (len(text) > 1 and text.startswith("/")):
            text = " " if code == b" " or text.isspace() else UNREADABLE
        single = chr(code[0]) if self._simple else character
        width = self._widths.get(single, self._widths.get("default", 500))
        return Glyph(code, text, float(width))

    def _written(self, resource: DictionaryObject) -> dict[str, int]:
        """Return the codes of the characters that the font says it has."""
        first, last = (_resolved(resource.get(key)) for key in ("/FirstChar", "/LastChar"))
        limits = range(int(str(first)), int(str(last)) + 1) if "/Widths" in resource else range(256)
        codes: dict[str, int] = {}
        for code in limits:
            if 32 <= code < 256:
                for glyph in self.glyphs(bytes([code])):
                    codes.setdefault(glyph.text, code)
        codes.pop(UNREADABLE, None)
        return codes


def _resolved(value: object) -> object:
    get_object = getattr(value, "get_object", None)
    return get_object() if get_object is not None else value


def _has_encoding(resource: DictionaryObject) -> bool:
    """Tell whether the codes of a font without a map to Unicode say what they show."""
    encoding = _resolved(resource.get("/Encoding"))
    return encoding is not None and encoding not in _IDENTITY and not hasattr(encoding, "get_data")


def _is_named(resource: DictionaryObject) -> bool:
    """Tell whether the encoding of a simple font is one that its reader knows."""
    encoding = _resolved(resource.get("/Encoding"))
    return (
        _resolved(encoding.get("/BaseEncoding")) if isinstance(encoding, DictionaryObject) else encoding
    ) in _ENCODINGS


def _is_whole(resource: DictionaryObject, *, embedded: bool) -> bool:
    """Tell whether a font is a simple one that has more letters than the file uses."""
    name = str(_resolved(resource.get("/BaseFont")))
    return _resolved(resource.get("/Subtype")) in _SIMPLE and not (embedded and _SUBSET.match(name))
