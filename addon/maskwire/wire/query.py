"""The target of a request as texts that can be edited in place: its query, and odd parts of its path. Sans-IO.

Source: https://url.spec.whatwg.org/#urlencoded-parsing
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from maskwire.wire.document import Document, Edit, Field, Place

CREDENTIALS = frozenset(
    {
        *("key", "api_key", "apikey", "access_token", "oauth_token", "sig", "signature", "token", "verify"),
        *("f.sid", "_reqid"),
    }
)
"""Parameters with which a client names itself, or its request, to the provider: theirs to know, so never masked."""

_PAIR = re.compile(r"([^=&;]*)(=?)([^&;]*)")
_SEGMENT = re.compile(r"[^/?]+")
_PLAIN = re.compile(r"[A-Za-z0-9_.:~$=#+,!*()'&;-]*")
"""A segment that is an id, an action or a number; projects and files are numbered, so digits stay."""

_UNIT = re.compile(r"(?:%[0-9A-Fa-f]{2})+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """A decoded key or value. ``places[i]`` is where its character ``i`` begins in the target."""

    text: str
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class QueryDocument:
    """The keys and values of a query string; ``splice`` gives the whole request target, percent-encoded."""

    target: str
    _parts: tuple[Part, ...]
    fields: Sequence[Field] = field(repr=False)

    def splice(self, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """Return the request target with edits applied, everything else as it came."""
        flat = [
            (part.places[edit.start], part.places[edit.end], edit.text)
            for part, wanted in ((self._parts[index], wanted) for index, wanted in edits.items())
            for edit in wanted
        ]
        pieces: list[str] = []
        at = 0
        for start, end, text in sorted(flat):
            pieces += (self.target[at:start], quote(text, safe="", errors="surrogatepass"))
            at = end
        return "".join([*pieces, self.target[at:]]).encode()


def parse_query(target: str) -> Document:
    """Return the texts of a request target (``/path?query``): keys and values of its query.

    Of its path only segments count that cannot be an id (``/users/jane@example.com``).
    """
    query = target.find("?") + 1 or len(target)
    end = target.find("#", query)
    found = [*_segments(target, query), *_parameters(target, query, end if end >= 0 else len(target))]
    return QueryDocument(target, tuple(part for part, _ in found), tuple(each for _, each in found))


def _segments(target: str, end: int) -> Iterator[tuple[Part, Field]]:
    for match in _SEGMENT.finditer(target, 0, end):
        part = decode(target, *match.span(), plus="+")
        if _PLAIN.fullmatch(part.text) is None:
            yield part, Field(part.text, "/*")


def _parameters(target: str, start: int, end: int) -> Iterator[tuple[Part, Field]]:
    for match in _pairs(target, start, end):
        name = decode(target, *match.span(1))
        if name.text.lower() in CREDENTIALS:
            continue
        for part, place in ((name, Place.KEY), (decode(target, *match.span(3)), Place.TEXT)):
            if part.text:
                yield part, Field(part.text, "?.*", "" if place is Place.KEY else name.text, place)


def _pairs(target: str, start: int, end: int) -> Iterator[re.Match[str]]:
    while start < end:
        match = _PAIR.match(target, start, end)
        assert match is not None  # it matches the empty string
        yield match
        start = match.end() + 1


def decode(target: str, start: int, end: int, plus: str = " ") -> Part:
    """Return ``target[start:end]`` decoded, ``+`` as ``plus``; bytes that are not UTF-8 become lone surrogates."""
    text: list[str] = []
    places: list[int] = []
    for unit in _UNIT.finditer(target, start, end):
        at = unit.start()
        if unit[0][0] == "%" and len(unit[0]) > 1:
            for character in bytes.fromhex(unit[0].replace("%", "")).decode("utf-8", "surrogateescape"):
                text.append(character)
                places.append(at)
                at += 3 * len(character.encode("utf-8", "surrogateescape"))
        else:
            text.append(plus if unit[0] == "+" else unit[0])
            places.append(at)
    return Part("".join(text), (*places, end))
