"""Texts inside the headers of a multipart body: file names and other parameters, as documents. Sans-IO.

Source: https://www.rfc-editor.org/rfc/rfc8187, https://html.spec.whatwg.org/#multipart-form-data
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote, unquote_to_bytes

from maskwire.errors import BlockedError
from maskwire.wire.attachments.multipart import not_understood
from maskwire.wire.document import Edit, Field
from maskwire.wire.literal import apply

_PAIR = re.compile(r"\\([\"\\])|%(22|0D|0A)", re.IGNORECASE)
_WHATWG = {"22": '"', "0D": "\r", "0A": "\n"}
_EXTENDED = re.compile(rb"(utf-8)'([^']*)'([!#$&+.^_`|~%0-9A-Za-z-]*)", re.IGNORECASE)


class NameDocument:
    """A parameter's value as one field. ``quoted`` values may hold escapes; others are tokens."""

    def __init__(self, raw: bytes, path: str, label: str, *, quoted: bool) -> None:
        self._raw = raw
        self._quoted = quoted
        text = _utf8(raw)
        self._text = _PAIR.sub(_unescaped, text) if quoted else text
        self._fields = [Field(self._text, path, label)] if self._text else []

    @property
    def fields(self) -> Sequence[Field]:
        """The value, unless it is empty."""
        return self._fields

    def splice(self, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """Return the value with its edits applied; what a quoted string cannot hold is escaped as browsers do.

        Raises:
            BlockedError: the new value cannot stand without quotes.
        """
        if not edits.get(0):
            return self._raw
        text = apply(self._text, edits[0])
        if not self._quoted:
            if re.fullmatch(r"[!#-'*+.0-9A-Z^-z|~-]+", text) is None:
                raise not_understood("a file name without quotes cannot be masked")
            return text.encode()
        if any(found[1] for found in _PAIR.finditer(_utf8(self._raw))):
            text = text.replace("\\", "\\\\")  # its writer escapes backslashes, as browsers do not
        return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A").encode("utf-8", "replace")


class ExtendedName:
    """The value of ``filename*``: percent-encoded UTF-8 as one field."""

    def __init__(self, raw: bytes, path: str, label: str) -> None:
        found = _EXTENDED.fullmatch(raw)
        if found is None:
            raise not_understood("a file name is encoded in another way than UTF-8")
        self._raw = raw
        self._head = raw[: found.start(3)]
        self.text = _utf8(unquote_to_bytes(found[3]))
        self._fields = [Field(self.text, path, label)] if self.text else []

    @property
    def fields(self) -> Sequence[Field]:
        """The decoded name, unless it is empty."""
        return self._fields

    def splice(self, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """Return the value with its edits applied, encoded again."""
        if not edits.get(0):
            return self._raw
        return self._head + quote(apply(self.text, edits[0]), safe="!#$&+.^_`|~-").encode()


def _unescaped(found: re.Match[str]) -> str:
    return found[1] or _WHATWG[found[2].upper()]


def _utf8(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    raise _not_utf8()


def _not_utf8() -> BlockedError:
    return not_understood("a name is not UTF-8")
