import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.wire.sse import SseFrame, SseSplitter
from tests.strategies.wire import cut

LINES = [
    b"data: {}",
    b"data:x",
    b"data",
    b"data: ",
    b"event: e",
    b": comment",
    b"id: 1",
    b"retry: 5",
    b"",
    b"odd",
    b"\xff",
]


@st.composite
def streams(draw: st.DrawFn) -> bytes:
    lines = draw(st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from([b"\n", b"\r\n", b"\r"])), max_size=20))
    raw = b"".join(line + end for line, end in lines)
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + raw + draw(st.sampled_from([b"", b"data: cut off"]))


def split(pieces: list[bytes], limit: int = 1000) -> list[SseFrame]:
    splitter = SseSplitter(limit)
    return [*(frame for piece in pieces for frame in splitter.feed(piece)), *splitter.flush()]


def payloads(frames: list[SseFrame]) -> list[str]:
    return [frame.data for frame in frames if frame.data is not None]


@settings(max_examples=120)
@given(streams().flatmap(lambda raw: st.tuples(st.just(raw), cut(raw))))
def test_any_split_gives_the_same_bytes_and_the_same_events(case: tuple[bytes, list[bytes]]) -> None:
    raw, pieces = case

    assert raw == b"".join(frame.raw for frame in split(pieces))
    assert payloads(split([raw])) == payloads(split(pieces))
    assert payloads(split([raw])) == payloads(split([raw[i : i + 1] for i in range(len(raw))]))


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
def test_all_line_ends_separate_events(newline: bytes) -> None:
    raw = newline.join([b"event: a", b"data: 1", b"", b"data: 2", b"data: 3", b"", b""])

    assert payloads(split([raw])) == ["1", "2\n3"]


def test_an_event_is_given_out_as_soon_as_its_empty_line_has_begun() -> None:
    assert payloads(SseSplitter().feed(b"data: 1\r\n\r")) == ["1"]


def test_comments_and_the_byte_order_mark_are_bytes_between_events() -> None:
    frames = split([b"\xef\xbb\xbfdata: 1\n\n: keep-alive\n\ndata: 2\n\n"])

    assert payloads(frames) == ["1", "2"]


@pytest.mark.parametrize("raw", [b"event: e\r\ndata: old\r\n\r\n", b"id: 1\ndata:old\n\n", b"data: old"])
def test_another_payload_changes_nothing_else(raw: bytes) -> None:
    [frame] = split([raw])

    assert frame.with_data("new") == raw.replace(b"old", b"new")


def test_a_payload_of_several_lines_goes_back_line_by_line() -> None:
    [frame] = split([b"data: {\ndata:  1}\nid: 7\n\n"])

    assert frame.data == "{\n 1}"
    assert frame.with_data("[\n 2]") == b"data: [\ndata:  2]\nid: 7\n\n"


@pytest.mark.parametrize(
    ("raw", "added"),
    [
        (b"event: e\r\ndata: old\r\n\r\n", b"event: e\r\ndata: new\r\n\r\n"),
        (b"data:old\n\n", b"data:new\n\n"),
        (b"id: 3\rdata: old\r\r", b"data: new\r\r"),
    ],
)
def test_an_added_event_has_the_style_of_its_neighbour(raw: bytes, added: bytes) -> None:
    [frame] = [frame for frame in split([raw]) if frame.data is not None]

    assert frame.before("new") == added


@pytest.mark.parametrize(("raw", "gap"), [(b"data: x", b"\n\n"), (b"data: x\r\n", b"\r\n"), (b"data: x\n\n", b"")])
def test_a_cut_off_event_says_what_it_lacks(raw: bytes, gap: bytes) -> None:
    [frame] = split([raw])

    assert frame.gap == gap


def test_an_event_that_is_not_utf8_passes_unread() -> None:
    [frame] = split([b"data: \xff\n\n"])

    assert (frame.data, frame.unread) == (None, True)


@settings(max_examples=100)
@given(cut(b"data: ok\n\ndata: " + b"x" * 60 + b"\n\ndata: fine\n\n"))
def test_an_event_past_the_limit_passes_unread_and_the_next_is_read_again(pieces: list[bytes]) -> None:
    frames = split(pieces, limit=40)

    assert payloads(frames) == ["ok", "fine"]
    assert any(frame.unread for frame in frames)
    assert b"".join(frame.raw for frame in frames) == b"".join(pieces)


def test_an_endless_line_holds_no_more_than_the_limit() -> None:
    splitter = SseSplitter(100)
    passed = sum(len(frame.raw) for _ in range(100) for frame in splitter.feed(b"x" * 50))

    assert passed >= 5000 - 100
