"""Uploads whose body is the file itself: Google's resumable protocol, files PUT to a storage address. Sans-IO.

What a file is shows in its first bytes, then in its media type. Google's protocol may leave the size open, so the size
that a client announces there is taken out by ``maskwire.mitm.uploads``. ChatGPT is told a size before anyone has seen
the file; a text that became shorter is filled up to it with line ends, so that the size stays true where it can.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maskwire.wire.attachments.archive import MAGIC
from maskwire.wire.attachments.file import File, Reading
from maskwire.wire.attachments.opening import open_file
from maskwire.wire.document import Document, Edit, Field
from maskwire.wire.opaque import Unread
from maskwire.wire.refusals import Shape
from maskwire.wire.row import Row
from maskwire.wire.uploads import CONTENT, UploadFormat
from maskwire.wire.web_shape import VALIDATED

_UNTOLD = frozenset({"", "application/octet-stream", "application/x-www-form-urlencoded", "binary/octet-stream"})
"""Media types that say nothing: clients send them when they do not know better."""

_HEAD = 64 * 1024
"""Bytes in which a second line of JSON tells JSON lines from one JSON text."""


@dataclass(frozen=True, slots=True)
class _Filled:
    """A file that keeps its size where line ends at its end change nothing."""

    document: Document
    size: int

    @property
    def fields(self) -> Sequence[Field]:
        """The texts of the file."""
        return self.document.fields

    def splice(self, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """Return the file with edits applied, not shorter than it was if it is text."""
        body = self.document.splice(edits)
        return body if body.startswith(MAGIC) or not _is_utf8(body) else body.ljust(self.size, b"\n")


@dataclass(frozen=True, slots=True)
class RawFormat(UploadFormat):
    """A body that is one file; forms are read too. ``fills`` keeps the size of texts that become shorter."""

    fills: bool = False

    def parse(self, body: bytes, content_type: str, *, allow_media: bool) -> Document:
        """Return the texts of a file.

        Raises:
            BlockedError: it cannot be read or edited.
        """
        kind = content_type.partition(";")[0].strip().lower()
        if kind.startswith("multipart/"):
            return UploadFormat.parse(self, body, content_type, allow_media=allow_media)
        if not body:
            return Unread(body)
        told = _sniffed(body) if kind in _UNTOLD else content_type
        document = open_file(File("", told, body), Reading(allow_media=allow_media))
        return _Filled(document, len(body)) if self.fills else document


def _sniffed(body: bytes) -> str:
    """Return the media type of a text that looks like JSON; ``""`` leaves it to the first bytes."""
    head = body[:_HEAD].lstrip()
    if head[:1] not in (b"{", b"["):
        return ""
    return "application/x-ndjson" if b"}\n{" in head or b"}\r\n{" in head else "application/json"


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


RAW = RawFormat()
FILLED = RawFormat(fills=True)

_GOOGLE = "google-genai 3.4.0 client: multipart, and resumable in one piece"

ROWS = (
    *(
        Row("google.files", ("google",), "POST PUT", path, RAW, shape=Shape.GOOGLE, validated=_GOOGLE)
        for path in ("/upload/{version}/files", "/upload/{version}/fileSearchStores/{store}:uploadToFileSearchStore")
    ),
    *(
        Row("gemini-web.upload", ("gemini-web",), "POST PUT", path, RAW, shape=Shape.GOOGLE, validated=VALIDATED)
        for path in ("/upload", "/upload/")
    ),
    *(
        Row("chatgpt.upload", ("chatgpt-web",), "PUT", path, FILLED, validated=VALIDATED)
        for path in ("/file-{file}", "/files/{file...}")
    ),
    *(
        Row("chatgpt.download", ("chatgpt-web",), "GET", path, CONTENT, validated=VALIDATED)
        for path in ("/file-{file}", "/files/{file...}")
    ),
    Row(
        "copilot-web.attachments",
        ("microsoft-copilot-web",),
        "POST PUT",
        "/c/api/attachments",
        RAW,
        validated=VALIDATED,
    ),
)
