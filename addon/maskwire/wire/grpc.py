"""gRPC bodies: length-prefixed protobuf messages, each read as the JSON that its schema gives. Sans-IO.

A message is packed again with its new lengths; one that was compressed with gzip is compressed again. A request with a
field that might hold text and is not in the schema is refused; in an answer such a field goes on as it came.
Source: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
"""

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from maskwire.errors import BlockedError, Reason
from maskwire.stream.bodies import Untouched
from maskwire.stream.channels import EventRestorer, StreamRestorer
from maskwire.stream.restorer import Restoration
from maskwire.wire.composite import CompositeDocument, Region
from maskwire.wire.document import Document, Edit, Field
from maskwire.wire.frame import MAX_EVENT, PlainFrame
from maskwire.wire.json_format import JsonFormat
from maskwire.wire.protobuf import EMPTY, Message, NotProtobuf, pack, view

CONTENT_TYPES = ("application/grpc", "application/grpc+proto")

MAX_MESSAGE = 64 * 1024 * 1024
"""Bytes of one message once it is unpacked: more than any body that is taken, so that only bombs reach it."""

_HEAD = struct.Struct(">BI")
_GZIP = 31
"""zlib's word for gzip with its header."""


def envelope(message: bytes, *, packed: bool = False) -> bytes:
    """Return a message behind its flag and length; ``packed`` compresses it with gzip."""
    if packed:
        packer = zlib.compressobj(level=1, wbits=_GZIP)
        message = packer.compress(message) + packer.flush()
    return _HEAD.pack(packed, len(message)) + message


def unpacked(message: bytes) -> bytes:
    """Return a message that was compressed with gzip.

    Raises:
        NotProtobuf: it was compressed in another way, is damaged, or grows past ``MAX_MESSAGE``.
    """
    inner = zlib.decompressobj(wbits=_GZIP)
    try:
        plain = inner.decompress(message, MAX_MESSAGE + 1)
    except zlib.error:
        plain = b""
    if not inner.eof or inner.unused_data or len(plain) > MAX_MESSAGE:
        raise NotProtobuf("a message is not compressed with gzip, or is damaged")
    return plain


@dataclass(frozen=True, slots=True)
class GrpcFrame(PlainFrame):
    """One message with its head; ``data`` is its JSON view. An answer's message is never compressed again."""

    raw: bytes
    schema: Message
    data: str | None = None
    unread: bool = False

    def with_data(self, data: str) -> bytes:
        """Return the message with another view."""
        return envelope(pack(data, self.schema))

    def before(self, data: str) -> bytes:
        """Return a new message."""
        return self.with_data(data)

    def after(self, data: str) -> bytes:
        """Return the same: messages stand alone."""
        return self.with_data(data)


class GrpcSplitter:
    """Cuts messages apart by their lengths; after one that is too long the rest passes unread."""

    def __init__(self, schema: Message, limit: int = MAX_EVENT) -> None:
        self._schema = schema
        self._limit = limit
        self._held = bytearray()
        self._lost = False

    def feed(self, chunk: bytes) -> list[GrpcFrame]:
        """Return the messages that are now complete."""
        self._held += chunk
        frames: list[GrpcFrame] = []
        while not self._lost and len(self._held) >= _HEAD.size:
            flag, size = _HEAD.unpack_from(self._held)
            self._lost = flag > 1 or size > self._limit
            if self._lost or len(self._held) < _HEAD.size + size:
                break
            raw = bytes(self._held[: _HEAD.size + size])
            del self._held[: len(raw)]
            frames.append(self._frame(raw, compressed=flag == 1))
        return [*frames, *self.flush()] if self._lost else frames

    def flush(self) -> list[GrpcFrame]:
        """Return what is left: a message that the stream's end cut off."""
        raw = bytes(self._held)
        self._held.clear()
        return [GrpcFrame(raw, self._schema, unread=True)] if raw else []

    def _frame(self, raw: bytes, *, compressed: bool) -> GrpcFrame:
        body = raw[_HEAD.size :]
        try:
            data = view(unpacked(body) if compressed else body, self._schema, strict=False)
        except NotProtobuf:
            return GrpcFrame(raw, self._schema, unread=True)
        return GrpcFrame(raw, self._schema, data)


@dataclass(frozen=True, slots=True)
class _Packed:
    """A message's bytes, head included, as the fields of its view."""

    raw: bytes
    schema: Message
    document: Document
    compressed: bool

    @property
    def fields(self) -> Sequence[Field]:
        """The texts of the view."""
        return self.document.fields

    def splice(self, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """Return the message with its edits applied, its lengths made anew."""
        if not any(edits.values()):
            return self.raw
        edited = self.document.splice(edits).decode("utf-8", "replace")
        return envelope(pack(edited, self.schema), packed=self.compressed)


@dataclass(frozen=True, slots=True)
class GrpcFormat(JsonFormat):
    """One call of a gRPC service. ``asks`` and ``says`` are the schemas of its request and its answers."""

    asks: Message = EMPTY
    says: Message = EMPTY

    def parse(self, body: bytes, content_type: str, *, allow_media: bool) -> Document:
        """Return the texts of a request's messages.

        Raises:
            BlockedError: a message is not of the schema, or holds content that cannot be masked.
        """
        if content_type.partition(";")[0].strip().lower() not in CONTENT_TYPES:
            raise _not_understood("its content type is not application/grpc")
        regions: list[Region] = []
        at = 0
        while at < len(body):
            if len(body) < at + _HEAD.size:
                raise _not_understood("its last message is cut off")
            flag, size = _HEAD.unpack_from(body, at)
            end = at + _HEAD.size + size
            if flag > 1 or end > len(body):
                raise _not_understood("its messages are not framed as gRPC says")
            regions.append(Region(at, end, self._message(body[at:end], compressed=flag == 1, allow_media=allow_media)))
            at = end
        return CompositeDocument(body, regions)

    def _message(self, raw: bytes, *, compressed: bool, allow_media: bool) -> Document:
        message = raw[_HEAD.size :]
        try:
            text = view(unpacked(message) if compressed else message, self.asks, strict=True)
        except NotProtobuf as error:
            raise _not_understood(str(error)) from None
        document = JsonFormat.parse(self, text.encode(), "application/json", allow_media=allow_media)
        return _Packed(raw, self.asks, document, compressed)

    def restore(self, body: bytes, content_type: str, how: Restoration) -> bytes:
        """Return a whole answer restored."""
        restorer = self.stream(content_type, how)
        return restorer.feed(body) + restorer.flush()

    def stream(self, content_type: str, how: Restoration) -> StreamRestorer:
        """Return a restorer for an answer that arrives in pieces."""
        known = content_type.partition(";")[0].strip().lower() in CONTENT_TYPES
        if not self.answers or not known or self.script is None:
            return Untouched()
        return EventRestorer(GrpcSplitter(self.says), self.script(), self.response, how)

    def model(self, document: Document) -> str:
        """Return the model that the first message names."""
        if not isinstance(document, CompositeDocument) or not document.regions:
            return ""
        packed = document.regions[0].document
        return JsonFormat.model(self, packed.document) if isinstance(packed, _Packed) else ""


def _not_understood(problem: str) -> BlockedError:
    return BlockedError(
        Reason.BODY_NOT_UNDERSTOOD,
        f"the gRPC request is not of the schema that maskwire knows ({problem}), so some of its text may go unseen; "
        "install a newer maskwire, or use the provider's REST API",
    )
