"""Which reader a file gets: by its first bytes, then its name, then its media type. Sans-IO."""

from maskwire.wire.attachments.archive import MAGIC, Archive
from maskwire.wire.attachments.charset import Text, decode
from maskwire.wire.attachments.file import File, Reading
from maskwire.wire.attachments.limits import unsupported
from maskwire.wire.attachments.markup import Mark, Part, passage, run
from maskwire.wire.attachments.office import kind_of, read_office
from maskwire.wire.attachments.packed import read_packed
from maskwire.wire.attachments.sourced import SourcedDocument, plain
from maskwire.wire.attachments.structured import read_json, read_lines
from maskwire.wire.attachments.table import read_table
from maskwire.wire.document import Document
from maskwire.wire.encoded import LEAVE
from maskwire.wire.opaque import Unread

PDF = b"%PDF-"

_MEDIA = ("image/", "audio/", "video/")
_MEDIA_NAMES = (
    *(".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif", ".ico"),
    *(".wav", ".mp3", ".m4a", ".ogg", ".oga", ".flac", ".webm", ".mpga", ".opus", ".mp4", ".mpeg", ".mov", ".aac"),
)
_MEDIA_MARKS = (
    *(b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*"),
    *(b"ID3\x02", b"ID3\x03", b"ID3\x04", b"OggS", b"fLaC", b"\x1aE\xdf\xa3", b"\xff\xfb", b"\xff\xf3"),
)
_CLOSED = (
    (b"\xd0\xcf\x11\xe0", "an old Office file", "save it as docx, xlsx or pptx"),
    (b"{\\rtf", "rich text, which cuts words apart", "save it as docx or plain text"),
    (b"\x1f\x8b", "a gzip archive", "unpack it, or send a zip archive"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it, or send a zip archive"),
    (b"Rar!", "a RAR archive", "unpack it, or send a zip archive"),
    (b"PAR1", "a Parquet table", "send it as CSV"),
    (b"SQLite format 3", "a database", "send what is needed of it as CSV"),
)
"""Types that cannot be edited in place, with what can be done about each."""

_TABLES = (".csv", ".tsv", ".tab", ".psv")
_LINES = (".jsonl", ".ndjson")
_JSON = (".json", ".ipynb", ".geojson", ".har", ".webmanifest", ".jsonld")
_MARKUP = (".xml", ".html", ".htm", ".xhtml", ".svg", ".rss", ".atom", ".kml", ".gpx", ".plist", ".xsd", ".xsl")
_MAIL = (".eml", ".mht", ".mhtml", ".mbox")
_ENCODED_PARTS = ("content-transfer-encoding: base64", "content-transfer-encoding: quoted-printable")


def open_file(file: File, reading: Reading) -> Document:
    """Return the texts of a file.

    Raises:
        BlockedError: its type cannot be read or edited, it is damaged, or it passes a limit.
    """
    content = file.content
    if content.startswith((MAGIC, b"PK\x05\x06")):
        archive = Archive(content)
        reader = read_office if kind_of(archive) else read_packed
        return reader(content, archive, reading, open_file)
    if is_pdf(file):
        from maskwire.wire.attachments.pdf import read_pdf  # pypdf takes 0.4 s to import

        return read_pdf(content, reading)
    if is_media(file):
        if reading.allow_media:
            return Unread(content)
        raise unsupported(
            "it is an image or sound, which cannot be searched",
            LEAVE,
        )
    for mark, what, remedy in _CLOSED:
        if content.startswith(mark):
            raise unsupported(f"it is {what}", remedy)
    return _read_text(file, decode(content, file.kind), reading)


def is_pdf(file: File) -> bool:
    """Tell whether a file is a PDF; readers accept some bytes before its mark, a text may just mention it."""
    head = file.content[:1024]
    return head.lstrip().startswith(PDF) or (
        PDF in head and (file.suffix == ".pdf" or file.media_type == "application/pdf")
    )


def is_media(file: File) -> bool:
    """Tell whether a file is an image, sound or video by its first bytes, its type or its name."""
    if file.suffix == ".svg" or file.media_type == "image/svg+xml":
        return False
    head = file.content[:12]
    return (
        head.startswith(_MEDIA_MARKS)
        or (head.startswith(b"RIFF") and head[8:12] in (b"WEBP", b"WAVE", b"AVI "))
        or (head.startswith(b"BM") and head[6:10] == b"\x00\x00\x00\x00")
        or (head.startswith(b"\x00\x00\x00") and head[4:8] == b"ftyp")
        or file.media_type.startswith(_MEDIA)
        or file.name.lower().endswith(_MEDIA_NAMES)
    )


def _read_text(file: File, text: Text, reading: Reading) -> Document:
    content, kind, suffix = file.content, file.media_type, file.suffix
    document: Document | None = None
    if suffix in _LINES or kind in ("application/jsonl", "application/x-ndjson", "application/x-jsonl"):
        document = read_lines(content, text, reading.line)
    elif suffix in _JSON or kind == "application/json" or kind.endswith("+json"):
        document = read_json(content, text)
    elif suffix in _TABLES or kind in ("text/csv", "text/tab-separated-values"):
        document = read_table(content, text, f"{reading.path}.csv", reading.budget)
    elif suffix in _MARKUP or kind in ("text/html", "text/xml", "application/xml") or kind.endswith("+xml"):
        document = read_markup(content, text, reading.path)
    elif suffix in _MAIL or kind == "message/rfc822":
        lowered = text.text.lower()
        if any(mark in lowered for mark in _ENCODED_PARTS):
            raise unsupported("it is a mail with encoded parts", "send the text of the mail")
    return document if document is not None else plain(content, text, reading.path)


def read_markup(body: bytes, text: Text, path: str) -> SourcedDocument:
    """Return XML or HTML as one field: its whole source, with references such as ``&#64;`` resolved.

    Tags and attributes stay in the text, since values stand in them too.
    """
    whole = run(text.text, Part(Mark.TEXT, 0, len(text.text)), named=True)
    return SourcedDocument(body, text, [passage([whole], path)] if text.text else [])
