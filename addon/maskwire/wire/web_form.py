"""Forms whose member ``f.req`` is JSON that holds more JSON, as Google's web applications send them. Sans-IO.

An edit is escaped for each JSON string that it stands in, then percent-encoded; all other bytes stay.
Source: https://url.spec.whatwg.org/#urlencoded-parsing
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from maskwire.errors import BlockedError, Reason
from maskwire.wire.document import Document, Edit, Field
from maskwire.wire.documents import JsonDocument, leaf_edits
from maskwire.wire.jsonspan import Node, NotJson, parse
from maskwire.wire.literal import Source, lifted
from maskwire.wire.query import Part, decode
from maskwire.wire.walk import Leaf, looks_like_id
from maskwire.wire.web_shape import unknown_shape

REQUEST = "f.req"

_PAIR = re.compile(r"([^=&]*)=?([^&]*)")
_KEPT = "*-._"
"""What browsers leave as it is in a form. Source: https://url.spec.whatwg.org/#application-x-www-form-urlencoded-percent-encode-set"""

Reader = Callable[[Source, Node], Sequence[Leaf]]
"""Returns the texts of a request's JSON, or refuses its shape."""


@dataclass(frozen=True, slots=True)
class FormDocument:
    """The texts of a form's JSON member. ``part`` is that member decoded."""

    body: bytes = field(repr=False)
    part: Part = field(repr=False)
    leaves: Sequence[Leaf] = field(repr=False)
    fields: Sequence[Field] = field(repr=False)

    def splice(self, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """Return the form with edits applied inside its JSON; the same object when there are none."""
        pending: dict[Source, list[Edit]] = {}
        for index, wanted in edits.items():
            leaf = self.leaves[index]
            pending.setdefault(leaf.source, []).extend(leaf_edits(leaf, wanted))
        if not any(pending.values()):
            return self.body
        root = next(iter(pending))
        while root.outer is not None:
            root = root.outer
        pieces: list[bytes] = []
        at = 0
        for edit in lifted(root, pending):
            start, end = self.part.places[edit.start], self.part.places[edit.end]
            encoded = quote_plus(edit.text, safe=_KEPT, errors="surrogatepass")
            pieces += (self.body[at:start], encoded.encode())
            at = end
        return b"".join([*pieces, self.body[at:]])


def parse_form(body: bytes, read: Reader) -> Document:
    """Return the texts of a form; ``read`` finds them in its JSON.

    Raises:
        BlockedError: it is no such form, or its JSON has another shape.
    """
    try:
        text = body.decode("ascii")
    except UnicodeDecodeError:
        raise BlockedError(Reason.BODY_NOT_UNDERSTOOD, "the form is not percent-encoded; it cannot be read") from None
    found: Part | None = None
    for pair in _PAIR.finditer(text):
        if not pair[0]:
            continue
        name, value = decode(text, *pair.span(1)).text, decode(text, *pair.span(2))
        if name == REQUEST and found is None:
            found = value
        elif not (looks_like_id(name) and looks_like_id(value.text)) or name == REQUEST:
            raise unknown_shape("a member of the form")
    if found is None:
        raise unknown_shape(REQUEST)
    try:
        root = parse(found.text)
    except NotJson:
        raise unknown_shape(REQUEST) from None
    leaves = read(Source(found.text), root)
    fields = JsonDocument(body, root, leaves, [True] * len(leaves)).fields
    return FormDocument(body, found, leaves, fields)
