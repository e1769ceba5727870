"""One request as it is about to leave, and the texts in it. Sans-IO, without mitmproxy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from maskwire.wire.document import Document, Edit, Field
from maskwire.wire.query import parse_query
from maskwire.wire.surface import Surface


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request as it is about to leave. ``repr`` shows none of its text.

    ``target`` is path and query. ``headers`` are the values of those headers that may be edited.
    ``signed`` tells that no byte may change, ``media`` that images and sound may pass unread.
    """

    surface: Surface
    host: str
    target: str = field(repr=False)
    body: bytes = field(repr=False)
    content_type: str = ""
    headers: tuple[str, ...] = field(default=(), repr=False)
    signed: bool = False
    media: bool = False


@dataclass(frozen=True, slots=True)
class Texts:
    """The fields of body and address, one after the other."""

    body: Document
    query: Document

    @property
    def fields(self) -> list[Field]:
        """All fields, those of the body first."""
        return [*self.body.fields, *self.query.fields]

    def splice(self, outgoing: Outgoing, edits: Mapping[int, Sequence[Edit]]) -> Outgoing:
        """Return ``outgoing`` with the edits of each field number applied."""
        first = len(self.body.fields)
        body = {i: e for i, e in edits.items() if i < first and e}
        query = {i - first: e for i, e in edits.items() if i >= first and e}
        if body:
            outgoing = replace(outgoing, body=self.body.splice(body))
        if query:
            outgoing = replace(outgoing, target=self.query.splice(query).decode("ascii"))
        return outgoing


def read(outgoing: Outgoing) -> Texts:
    """Return the texts of body and address.

    Raises:
        BlockedError: one of them is not understood.
    """
    body = outgoing.surface.parse(outgoing.body, outgoing.content_type, allow_media=outgoing.media)
    return Texts(body, parse_query(outgoing.target))
