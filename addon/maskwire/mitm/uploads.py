"""Uploads in several requests, as their headers tell: pieces are refused, announced sizes corrected.

A piece of a file may begin or end inside a value, so only files that come in one piece are taken.
Sources: https://ai.google.dev/gemini-api/docs/files#rest, https://www.rfc-editor.org/rfc/rfc9110#name-content-range
"""

import re

from maskwire.errors import BlockedError, Reason
from maskwire.mitm.engine import http

ANNOUNCED = ("x-goog-upload-header-content-length", "x-goog-upload-raw-size", "x-upload-content-length")
"""Headers that tell a file's size before it is sent. All of them may be left out."""

_COMMAND, _OFFSET = "x-goog-upload-command", "x-goog-upload-offset"
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


def check(headers: http.Headers) -> None:
    """Let a request pass that is no upload, or one of a whole file.

    Raises:
        BlockedError: it brings a piece of a file.
    """
    commands = {word.strip() for word in headers.get(_COMMAND, "").lower().split(",")}
    is_piece = "upload" in commands and ("finalize" not in commands or headers.get(_OFFSET, "0") != "0")
    span = headers.get("content-range", "")
    if span:
        found = _RANGE.fullmatch(span)
        is_piece = is_piece or found is None or found[1] != "0" or found[3] != str(int(found[2]) + 1)
    if is_piece or headers.get("upload-offset", "0") != "0":
        raise BlockedError(
            Reason.CONTENT_UNSUPPORTED,
            "a file that is sent in pieces cannot be searched, since a value may be cut; send a smaller file, or "
            "all of it at once",
        )


def correct(headers: http.Headers, size: int) -> None:
    """Make the range of a whole file say its new size in bytes."""
    if "content-range" in headers:
        headers["content-range"] = f"bytes 0-{size - 1}/{size}"
