import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.wire.lines import LineFrame, LineSplitter
from tests.strategies.wire import cut

RAW = '{"a": "é"}\n\r\n{"b":\t2}\r\nno end'.encode()


def split(pieces: list[bytes], limit: int = 1000) -> list[LineFrame]:
    splitter = LineSplitter(limit)
    return [*(frame for piece in pieces for frame in splitter.feed(piece)), *splitter.flush()]


@settings(max_examples=100)
@given(cut(RAW))
def test_any_split_gives_the_same_lines(pieces: list[bytes]) -> None:
    frames = split(pieces)

    assert b"".join(frame.raw for frame in frames) == RAW
    assert [f.data for f in frames if f.data is not None] == ['{"a": "é"}', '{"b":\t2}', "no end"]


@pytest.mark.parametrize(("raw", "added"), [(b"{}\n", b"[1]\n"), (b"{}\r\n", b"[1]\r\n")])
def test_a_line_is_replaced_or_added_with_the_same_end(raw: bytes, added: bytes) -> None:
    [frame] = split([raw])

    assert [frame.with_data("[1]"), frame.before("[1]"), frame.gap] == [added, added, b""]


def test_the_last_line_may_lack_its_end() -> None:
    [frame] = split([b"{}"])

    assert frame.gap == b"\n"


@settings(max_examples=50)
@given(cut(b"ok\n" + b"x" * 60 + b"\nfine\n" + b"\xff\n"))
def test_a_line_too_long_or_not_utf8_passes_unread(pieces: list[bytes]) -> None:
    frames = split(pieces, limit=40)

    assert [frame.data for frame in frames if frame.data is not None] == ["ok", "fine"]
    assert b"".join(frame.raw for frame in frames) == b"".join(pieces)


@given(st.lists(st.binary(max_size=10), max_size=10))
def test_no_byte_is_lost(pieces: list[bytes]) -> None:
    assert b"".join(frame.raw for frame in split(pieces, limit=5)) == b"".join(pieces)
