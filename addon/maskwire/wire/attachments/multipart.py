"""Multipart bodies: where the headers and the content of each part stand. Sans-IO.

Source: https://www.rfc-editor.org/rfc/rfc2046#section-5.1, https://www.rfc-editor.org/rfc/rfc7578
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from maskwire.errors import BlockedError, Reason

MAX_PARTS = 1000
"""Parts of one form. An upload has a handful; thousands are an attack on the reader."""

MAX_HEADER = 16 * 1024
"""Bytes of the headers of one part. Real ones have below 500."""

_BOUNDARY = re.compile(r";\s*boundary=(?:\"([^\"\r\n]{1,70})\"|([^\s\";,]{1,70}))", re.IGNORECASE)
"""Seventy characters are what RFC 2046 allows."""

_HEADER = re.compile(rb"([!-9;-~]+):[ \t]*+([^\r\n]*+)(?:\r\n|\Z)")
_FOLDED = re.compile(rb"\r\n[ \t]")
_PARAMETER = re.compile(rb";[ \t]*+([!-:<-~]+)=(?:\"((?:[^\"\\\r\n]|\\[^\r\n])*+)\"|([^\s;\"]*+))")
_BLANKS = re.compile(rb"[ \t]*+")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Header:
    """A header of a part; ``name`` in lower case, its value at ``start`` to ``end`` of the body."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a header, its value at ``start`` to ``end`` of the body, without quotes."""

    name: str
    start: int
    end: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part's headers, each name once, and where its content stands."""

    headers: tuple[Header, ...]
    content: Span

    def header(self, name: str) -> Header | None:
        """Return the header of that name, in lower case."""
        return next((each for each in self.headers if each.name == name), None)


def not_understood(problem: str) -> BlockedError:
    """Return the refusal of a body that is not exactly a multipart body."""
    return BlockedError(Reason.BODY_NOT_UNDERSTOOD, f"the upload is not a form that maskwire reads: {problem}")


def read_parts(body: bytes, content_type: str) -> list[Part]:
    """Return the parts in order. What stands before the first and after the last must be blank.

    Raises:
        BlockedError: it is no multipart body, or one that two readers could take apart in two ways.
    """
    found = _BOUNDARY.findall(content_type)
    if len(found) != 1:
        raise not_understood("not exactly one boundary is declared")
    mark = b"--" + (found[0][0] or found[0][1]).encode("latin-1", "replace")
    start = _first(body, mark)
    parts: list[Part] = []
    while (here := _line_end(body, start + len(mark))) is not None:
        end = body.find(b"\r\n" + mark, here - 2)
        if end < 0:
            raise not_understood("a part has no end")
        parts.append(_part(body, here, end))
        if len(parts) > MAX_PARTS:
            raise not_understood(f"it has more than {MAX_PARTS} parts")
        start = end + 2
    if body[start + len(mark) + 2 :].strip():
        raise not_understood("something follows its last part")
    return parts


def _first(body: bytes, mark: bytes) -> int:
    """Return where the first boundary stands: at the start, or after blank lines."""
    start = 0 if body.startswith(mark) else body.find(b"\r\n" + mark) + 2
    if not body.startswith(mark, start) or body[:start].strip():
        raise not_understood("it does not start with its boundary")
    return start


def _line_end(body: bytes, at: int) -> int | None:
    """Return where the line after a boundary begins, ``None`` after the last boundary."""
    if body.startswith(b"--", at):
        return None
    at = _skip(body, at)
    if not body.startswith(b"\r\n", at):
        raise not_understood("a boundary is not alone on its line")
    return at + 2


def _skip(body: bytes, at: int) -> int:
    """Return where the blanks at ``at`` end."""
    found = _BLANKS.match(body, at)
    assert found is not None  # it matches the empty string
    return found.end()


def _part(body: bytes, start: int, end: int) -> Part:
    if body.startswith(b"\r\n", start):
        raise not_understood("a part has no header")
    split = body.find(b"\r\n\r\n", start, min(end + 2, start + MAX_HEADER))
    if split < 0:
        raise not_understood("a part has no header, or one without an end")
    if _FOLDED.search(body, start, split + 2) is not None:
        raise not_understood("a header is cut into lines")
    headers: list[Header] = []
    at = start
    while at < split:
        found = _HEADER.match(body, at, split + 2)
        if found is None:
            raise not_understood("a line of a part's head is no header")
        value_end = found.start(2) + len(found[2].rstrip(b" \t"))
        headers.append(Header(found[1].decode("ascii").lower(), found.start(2), value_end))
        at = found.end()
    if len({each.name for each in headers}) != len(headers):
        raise not_understood("a header stands there twice")
    return Part(tuple(headers), (split + 4, max(end, split + 4)))


def parameters(body: bytes, header: Header) -> Iterator[Parameter]:
    """Yield the parameters of a header.

    Raises:
        BlockedError: what follows its value is no list of parameters, each once.
    """
    at = body.find(b";", header.start, header.end)
    seen: set[bytes] = set()
    while 0 <= at < header.end:
        found = _PARAMETER.match(body, at, header.end)
        if found is None:
            if body[at : header.end].strip(b"; \t"):
                raise not_understood("a parameter of a header cannot be read")
            return
        name = found[1].lower()
        if name in seen:
            raise not_understood("a parameter stands there twice")
        seen.add(name)
        group = 2 if found[2] is not None else 3
        yield Parameter(name.decode("ascii"), *found.span(group), group == 2)
        at = _skip(body, found.end())
