"""Files in base64, as JSON bodies and forms carry them. Sans-IO. Source: https://www.rfc-editor.org/rfc/rfc4648"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence

from maskwire.errors import BlockedError, Reason
from maskwire.wire.attachments.file import File, Reading
from maskwire.wire.attachments.opening import open_file
from maskwire.wire.document import Document, Edit, Field
from maskwire.wire.opaque import Unread

_DATA_URL = re.compile(r"data:([^,;]*)((?:;[^,;]*)*);base64,", re.IGNORECASE)
_BLANKS = re.compile(rb"[ \t\r\n]+")
_STANDARD = re.compile(rb"[A-Za-z0-9+/]*={0,2}")
_SAFE = re.compile(rb"[A-Za-z0-9_-]*={0,2}")

FORMATS: Mapping[str, str] = {
    "pdf": "application/pdf",
    "csv": "text/csv",
    "html": "text/html",
    "txt": "text/plain",
    "md": "text/markdown",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Bedrock's words for types.
Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html"""


class EncodedDocument:
    """A file inside base64: its own texts are the fields. Spelling (URL-safe, padding) stays as it was.

    Line ends inside the base64 are kept only while nothing changes.

    Raises:
        BlockedError: it is not base64, or the file in it cannot be read.
    """

    def __init__(self, encoded: bytes, read: Callable[[bytes], Document | None]) -> None:
        self._encoded = encoded
        bare = _BLANKS.sub(b"", encoded)
        self._is_safe = _SAFE.fullmatch(bare) is not None and _STANDARD.fullmatch(bare) is None
        self._is_padded = bare.endswith(b"=") or len(bare) % 4 == 0
        if not (self._is_safe or _STANDARD.fullmatch(bare)):
            raise _not_base64()
        bare = bare.rstrip(b"=")
        if len(bare) % 4 == 1:
            raise _not_base64()
        content = b64decode(bare + b"=" * (-len(bare) % 4), b"-_" if self._is_safe else None)
        self._document = read(content) or Unread(content)

    @property
    def fields(self) -> Sequence[Field]:
        """The texts of the file."""
        return self._document.fields

    def splice(self, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """Return the base64 of the file with edits applied; the same object when there are none."""
        if not any(edits.values()):
            return self._encoded
        encoded = b64encode(self._document.splice(edits), b"-_" if self._is_safe else None)
        return encoded if self._is_padded else encoded.rstrip(b"=")


class _Prefixed:
    """A data URL: what stands before the base64 stays."""

    def __init__(self, head: str, document: Document) -> None:
        self._head = head.encode()
        self._document = document

    @property
    def fields(self) -> Sequence[Field]:
        """The texts of the file."""
        return self._document.fields

    def splice(self, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """Return the URL with edits applied."""
        return self._head + self._document.splice(edits)


def open_encoded(media_type: str, data: str, name: str = "", reading: Reading | None = None) -> Document:
    """Return the texts of a file that stands in a JSON body as base64 or as a data URL.

    ``media_type`` may be a type, a word of Bedrock, or ``""`` where the data URL says it; ``splice`` gives the
    whole string again as ASCII.

    Raises:
        BlockedError: it is no base64, or the file in it cannot be read or edited.
    """
    how = reading if reading is not None else Reading()
    found = _DATA_URL.match(data)
    head = found[0] if found is not None else ""
    kind = media_type or (found[1] + found[2] if found is not None else "")
    kind = FORMATS.get(kind.lower(), kind)
    try:
        encoded = data[len(head) :].encode("ascii")
    except UnicodeEncodeError:
        encoded = b"\xff"
    document = EncodedDocument(encoded, lambda content: open_file(File(name, kind, content), how))
    return _Prefixed(head, document) if head else document


def _not_base64() -> BlockedError:
    return BlockedError(Reason.BODY_NOT_UNDERSTOOD, "the file is not base64, so it cannot be searched")
