"""Bodies that are not read: they pass as they are, or must not be there at all. Sans-IO."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maskwire.errors import BlockedError, Reason
from maskwire.stream.bodies import Untouched
from maskwire.stream.channels import StreamRestorer
from maskwire.stream.restorer import Restoration
from maskwire.wire.document import Document, Edit, Field


@dataclass(frozen=True, slots=True)
class Unread:
    """A document without fields."""

    body: bytes

    @property
    def fields(self) -> Sequence[Field]:
        """Nothing: the body was not looked into."""
        return ()

    def splice(self, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """Return the same bytes; there is no field that could be edited."""
        if edits:
            raise IndexError("an unread body has no fields")
        return self.body


@dataclass(frozen=True, slots=True)
class Opaque:
    """A format that reads nothing. Unless ``takes_body``, a request with a body is refused."""

    takes_body: bool

    def parse(self, body: bytes, content_type: str, *, allow_media: bool) -> Document:
        """Return a document without fields."""
        del content_type, allow_media
        if body and not self.takes_body:
            raise BlockedError(
                Reason.UNKNOWN_SURFACE,
                "this path of the provider is not known to maskwire and the request carries a body; "
                "update maskwire, or set the host to bypass if you accept that it is not protected",
            )
        return Unread(body)

    def restore(self, body: bytes, content_type: str, how: Restoration) -> bytes:
        """Return ``body``."""
        del content_type, how
        return body

    def stream(self, content_type: str, how: Restoration) -> StreamRestorer:
        """Return a stream that changes nothing."""
        del content_type, how
        return Untouched()

    def stream_refusal(self, error: BlockedError) -> bytes:
        """Return nothing: there is no stream of a known shape to end."""
        del error
        return b""

    def model(self, document: Document) -> str:
        """Return nothing."""
        del document
        return ""


PASSING = Opaque(takes_body=True)
BODYLESS = Opaque(takes_body=False)
