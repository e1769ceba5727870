"""PDF files written by hand, object by object."""

import zlib
from collections.abc import Mapping, Sequence

HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
SUBSET = (
    b"<< /Type /Font /Subtype /TrueType /BaseFont /ABCDEF+Corporate /Encoding /WinAnsiEncoding"
    b" /FontDescriptor << /Type /FontDescriptor /FontName /ABCDEF+Corporate /Flags 32 /FontFile2 9 0 R >> >>"
)
COMPOSITE = b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [] >>"

MAPPED = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Corporate /Encoding /Identity-H /ToUnicode 8 0 R"
    b" /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+Corporate /DW 500 >>] >>"
)
SHIFT = 0x40
"""What the codes of a mapped font are above the characters that they show."""

UNICODE = (
    b"/CMapName /X def 1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
    b"1 beginbfrange <0060> <00BE> <0020> endbfrange\nendcmap"
)


def stream(data: bytes, entries: bytes = b"", *, flate: bool = False) -> bytes:
    """Return a stream object."""
    if flate:
        data, entries = zlib.compress(data), entries + b" /Filter /FlateDecode"
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def pdf(content: bytes, font: bytes = HELVETICA, objects: Mapping[int, bytes] | None = None, **more: object) -> bytes:
    """Return a PDF with one page. Its objects are: 1 catalogue, 2 pages, 3 page, 4 content, 5 font, 6 properties.

    ``objects`` replaces or adds some; ``flate`` packs the content, ``page`` adds entries to the page.
    """
    page = more.get("page", b"")
    assert isinstance(page, bytes)
    numbered = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> " + page + b" >>",
        4: stream(content, flate=bool(more.get("flate"))),
        5: font,
        6: b"<< >>",
        **(objects or {}),
    }
    return _written(numbered)


def _written(objects: Mapping[int, bytes]) -> bytes:
    body = b"%PDF-1.7\n"
    places: dict[int, int] = {}
    for number in sorted(objects):
        places[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    size = max(objects) + 1
    table = b"".join(_entry(places.get(number)) for number in range(size))
    trailer = b"trailer << /Size %d /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n%s" % (size, table) + trailer


def _entry(place: int | None) -> bytes:
    return b"0000000000 65535 f \n" if place is None else b"%010d 00000 n \n" % place


def lines(*texts: str) -> bytes:
    """Return a content that shows each text on a line of its own."""
    shown = b"".join(b"(%s) Tj T*\n" % literal(text) for text in texts)
    return b"BT /F1 12 Tf 14 TL 50 700 Td\n" + shown + b"ET"


def kerned(pieces: Sequence[str]) -> bytes:
    """Return a content that shows a line in pieces with a little kerning between them."""
    shown = b" -20 ".join(b"(%s)" % literal(piece) for piece in pieces)
    return b"BT /F1 12 Tf 50 700 Td [%s] TJ ET" % shown


def literal(text: str) -> bytes:
    """Return a text as it stands between parentheses."""
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode("cp1252")


def mapped(text: str) -> bytes:
    """Return a content that shows a text in a composite font with codes of its own."""
    return b"BT /F1 12 Tf 50 700 Td <%s> Tj ET" % "".join(f"{ord(c) + SHIFT:04X}" for c in text).encode()
