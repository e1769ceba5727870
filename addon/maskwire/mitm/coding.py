"""Content-encodings: strict for requests, incremental for answers, never past a limit. Sans-IO.

Source: https://www.rfc-editor.org/rfc/rfc9110#name-content-encoding
"""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import brotli  # type: ignore[import-untyped]
import zstandard

from maskwire.errors import BlockedError, Reason

_STEP = 64 * 1024
"""Bytes decoded at a time, so that a small input cannot grow past its limit in one step."""

IDENTITY = frozenset({"", "identity", "none"})
"""Names under which a body is not encoded at all."""


class DecodeError(ValueError):
    """Bytes that are not what their content-encoding says, or that grow past their limit."""


class Decoder(Protocol):
    """Undoes one content-encoding, piece by piece."""

    def feed(self, chunk: bytes) -> bytes:
        """Return what ``chunk`` adds.

        Raises:
            DecodeError: the bytes are damaged or too many.
        """

    def finished(self) -> bool:
        """Tell whether the encoded data came to its own end."""


class Inflate:
    """gzip, zlib, and bare deflate as some servers send it: told apart by the first two bytes."""

    def __init__(self, limit: int) -> None:
        self._left = limit
        self._head = b""
        self._inner = zlib.decompressobj()
        self._open = False

    def feed(self, chunk: bytes) -> bytes:
        """Return what ``chunk`` adds; several gzip members may follow each other."""
        out: list[bytes] = []
        data = self._head + chunk
        piece = b""
        # a full step may leave output inside zlib although all input is used up
        while data or (len(piece) == _STEP and self._open):
            if not self._open:
                if len(data) < _MAGIC:
                    break
                self._inner, self._open = zlib.decompressobj(wbits=_wbits(data)), True
            try:
                piece = self._inner.decompress(data, min(_STEP, self._left + 1))
            except zlib.error as e:
                raise DecodeError("damaged gzip or deflate data") from e
            self._left = _spend(self._left, piece)
            out.append(piece)
            self._open = not self._inner.eof
            data = self._inner.unconsumed_tail if self._open else self._inner.unused_data
        self._head = data
        return b"".join(out)

    def finished(self) -> bool:
        """Tell whether the last member came to its end."""
        return not (self._open or self._head)


_MAGIC = 2
"""Bytes that tell the three apart."""


def _wbits(data: bytes) -> int:
    if data.startswith(b"\x1f\x8b"):
        return 31
    zlib_header = data[0] & 0x0F == 8 and int.from_bytes(data[:2]) % 31 == 0
    return 15 if zlib_header else -15


class Brotli:
    """br."""

    def __init__(self, limit: int) -> None:
        self._left = limit
        self._inner = brotli.Decompressor()
        self._any = False

    def feed(self, chunk: bytes) -> bytes:
        """Return what ``chunk`` adds."""
        if not chunk:
            return b""
        if self._inner.is_finished():
            raise DecodeError("bytes after the end of brotli data")
        self._any = True
        out: list[bytes] = []
        try:
            piece = self._inner.process(chunk, output_buffer_limit=_STEP)
            while piece or not self._inner.can_accept_more_data():
                self._left = _spend(self._left, piece)
                out.append(piece)
                if self._inner.is_finished():
                    break
                piece = self._inner.process(b"", output_buffer_limit=_STEP)
            return b"".join(out)
        except brotli.error as e:
            raise DecodeError("damaged brotli data") from e

    def finished(self) -> bool:
        """Tell whether the data came to its end."""
        return self._inner.is_finished() or not self._any


class Zstd:
    """zstd, several frames in a row included."""

    def __init__(self, limit: int) -> None:
        self._left = limit
        self._inner = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
        self._any = False

    def feed(self, chunk: bytes) -> bytes:
        """Return what ``chunk`` adds."""
        out: list[bytes] = []
        data = chunk
        while data:
            self._any = True
            if self._inner.eof:
                self._inner = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
            # a piece of input is at most _SLICE bytes, so that what it may grow to in one step is bounded
            now, data = data[:_SLICE], data[_SLICE:]
            try:
                piece = self._inner.decompress(now)
            except zstandard.ZstdError as e:
                raise DecodeError("damaged zstd data") from e
            self._left = _spend(self._left, piece)
            out.append(piece)
            if self._inner.eof:
                data = self._inner.unused_data + data
        return b"".join(out)

    def finished(self) -> bool:
        """Tell whether the last frame came to its end."""
        return self._inner.eof or not self._any


_WINDOW = 8 * 1024 * 1024
"""Bytes of window a zstd frame may ask for. Source: https://www.rfc-editor.org/rfc/rfc9659"""

_SLICE = 256
"""zstd blocks hold at most 128 KiB and need at least 4 bytes: 256 bytes give at most 8 MiB at once."""


def _spend(left: int, piece: bytes) -> int:
    if len(piece) > left:
        raise DecodeError("the encoded body is too large once decoded")
    return left - len(piece)


@dataclass(frozen=True, slots=True)
class _Coding:
    decoder: Callable[[int], Decoder]
    encode: Callable[[bytes], bytes]


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(level=1, wbits=31)
    return packer.compress(body) + packer.flush()


_CODINGS: Mapping[str, _Coding] = {
    "gzip": _Coding(Inflate, _gzip),
    "x-gzip": _Coding(Inflate, _gzip),
    "deflate": _Coding(Inflate, lambda body: zlib.compress(body, level=1)),
    "br": _Coding(Brotli, lambda body: bytes(brotli.compress(body, quality=1))),
    "zstd": _Coding(Zstd, lambda body: zstandard.ZstdCompressor(level=1).compress(body)),
}

ENDLESS = 1 << 62
"""A limit for answers: they are decoded piece by piece and never kept."""


def name_of(header: str) -> str:
    """Return the one coding that a content-encoding header names, ``""`` for none."""
    name = header.strip().lower()
    return "" if name in IDENTITY else name


def is_known(name: str) -> bool:
    """Tell whether ``name`` (of ``name_of``) can be decoded; two codings at once cannot."""
    return name == "" or name in _CODINGS


def decoder(name: str, limit: int = ENDLESS) -> Decoder:
    """Return a decoder for a known coding; ``limit`` is in bytes of output."""
    return _CODINGS[name].decoder(limit)


def decode(body: bytes, name: str, limit: int) -> bytes:
    """Return a request body without its content-encoding.

    Raises:
        BlockedError: the coding is not known, the bytes do not keep to it, or they grow past ``limit``.
    """
    if name == "":
        return body
    if name not in _CODINGS:
        raise BlockedError(
            Reason.ENCODING_UNSUPPORTED,
            "the request's content-encoding is not one of gzip, deflate, br, zstd; switch off request compression",
        )
    decoding = decoder(name, limit)
    try:
        plain = decoding.feed(body)
    except DecodeError as e:
        raise BlockedError(Reason.ENCODING_UNSUPPORTED, f"the request body cannot be decoded: {e}") from e
    if not decoding.finished():
        raise BlockedError(Reason.ENCODING_UNSUPPORTED, "the request body ends in the middle of its encoding")
    return plain


def encode(body: bytes, name: str) -> bytes:
    """Return ``body`` in the coding that it came in."""
    return body if name == "" else _CODINGS[name].encode(body)
