"""XML with positions: tags, texts and attributes as they stand in the source. Sans-IO.

No document type is read and no entity but the predefined ones is expanded.
Source: https://www.w3.org/TR/xml/
"""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from maskwire.errors import BlockedError
from maskwire.wire.attachments.limits import unsupported
from maskwire.wire.document import Edit, Field
from maskwire.wire.literal import apply

_PART = re.compile(
    r"(?P<text>[^<]++)"
    r"|<(?P<name>[^\s/>!?<=\"']++)(?P<attributes>(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>"
    r"|</(?P<close>[^\s>]++)\s*+>"
    r"|<!\[CDATA\[(?P<cdata>.*?)\]\]>"
    r"|<!--(?P<comment>.*?)-->"
    r"|<\?(?P<instruction>.*?)\?>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s=\"'/]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')")
_REFERENCE = re.compile(r"&(?:#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6})|[A-Za-z][A-Za-z0-9]{1,31});")
_PREDEFINED = frozenset({"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"})


class Mark(IntEnum):
    """What a part of the source is."""

    OPEN = 0
    CLOSE = 1
    TEXT = 2
    RAW = 3
    """Text without references: a CDATA section, a comment, an instruction."""


@dataclass(frozen=True, slots=True)
class Part:
    """``source[start:end]`` is the text of a TEXT or RAW, the attributes of an OPEN. ``name`` is without ``prefix``."""

    mark: Mark
    start: int
    end: int
    name: str = ""
    prefix: str = ""
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute whose value is ``source[start:end]``. ``name`` has no prefix."""

    name: str
    start: int
    end: int


def not_xml(at: int) -> BlockedError:
    """Return the refusal of a member that is not XML that we read."""
    return unsupported(f"its XML is not understood at character {at}", "save it again with another program")


def parts(source: str) -> Iterator[Part]:
    """Yield the parts of an XML text in order; a declaration is left out.

    Raises:
        BlockedError: it is not XML, or it has a document type.
    """
    at = 0
    while at < len(source):
        found = _PART.match(source, at)
        if found is None:
            raise not_xml(at)
        at = found.end()
        kind = found.lastgroup or ""
        start, end = found.span(kind)
        match kind:
            case "text":
                yield Part(Mark.TEXT, start, end)
            case "attributes":
                prefix, _, name = found["name"].rpartition(":")
                yield Part(Mark.OPEN, start, end, name, prefix, empty=source.endswith("/", start, end))
            case "close":
                prefix, _, name = found["close"].rpartition(":")
                yield Part(Mark.CLOSE, start, end, name, prefix)
            case "cdata":
                yield Part(Mark.RAW, start, end)
            case _ if not source.startswith("xml ", start):
                yield Part(Mark.RAW, start, end, kind)


def attributes(source: str, part: Part) -> Iterator[Attribute]:
    """Yield the attributes of an OPEN."""
    for found in _ATTRIBUTE.finditer(source, part.start, part.end):
        yield Attribute(found[1].rpartition(":")[2], *found.span(2 if found[2] is not None else 3))


def escape(text: str) -> str:
    """Return ``text`` as it stands in an element or between the quotes of an attribute."""
    return html.escape(text, quote=True)


@dataclass(frozen=True, slots=True)
class Run:
    """``source[start:end]`` with its references resolved is ``text``.

    ``references`` say for each where its character ends in ``text``, and how much longer the source is by then.
    ``raw`` text has none. ``space`` is where ``xml:space`` would be declared, or -1 if it need not be.
    """

    start: int
    end: int
    text: str = field(repr=False)
    references: tuple[tuple[int, int], ...] = field(default=(), repr=False)
    raw: bool = False
    space: int = -1

    def changes(self, edits: Sequence[Edit]) -> list[Edit]:
        """Return edits of ``text`` as edits of the source."""
        if not edits:
            return []
        made = [
            Edit(self._place(edit.start), self._place(edit.end), edit.text if self.raw else escape(edit.text))
            for edit in edits
        ]
        if self.space >= 0 and (new := apply(self.text, edits)) != new.strip():
            made.insert(0, Edit(self.space, self.space, ' xml:space="preserve"'))
        return made

    def _place(self, offset: int) -> int:
        """Return where the character ``offset`` of the text begins in the source."""
        index = bisect_right(self.references, offset, key=_end)
        return self.start + offset + (self.references[index - 1][1] if index else 0)


def _end(reference: tuple[int, int]) -> int:
    return reference[0]


def run(source: str, part: Part, *, space: int = -1, named: bool = False) -> Run:
    """Return a TEXT or RAW, or an attribute's value, as a run; ``named`` reads HTML's named references too.

    Raises:
        BlockedError: it refers to an entity of its own.
    """
    written = source[part.start : part.end]
    if part.mark is Mark.RAW:
        return Run(part.start, part.end, written, raw=True, space=space)
    if "&" not in written:
        return Run(part.start, part.end, written, space=space)
    pieces: list[str] = []
    references: list[tuple[int, int]] = []
    at = longer = 0
    for found in _REFERENCE.finditer(written):
        if not (found[0].startswith("&#") or found[0] in _PREDEFINED or named):
            raise unsupported("it declares entities of its own", "save it again with another program")
        character = html.unescape(found[0])
        if character == found[0]:
            continue
        pieces += (written[at : found.start()], character)
        longer += len(found[0]) - len(character)
        at = found.end()
        references.append((at - longer, longer))
    pieces.append(written[at:])
    return Run(part.start, part.end, "".join(pieces), tuple(references), space=space)


@dataclass(frozen=True, slots=True)
class Passage:
    """A field made of runs, with what stands between them: ``pieces`` are runs, or text that has no place.

    An edit that covers several runs puts its text into the first and takes it out of the others.
    """

    field: Field
    pieces: tuple[Run | str, ...]

    def changes(self, edits: Sequence[Edit]) -> list[Edit]:
        """Return edits of the field's text as edits of the source."""
        made: list[Edit] = []
        at = first = 0
        written: set[int] = set()
        for piece in self.pieces:
            size = len(piece if isinstance(piece, str) else piece.text)
            while first < len(edits) and edits[first].end <= at:
                first += 1
            if not isinstance(piece, str):
                made += piece.changes(list(within(edits, first, (at, at + size), written)))
            at += size
        return made


def within(edits: Sequence[Edit], first: int, place: tuple[int, int], written: set[int]) -> Iterator[Edit]:
    """Yield the part of each edit that lies in ``place``, counted from its start; a text is written once."""
    for number in range(first, len(edits)):
        edit = edits[number]
        start, end = max(edit.start, place[0]), min(edit.end, place[1])
        if edit.start >= place[1]:
            break
        if start < end:
            yield Edit(start - place[0], end - place[0], "" if number in written else edit.text)
            written.add(number)


def passage(pieces: Sequence[Run | str], path: str, label: str = "") -> Passage:
    """Return pieces as one field."""
    text = "".join(piece if isinstance(piece, str) else piece.text for piece in pieces)
    return Passage(Field(text, path, label), tuple(pieces))
