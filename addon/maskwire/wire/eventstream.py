"""AWS event stream: binary frames with headers, lengths and two checksums. Sans-IO.

Source: https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html
"""

import base64
import binascii
import json
import struct
import zlib
from dataclasses import dataclass

from maskwire.wire.frame import MAX_EVENT, PlainFrame
from maskwire.wire.jsonspan import NotJson, parse
from maskwire.wire.literal import escape

_PRELUDE = struct.Struct(">III")
_OVERHEAD = 16
"""Bytes around headers and payload: two lengths, their checksum, the message's checksum."""

_STRING = 7
"""The type of a header whose value is a string with a 16-bit length."""


def encode(headers: bytes, payload: bytes) -> bytes:
    """Return one frame; ``headers`` are already encoded."""
    lengths = struct.pack(">II", _OVERHEAD + len(headers) + len(payload), len(headers))
    message = lengths + struct.pack(">I", zlib.crc32(lengths)) + headers + payload
    return message + struct.pack(">I", zlib.crc32(message))


def header(name: str, value: str) -> bytes:
    """Return one encoded header with a string value."""
    return bytes([len(name)]) + name.encode() + bytes([_STRING]) + struct.pack(">H", len(value)) + value.encode()


@dataclass(frozen=True, slots=True)
class EventStreamFrame(PlainFrame):
    """One frame. ``data`` is its JSON payload; where that wraps a model's own event in base64, the event.

    ``headers`` and ``payload`` are their bytes; ``span`` is where the base64 literal stands in the payload.
    """

    raw: bytes
    data: str | None = None
    headers: bytes = b""
    payload: str = ""
    span: tuple[int, int] | None = None
    unread: bool = False

    def with_data(self, data: str) -> bytes:
        """Return the frame with another payload, its lengths and checksums made anew."""
        if self.span is not None:
            start, end = self.span
            inner = base64.b64encode(data.encode()).decode()
            data = f'{self.payload[:start]}"{escape(inner)}"{self.payload[end:]}'
        return encode(self.headers, data.encode())

    def before(self, data: str) -> bytes:
        """Return a new frame with this one's headers."""
        if self.span is not None:
            data = json.dumps({"bytes": base64.b64encode(data.encode()).decode()})
        return encode(self.headers, data.encode())

    def after(self, data: str) -> bytes:
        """Return the same: frames stand alone."""
        return self.before(data)


def _read(raw: bytes, header_size: int) -> EventStreamFrame:
    headers = raw[_PRELUDE.size : _PRELUDE.size + header_size]
    body = raw[_PRELUDE.size + header_size : -4]
    try:
        payload = body.decode("utf-8")
        root = parse(payload) if payload else None
    except (UnicodeDecodeError, NotJson):
        return EventStreamFrame(raw, unread=bool(body))
    if root is None:
        return EventStreamFrame(raw)
    wrapped = root.get("bytes")
    if wrapped is None:
        return EventStreamFrame(raw, payload, headers, payload)
    try:
        inner = base64.b64decode(wrapped.text, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return EventStreamFrame(raw, unread=True)
    return EventStreamFrame(raw, inner, headers, payload, (wrapped.start, wrapped.end))


class EventStreamSplitter:
    """Cuts frames apart by their lengths. After a frame whose checksum is wrong, the rest passes unread."""

    def __init__(self, limit: int = 2 * MAX_EVENT) -> None:
        self._limit = limit
        self._held = bytearray()
        self._lost = False

    def feed(self, chunk: bytes) -> list[EventStreamFrame]:
        """Return the frames that are now complete."""
        self._held += chunk
        frames: list[EventStreamFrame] = []
        while not self._lost and (frame := self._next()) is not None:
            frames.append(frame)
        return [*frames, *self.flush()] if self._lost else frames

    def flush(self) -> list[EventStreamFrame]:
        """Return a frame that the stream's end cut off."""
        raw = bytes(self._held)
        self._held.clear()
        return [EventStreamFrame(raw, unread=True)] if raw else []

    def _next(self) -> EventStreamFrame | None:
        if len(self._held) < _PRELUDE.size:
            return None
        total, header_size, check = _PRELUDE.unpack_from(self._held)
        if zlib.crc32(self._held[:8]) != check or not header_size + _OVERHEAD <= total <= self._limit:
            self._lost = True
            return None
        if len(self._held) < total:
            return None
        raw = bytes(self._held[:total])
        if zlib.crc32(raw[:-4]) != struct.unpack_from(">I", raw, total - 4)[0]:
            self._lost = True
            return None
        del self._held[:total]
        return _read(raw, header_size)
