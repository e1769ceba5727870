"""Frames between daemon and worker: what goes in comes out, and nothing broken comes in."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.detect.fragment import Fragment
from maskwire.spans import Span
from maskwire_daemon.detection import frames
from maskwire_daemon.detection.frames import LENGTH, Answer, BrokenFrame, Hello, Question

anything = st.text(st.characters(exclude_categories=()), max_size=40)
fragments = st.builds(Fragment, anything, anything)


def body_of(frame: bytes) -> bytes:
    """Return the body of a whole frame, after checking its length."""
    assert frames.frame_length(frame[: LENGTH.size]) == len(frame) - LENGTH.size
    return frame[LENGTH.size :]


@settings(deadline=None)
@given(st.integers(0, 2**40), st.lists(fragments, max_size=5), st.booleans())
def test_a_question_arrives_as_it_was_asked(number: int, texts: list[Fragment], read: bool) -> None:
    question = Question(number, tuple(texts), read)

    assert question == frames.decode_question(body_of(frames.encode_question(question)))


@pytest.mark.parametrize("text", ["\ud83d\ude00", "\udc80", "a\U0001f600b", "e\u0301", "\x00\n"])
def test_offsets_survive_odd_characters(text: str) -> None:
    question = Question(1, (Fragment(text),))
    arrived = frames.decode_question(body_of(frames.encode_question(question)))

    assert len(text) == len(arrived.fragments[0].text)


@settings(deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.floats(0, 1)), max_size=3), max_size=3))
def test_an_answer_arrives_as_it_was_given(found: list[list[tuple[int, int, float]]]) -> None:
    spans = tuple(tuple(Span(start, end, "PERSON", score, "names.own") for start, end, score in f) for f in found)
    answer = Answer(7, spans)

    assert answer == frames.decode_answer(body_of(frames.encode_answer(answer)))


def test_a_greeting_arrives() -> None:
    hello = Hello(1.5, "no model")

    assert hello == frames.decode_hello(body_of(frames.encode_hello(hello)))


@pytest.mark.parametrize("length", [0, 3, frames.MAX_FRAME + 1, 2**32 - 1])
def test_an_impossible_length_is_refused(length: int) -> None:
    with pytest.raises(BrokenFrame):
        frames.frame_length(struct.pack(">I", length))


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_garbage_is_a_broken_frame_and_nothing_else(body: bytes) -> None:
    for decode in (frames.decode_answer, frames.decode_hello, frames.decode_question):
        with pytest.raises(BrokenFrame):
            decode(body)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(1, ()),
        Answer(1, ((Span(0, 9, "PERSON", 0.9, "r"),),)),
        Answer(1, ((Span(-1, 2, "PERSON", 0.9, "r"),),)),
        Answer(1, ((Span(2, 2, "PERSON", 0.9, "r"),),)),
    ],
)
def test_an_answer_must_fit_its_question(answer: Answer) -> None:
    with pytest.raises(BrokenFrame):
        frames.spans_of(answer, [Fragment("Anna")])


def test_a_broken_frame_says_nothing_of_its_bytes() -> None:
    with pytest.raises(BrokenFrame) as caught:
        frames.decode_answer(LENGTH.pack(12) + b'{"x":"Anna"}')

    assert "Anna" not in str(caught.value)
