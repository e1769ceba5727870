"""Multipart forms: where each part's name, file name, declared size and content stand. Sans-IO.

Source: https://www.rfc-editor.org/rfc/rfc7578
"""

import re
from dataclasses import dataclass

from maskwire.errors import BlockedError, Reason

MAX_PARTS = 1000
"""Parts of one form. An upload has a handful; thousands are an attack on the reader."""

_BOUNDARY = re.compile(r"boundary=(?:\"([^\"]{1,200})\"|([^\s;,]{1,200}))", re.IGNORECASE)
_HEADER = re.compile(rb"([!-9;-~]+):[ \t]*([^\r\n]*)")
_NAME = re.compile(rb";[ \t]*name=\"([^\"\r\n]*)\"", re.IGNORECASE)
_FILENAME = re.compile(rb";[ \t]*filename=\"([^\"\r\n]*)\"", re.IGNORECASE)
_PLAIN_CODINGS = (b"", b"7bit", b"8bit", b"binary")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """One part; spans are byte offsets in the body.

    ``filename`` is ``None`` for a form field. ``size`` is where a declared content length stands.
    """

    name: str
    kind: str
    content: Span
    filename: Span | None = None
    size: Span | None = None


def _not_understood(problem: str) -> BlockedError:
    return BlockedError(Reason.BODY_NOT_UNDERSTOOD, f"the upload is not a form that maskwire reads: {problem}")


def parse_multipart(body: bytes, content_type: str) -> list[Part]:
    """Return the parts of a form in order.

    Raises:
        BlockedError: it is not exactly a multipart form, or a part is encoded.
    """
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise _not_understood("no boundary is declared")
    mark = b"--" + (found[1] or found[2]).encode()
    if not body.startswith(mark):
        raise _not_understood("it does not start with its boundary")
    parts: list[Part] = []
    at = len(mark)
    while body[at : at + 2] != b"--":
        end = body.find(b"\r\n" + mark, at)
        if body[at : at + 2] != b"\r\n" or end < 0:
            raise _not_understood("a part has no end")
        parts.append(_part(body, at + 2, end))
        if len(parts) > MAX_PARTS:
            raise _not_understood("it has too many parts")
        at = end + 2 + len(mark)
    if body[at + 2 :].strip():
        raise _not_understood("something follows its last part")
    return parts


def _part(body: bytes, start: int, end: int) -> Part:
    split = body.find(b"\r\n\r\n", start, end + 2)
    if split < 0:
        raise _not_understood("a part has no header")
    name: re.Match[bytes] | None = None
    filename: Span | None = None
    size: Span | None = None
    kind = ""
    for header in _HEADER.finditer(body, start, split):
        match header[1].lower():
            case b"content-disposition":
                if b"filename*" in header[2].lower():
                    raise _not_understood("a file name is encoded")
                name = _NAME.search(body, header.start(2), header.end(2))
                given = _FILENAME.search(body, header.start(2), header.end(2))
                filename = given.span(1) if given is not None else None
            case b"content-type":
                kind = header[2].decode("latin-1").partition(";")[0].strip().lower()
            case b"content-length":
                size = header.span(2)
            case b"content-transfer-encoding" if header[2].strip().lower() not in _PLAIN_CODINGS:
                raise _not_understood("a part is transfer-encoded")
    if name is None:
        raise _not_understood("a part has no name")
    return Part(name[1].decode("utf-8", "replace"), kind, (split + 4, max(end, split + 4)), filename, size)
