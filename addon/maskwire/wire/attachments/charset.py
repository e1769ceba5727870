"""Text files as characters, so that encoding them again gives the same bytes. Sans-IO.

Source: https://www.unicode.org/faq/utf_bom.html
"""

import codecs
import re
from dataclasses import dataclass

from maskwire.errors import BlockedError, Reason

_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks; that of UTF-32 begins like that of UTF-16 and has no reader here."""

_DECLARED = re.compile(
    r"utf-8|ascii|utf-16-[lb]e|iso8859-\d+|cp125\d|koi8-[ru]|shift_jis|cp932|euc_(?:jp|kr)|gbk|gb2312|gb18030|big5"
)
"""Charsets that may be declared: stateless ones, in which unchanged characters keep their bytes."""

_CONTROL = re.compile("[\x00-\x07\x0e-\x1a\x1c-\x1f]")
"""Control characters that no text holds; tabs, line ends, form feeds, backspaces and escape sequences may."""

_FOREIGN = re.compile(rb"[\x80-\xff]{4,}")
"""Western words have at most three letters beyond ASCII in a row; other scripts are made of them."""


@dataclass(frozen=True, slots=True)
class Text:
    """The characters of a file, and what their bytes were: ``mark`` stood before them."""

    text: str
    codec: str = "utf-8"
    mark: bytes = b""

    def encode(self, text: str) -> bytes:
        """Return ``text`` in the bytes of this file.

        Raises:
            BlockedError: the file's charset has no bytes for a character of it.
        """
        try:
            return self.mark + text.encode(self.codec)
        except UnicodeEncodeError:
            pass
        raise BlockedError(
            Reason.ENCODING_UNSUPPORTED, "the file's charset cannot hold what would be written; send it as UTF-8"
        )


def decode(body: bytes, content_type: str = "") -> Text:
    """Return a file as text.

    A byte order mark counts first, then the declared charset, then UTF-8; what is left is read as Western
    (Windows-1252 or Latin-1) if it looks like that.

    Raises:
        BlockedError: it is not text, or in a charset that cannot be told.
    """
    found = _marked(body) or _declared(body, content_type) or _plain(body)
    if _CONTROL.search(found.text):
        raise BlockedError(
            Reason.CONTENT_UNSUPPORTED,
            "the uploaded file is not text, so it cannot be searched or masked; send its text instead",
        )
    return found


def _marked(body: bytes) -> Text | None:
    for mark, codec in _MARKS:
        if body.startswith(mark):
            if not codec:
                break
            return _exactly(body[len(mark) :], codec, mark)
    return None


def _declared(body: bytes, content_type: str) -> Text | None:
    declared = _CHARSET.search(content_type)
    if declared is None:
        return None
    try:
        codec = codecs.lookup(declared[1]).name
    except LookupError:
        codec = ""
    if _DECLARED.fullmatch(codec) is None:
        raise BlockedError(Reason.ENCODING_UNSUPPORTED, "the file's charset is not one that maskwire reads; use UTF-8")
    if codec == "ascii":
        codec = "utf-8"
    return _exactly(body, codec)


def _exactly(body: bytes, codec: str, mark: bytes = b"") -> Text:
    try:
        text = body.decode(codec)
        if text.encode(codec) == body:
            return Text(text, codec, mark)
    except UnicodeError:
        pass
    raise BlockedError(Reason.BODY_NOT_UNDERSTOOD, f"the file is not valid {codec.upper()}; send it as UTF-8")


def _plain(body: bytes) -> Text:
    try:
        return Text(body.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    if b"\x00" not in body and _FOREIGN.search(body) is None:
        for codec in ("cp1252", "latin-1"):
            try:
                return Text(body.decode(codec), codec)
            except UnicodeDecodeError:
                continue
    raise BlockedError(
        Reason.CONTENT_UNSUPPORTED,
        "the uploaded file is not text in UTF-8, UTF-16 or a Western charset, so it cannot be searched or masked; "
        "send its text as UTF-8",
    )
