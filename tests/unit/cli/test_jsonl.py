"""Lines go through in order, whole, and as soon as they can."""

import io
import json
import os
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire_daemon.cli.jsonl import BATCH_LINES, BadLine, Line, batches, parse

LINES = st.lists(st.tuples(st.integers() | st.text(max_size=5) | st.none(), st.text(max_size=20)), max_size=20)


@given(LINES, st.booleans())
def test_lines_come_out_in_order(lines: list[tuple[object, str]], ascii_only: bool) -> None:
    raw = "".join(json.dumps({"id": i, "text": t}, ensure_ascii=ascii_only) + "\n" for i, t in lines)
    found = [line for batch in batches(io.BytesIO(raw.encode())) for line in batch]

    assert [Line(i, t) for i, t in lines] == found


def test_many_lines_make_few_batches() -> None:
    raw = b'{"id": 1, "text": "a"}\n' * 5000
    sizes = [len(batch) for batch in batches(io.BytesIO(raw))]

    assert sum(sizes) == 5000
    assert max(sizes) <= BATCH_LINES


def test_one_line_is_not_kept_waiting_for_the_next() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as source, os.fdopen(writing, "wb", buffering=0) as sink:
        coming = batches(source)
        sink.write(b'{"id": 1, "text": "a"}\n')
        first: list[list[Line]] = []
        thread = threading.Thread(target=lambda: first.append(next(coming)))
        thread.start()
        thread.join(20)

        assert first == [[Line(1, "a")]]

        sink.close()
        assert list(coming) == []


@pytest.mark.parametrize(
    "raw",
    ["hunter2", "[]", '{"id": 1}', '{"text": "hunter2"}', '{"id": 1, "text": 2}', '{"id": 1, "text": "hunter2'],
)
def test_a_bad_line_is_named_by_number_alone(raw: str) -> None:
    with pytest.raises(BadLine, match="line 7 of the input") as caught:
        parse(raw.encode(), 7)

    assert "hunter2" not in str(caught.value)


def test_lines_before_a_bad_one_are_answered() -> None:
    coming = batches(io.BytesIO(b'{"id": 1, "text": "a"}\n\nnonsense\n'))

    assert next(coming) == [Line(1, "a")]
    with pytest.raises(BadLine, match="line 3"):
        next(coming)


def test_a_pause_stands_before_what_is_waited_for_and_before_an_error() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as source, os.fdopen(writing, "wb", buffering=0) as sink:
        coming = batches(source, pauses=True)
        assert next(coming) == []
        sink.write(b'{"id": 1, "text": "a"}\n')
        while (batch := next(coming)) == []:
            pass

        assert batch == [Line(1, "a")]
        assert next(coming) == []
        sink.write(b"nonsense\n")
        sink.close()
        rest: list[list[Line]] = []
        with pytest.raises(BadLine, match="line 2"):
            rest.extend(coming)
        assert rest[-1:] == [[]]


def test_a_line_never_shows_its_text() -> None:
    assert "hunter2" not in repr(Line(1, "hunter2"))
