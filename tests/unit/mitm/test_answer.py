import zlib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.mitm.answer import Answer, stream_of
from maskwire.mitm.coding import Decoder, decoder
from maskwire.mitm.ledger import Ledger


class Held:
    """Holds everything back until a full stop, as a restorer holds a token that is not complete."""

    def __init__(self, *, fails_at: bytes = b"", flush_fails: bool = False) -> None:
        self.unread = 0
        self._fails_at = fails_at
        self._flush_fails = flush_fails
        self._tail = b""

    def feed(self, chunk: bytes) -> bytes:
        if self._fails_at and self._fails_at in chunk:
            raise ZeroDivisionError
        self._tail += chunk
        cut = self._tail.rfind(b".") + 1
        out, self._tail = self._tail[:cut], self._tail[cut:]
        return out

    def flush(self) -> bytes:
        if self._flush_fails:
            raise ZeroDivisionError
        out, self._tail = self._tail, b""
        return out


class Run:
    """One answer through the closure."""

    def __init__(self, restorer: Held, decoding: Decoder | None = None) -> None:
        self.events: list[str] = []
        self.ledger = Ledger(0.0, "h", "POST")
        spoiled, broken = (lambda: self.events.append("spoiled")), (lambda: self.events.append("broken"))
        self.step = stream_of(Answer(restorer, decoding, self.ledger, spoiled, broken))

    def all(self, chunks: Sequence[bytes]) -> list[bytes]:
        return [piece for chunk in (*chunks, b"") for piece in self.step(chunk)]


chunks = st.lists(st.binary(min_size=1, max_size=12), max_size=12)


@given(chunks)
@settings(deadline=None)
def test_no_chunk_is_ever_empty_and_nothing_is_lost(pieces: list[bytes]) -> None:
    run = Run(Held())
    out = run.all(pieces)

    assert all(out)
    assert b"".join(out) == b"".join(pieces)
    assert run.ledger.response_bytes == sum(map(len, pieces))


@given(chunks, st.booleans())
@settings(deadline=None)
def test_encoded_pieces_come_out_decoded(pieces: list[bytes], each: bool) -> None:
    packed = zlib.compress(b"".join(pieces))
    parts = [packed[i : i + 1] for i in range(len(packed))] if each else [packed]

    assert b"".join(Run(Held(), decoder("deflate")).all(parts)) == b"".join(pieces)


@given(chunks, chunks)
@settings(deadline=None)
def test_a_restorer_that_fails_loses_nothing_of_what_it_held(before: list[bytes], after: list[bytes]) -> None:
    run = Run(Held(fails_at=b"\x00BAD"))
    sent = [*before, b"\x00BAD", *after]

    assert b"".join(run.all(sent)) == b"".join(sent)
    assert run.events == ["spoiled"]


@pytest.mark.parametrize("fails_at", [b"", b"b"])
def test_a_restorer_that_cannot_even_flush_is_given_up(fails_at: bytes) -> None:
    run = Run(Held(fails_at=fails_at, flush_fails=True))

    assert run.all([b"a.", b"b.", b"c."]) == ([b"a.", b"b.", b"c."])
    assert run.events == ["spoiled"]


def test_an_answer_that_was_not_understood_everywhere_is_reported_at_its_end() -> None:
    restorer = Held()
    run = Run(restorer)
    restorer.unread = 2

    assert run.step(b"a.") == [b"a."]
    assert run.events == []
    assert run.step(b"") == []
    assert run.events == ["spoiled"]


def test_damaged_data_ends_the_answer() -> None:
    run = Run(Held(), decoder("gzip"))

    assert run.all([b"this is not gzip.", b"nor is this."]) == []
    assert run.events == ["broken"]
