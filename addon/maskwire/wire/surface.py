"""One place of a provider's API: what is masked there, how its answers are restored, how it refuses. Sans-IO."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from maskwire.errors import BlockedError, Reason
from maskwire.stream.channels import StreamRestorer
from maskwire.stream.restorer import Restoration
from maskwire.wire.document import Document
from maskwire.wire.refusals import Shape


class Treatment(StrEnum):
    """What happens to a request at a surface."""

    MASK = "mask"
    """The body is parsed, its text masked, the answer restored."""
    PASS = "pass"  # noqa: S105 - a treatment's name
    """Carries no text of the person; goes on as it is. Its query string may still hold findings."""
    REFUSE = "refuse"
    """Not understood, or not maskable: ``why`` says which."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A complete answer in the provider's own error shape. ``headers`` lack ``content-length``."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Format(Protocol):
    """How the bodies of a surface are read and written."""

    def parse(self, body: bytes, content_type: str, *, allow_media: bool) -> Document:
        """Return the texts of a request body."""

    def restore(self, body: bytes, content_type: str, how: Restoration) -> bytes:
        """Return a whole response body with the person's values back in it."""

    def stream(self, content_type: str, how: Restoration) -> StreamRestorer:
        """Return a restorer for a response body that arrives in pieces."""

    def stream_refusal(self, error: BlockedError) -> bytes:
        """Return the bytes that end an open stream with ``error``."""

    def model(self, document: Document) -> str:
        """Return the model that the body names, or ``""``."""


@dataclass(frozen=True, slots=True)
class Surface:
    """A row of the table, found for one request.

    ``id`` is stable (``openai.chat``), ``route`` the row's path pattern, which is safe to journal.
    ``why`` explains PASS and REFUSE to a person. ``validated`` says how the format was checked.
    ``streamed`` tells that answers may arrive as events. ``body_expected`` is false for plain reads.
    """

    id: str
    provider: str
    treatment: Treatment
    format: Format
    shape: Shape = Shape.OPENAI
    route: str = ""
    why: str = ""
    validated: str = ""
    streamed: bool = False
    path_model: str = ""

    def parse(self, body: bytes, content_type: str, *, allow_media: bool = False) -> Document:
        """Return the texts of a request body.

        ``allow_media`` lets images that the surface defines through unread; files never pass unread.

        Raises:
            BlockedError: the body is not understood, or holds content that cannot be masked.
        """
        if self.treatment is Treatment.REFUSE:
            raise BlockedError(Reason.UNKNOWN_SURFACE, self.why)
        return self.format.parse(body, content_type, allow_media=allow_media)

    def restore(self, body: bytes, content_type: str, how: Restoration) -> bytes:
        """Return a whole response body, restored; the same object when nothing had to change."""
        return self.format.restore(body, content_type, how)

    def stream(self, content_type: str, how: Restoration) -> StreamRestorer:
        """Return a restorer for a response body that arrives in pieces."""
        return self.format.stream(content_type, how)

    def refusal(self, error: BlockedError) -> Refusal:
        """Return the answer that tells the client about ``error``; no official SDK retries it."""
        headers, body = self.shape.render(error)
        return Refusal(status=self.shape.status, headers=headers, body=body)

    def stream_refusal(self, error: BlockedError) -> bytes:
        """Return the bytes that end an already open stream with ``error``, so that SDKs raise once."""
        return self.format.stream_refusal(error)

    def model(self, document: Document) -> str:
        """Return the model that the request asks for, or ``""``."""
        return self.path_model or self.format.model(document)
