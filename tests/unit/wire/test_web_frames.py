import json

from hypothesis import given
from hypothesis import strategies as st

from maskwire.wire.web_frames import LengthFrame, LengthSplitter, units
from tests.strategies.wire import cut


def frame(text: str) -> bytes:
    body = f"\n{text}\n"
    return str(len(body.encode("utf-16-le")) // 2).encode() + body.encode()


def split(pieces: list[bytes]) -> list[LengthFrame]:
    splitter = LengthSplitter()
    return [frame for piece in pieces for frame in splitter.feed(piece)] + splitter.flush()


TEXTS = st.lists(st.text(st.characters(codec="utf-8"), max_size=8).map(lambda t: json.dumps([t], ensure_ascii=False)))


@st.composite
def streams(draw: st.DrawFn) -> tuple[list[str], bytes, list[bytes]]:
    texts = draw(TEXTS)
    raw = b")]}'\n\n" + b"".join(map(frame, texts))
    return texts, raw, draw(cut(raw))


@given(streams())
def test_frames_are_found_however_the_bytes_arrive(case: tuple[list[str], bytes, list[bytes]]) -> None:
    texts, raw, pieces = case
    frames = split(pieces)

    assert b"".join(f.raw for f in frames) == raw
    assert [f.data for f in frames if f.data is not None] == texts
    assert not any(f.unread for f in frames)


@given(st.text(st.characters(codec="utf-8")))
def test_units_are_those_of_utf_16(text: str) -> None:
    assert units(text.encode()) == len(text.encode("utf-16-le")) // 2


@given(st.text(st.characters(codec="utf-8")))
def test_another_text_gets_its_own_length(text: str) -> None:
    data = json.dumps([text], ensure_ascii=False)

    assert LengthFrame(frame("[]")).with_data(data) == frame(data)
    assert LengthFrame(frame("[]")).before(data) == LengthFrame(frame("[]")).after(data) == frame(data)


def test_a_frame_that_was_cut_off_passes_and_is_counted() -> None:
    raw = frame("[1]") + frame('["too long"]')[:-4]

    assert [f.data for f in split([raw])] == ["[1]", None]
    assert [f.unread for f in split([raw])] == [False, True]


def test_what_has_no_length_passes_and_is_counted_with_all_after_it() -> None:
    raw = b"<html>" + frame("[1]")
    frames = split([raw[:3], raw[3:]])

    assert b"".join(f.raw for f in frames) == raw
    assert all(f.unread for f in frames)


def test_a_frame_that_is_too_long_passes_and_is_counted() -> None:
    splitter = LengthSplitter(limit=10)
    raw = frame('["much too long for that"]')

    assert [f.unread for f in [*splitter.feed(raw[:9]), *splitter.feed(raw[9:])]] == [True, True]


def test_bytes_that_are_not_utf_8_pass_and_are_counted() -> None:
    [found] = split([b'8\n["\xff"]\n'])

    assert (found.unread, found.raw) == (True, b'8\n["\xff"]\n')
