import gzip
import zlib
from collections.abc import Callable
from itertools import pairwise

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.errors import BlockedError, Reason
from maskwire.mitm.coding import DecodeError, decode, decoder, encode, is_known, name_of

NAMES = ["gzip", "deflate", "br", "zstd"]
LIMIT = 1 << 20


def bare_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


WRITERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", bare_deflate),
    ("br", brotli.compress),
    ("zstd", zstandard.compress),
]


@given(body=st.binary(max_size=300), writer=st.sampled_from(WRITERS), cuts=st.lists(st.integers(0, 400), max_size=6))
@settings(deadline=None)
def test_any_split_decodes_the_same(body: bytes, writer: tuple[str, Callable[[bytes], bytes]], cuts: list[int]) -> None:
    name, write = writer
    packed = write(body)
    edges = [0, *sorted(min(c, len(packed)) for c in cuts), len(packed)]
    decoding = decoder(name)

    assert body == b"".join(decoding.feed(packed[a:b]) for a, b in pairwise(edges))
    assert decoding.finished()


@pytest.mark.parametrize("name", ["", *NAMES])
@given(body=st.binary(max_size=5000))
@settings(max_examples=20, deadline=None)
def test_what_is_encoded_decodes_to_itself(name: str, body: bytes) -> None:
    assert body == decode(encode(body, name), name, LIMIT)


@pytest.mark.parametrize(("name", "write"), WRITERS)
def test_a_bomb_stops_at_the_limit(name: str, write: Callable[[bytes], bytes]) -> None:
    bomb = write(b"\0" * (50 << 20))

    with pytest.raises(BlockedError) as caught:
        decode(bomb, name, LIMIT)

    assert caught.value.reason is Reason.ENCODING_UNSUPPORTED


@pytest.mark.parametrize("name", NAMES)
def test_the_limit_itself_still_fits(name: str) -> None:
    body = bytes(LIMIT)

    assert decode(encode(body, name), name, LIMIT) == body


@pytest.mark.parametrize("name", NAMES)
def test_a_body_cut_short_is_refused(name: str) -> None:
    with pytest.raises(BlockedError) as caught:
        decode(encode(b"hello world " * 50, name)[:-1], name, LIMIT)

    assert caught.value.reason is Reason.ENCODING_UNSUPPORTED


@pytest.mark.parametrize("name", NAMES)
def test_bytes_after_the_end_are_refused(name: str) -> None:
    with pytest.raises(BlockedError):
        decode(encode(b"hello", name) + b"\x00secret", name, LIMIT)


@pytest.mark.parametrize("name", NAMES)
def test_damaged_bytes_are_refused(name: str) -> None:
    with pytest.raises(DecodeError):
        decoder(name).feed(b"\xff\xfeplain text that is not compressed" * 3)


@pytest.mark.parametrize("name", ["gzip, br", "compress", "gzip,gzip", "utf-8"])
def test_other_codings_are_refused(name: str) -> None:
    assert not is_known(name_of(name))
    with pytest.raises(BlockedError) as caught:
        decode(b"x", name_of(name), LIMIT)

    assert caught.value.reason is Reason.ENCODING_UNSUPPORTED


def test_names_are_read_as_http_writes_them() -> None:
    assert [name_of(n) for n in ("", "Identity", " GZIP ", "br")] == ["", "", "gzip", "br"]


def test_members_and_frames_may_follow_each_other() -> None:
    assert decode(gzip.compress(b"a") + gzip.compress(b"b"), "gzip", LIMIT) == b"ab"
    assert decode(zstandard.compress(b"a") + zstandard.compress(b"b"), "zstd", LIMIT) == b"ab"


@pytest.mark.parametrize("name", NAMES)
def test_an_event_is_decoded_as_soon_as_it_was_flushed(name: str) -> None:
    if name == "br":
        packer = brotli.Compressor()
        first = packer.process(b"data: 1\n\n") + packer.flush()
    elif name == "zstd":
        frames = zstandard.ZstdCompressor().compressobj()
        first = frames.compress(b"data: 1\n\n") + frames.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    else:
        stream = zlib.compressobj(wbits=31 if name == "gzip" else 15)
        first = stream.compress(b"data: 1\n\n") + stream.flush(zlib.Z_SYNC_FLUSH)

    assert decoder(name).feed(first) == b"data: 1\n\n"
