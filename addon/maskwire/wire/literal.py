"""Inside one JSON string literal: where a decoded character stands in the source, and how text is escaped. Sans-IO."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring

from maskwire.wire.document import Edit

_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)")
"""One decoded character. Two escaped halves of a pair decode to one character, a half alone to one too."""

_HALF = re.compile("[\ud800-\udfff]")


def escape(text: str) -> str:
    """Return ``text`` as it stands between the quotes of a literal; lone surrogates become escapes."""
    return _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", encode_basestring(text)[1:-1])


def positions(source: str, start: int, end: int, offsets: Sequence[int]) -> list[int]:
    """Return where in ``source`` each of the sorted ``offsets`` of the decoded text begins.

    ``source[start:end]`` is the literal with its quotes. The offset past the last character gives the
    position of the closing quote.
    """
    at, seen = start + 1, 0
    if "\\" not in source[at : end - 1]:
        return [at + offset for offset in offsets]
    escapes = _ESCAPE.finditer(source, at, end - 1)
    following = next(escapes, None)
    found: list[int] = []
    for offset in offsets:
        while following is not None and seen + following.start() - at < offset:
            seen += following.start() - at + 1
            at = following.end()
            following = next(escapes, None)
        found.append(at + offset - seen)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A JSON text, and the literal of the outer text that it was decoded from (``None``: it is the body)."""

    text: str
    outer: "Source | None" = None
    start: int = 0
    end: int = 0
    level: int = 0

    def inside(self, text: str, start: int, end: int) -> "Source":
        """Return the JSON text that the literal at ``start:end`` of this one decodes to."""
        return Source(text, self, start, end, self.level + 1)


def lift(edits: Sequence[Edit], source: str, start: int, end: int) -> list[Edit]:
    """Return edits of a literal's decoded text as edits of ``source``, their text escaped once."""
    offsets = [offset for edit in edits for offset in (edit.start, edit.end)]
    places = positions(source, start, end, offsets)
    return [Edit(places[2 * i], places[2 * i + 1], escape(edit.text)) for i, edit in enumerate(edits)]


def apply(text: str, edits: Sequence[Edit]) -> str:
    """Return ``text`` with sorted, disjoint edits applied."""
    pieces: list[str] = []
    at = 0
    for edit in edits:
        pieces += (text[at : edit.start], edit.text)
        at = edit.end
    pieces.append(text[at:])
    return "".join(pieces)


def lifted(root: Source, edits: Mapping[Source, Sequence[Edit]]) -> list[Edit]:
    """Return the edits of a root and of every text inside its literals as sorted edits of the root's text.

    The edits of one source may come in any order; they must be disjoint.
    """
    pending = dict(edits)
    for level in range(max((source.level for source in pending), default=0), 0, -1):
        for source in [source for source in pending if source.level == level]:
            assert source.outer is not None  # only the root has level 0
            inner = sorted(pending.pop(source), key=lambda edit: edit.start)
            found = lift(inner, source.outer.text, source.start, source.end)
            pending[source.outer] = [*pending.get(source.outer, ()), *found]
    return sorted(pending.get(root, ()), key=lambda edit: edit.start)


def apply_nested(root: Source, edits: Mapping[Source, Sequence[Edit]]) -> str:
    """Return the root's text after the edits of it and of every text inside its literals.

    The edits of one source may come in any order; they must be disjoint.
    """
    return apply(root.text, lifted(root, edits))
