"""Every stream vector comes back restored, however its bytes and its deltas are cut."""

import json
from collections.abc import Iterator

import pytest

from maskwire.wire.formats import surface_of
from maskwire.wire.sse import SseSplitter
from maskwire.wire.surface import Surface, Treatment
from tests.fakes.resolving import TOKENS, VALUES, restoration
from tests.vectors.corpus import Json, Vector, assemble, fill_sse, parse_sse, resplit, vectors

SSE = "text/event-stream; charset=utf-8"

UNTOUCHED = {"compaction_delta"}
"""Deltas whose text is bound to a signature: the corpus puts placeholders there to show that they stay."""


def surface(found: Vector) -> Surface | None:
    return surface_of(found.entry["method"], found.host, found.entry["path"])


def is_streamed(found: Vector) -> bool:
    known = surface(found)
    is_sse = found.has("stream") and found.entry["files"]["stream"].endswith(".sse")
    return is_sse and known is not None and known.treatment is Treatment.MASK


CUTS = 100
"""Cuts at which a whole stream is restored. At every other byte it is enough that the events are the same ones, which
``test_a_cut_at_any_byte_gives_the_same_events`` shows: restoring sees events only."""

STREAMED = [found for found in vectors() if is_streamed(found)]
EACH = pytest.mark.parametrize("found", STREAMED, ids=lambda found: found.id)


def run(found: Vector, pieces: Iterator[bytes] | list[bytes]) -> bytes:
    known = surface(found)
    assert known is not None
    restorer = known.stream(SSE, restoration())
    out = b"".join([*map(restorer.feed, pieces), restorer.flush()])
    assert restorer.unread == 0
    return out


def events(raw: bytes) -> list[tuple[str, Json]]:
    """Return the events of a stream without those whose text must stay masked."""
    found = [(e.name, json.loads(e.data) if e.data.startswith("{") else e.data) for e in parse_sse(raw)]
    return [(name, data) for name, data in found if not (isinstance(data, dict) and is_untouched(data))]


def is_untouched(data: Json) -> bool:
    return isinstance(data.get("delta"), dict) and data["delta"].get("type") in UNTOUCHED


@EACH
def test_the_text_of_every_channel_is_restored(found: Vector) -> None:
    restored = run(found, [fill_sse(found, TOKENS)])

    assert assemble(found, restored) == assemble(found, fill_sse(found, VALUES))


@EACH
def test_no_event_is_lost_and_only_deltas_are_added(found: Vector) -> None:
    before, after = events(fill_sse(found, TOKENS)), events(run(found, [fill_sse(found, TOKENS)]))

    assert len(after) >= len(before)
    assert [e for e in map(frame_of, before) if e is not None] == [e for e in map(frame_of, after) if e is not None]


def frame_of(event: tuple[str, Json]) -> Json:
    """Return what an event is, without its text and number: ``None`` for a delta, which may have been added."""
    name, data = event
    if not isinstance(data, dict) or name.endswith("delta") or "choices" in data or "candidates" in data:
        return None if isinstance(data, dict) else data
    return name, data.get("index"), data.get("output_index"), sorted(data)


@EACH
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_any_split_of_the_bytes_restores_the_same(found: Vector, newline: str) -> None:
    raw = fill_sse(found, TOKENS, newline)
    whole = run(found, [raw])

    assert run(found, (raw[i : i + 1] for i in range(len(raw)))) == whole
    for at in range(1, len(raw), max(1, len(raw) // CUTS)):
        assert run(found, [raw[:at], raw[at:]]) == whole, at


@EACH
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_a_cut_at_any_byte_gives_the_same_events(found: Vector, newline: str) -> None:
    raw = fill_sse(found, TOKENS, newline)
    whole = [frame.data for frame in SseSplitter().feed(raw) if frame.data is not None]

    for at in range(len(raw)):
        splitter = SseSplitter()
        frames = [*splitter.feed(raw[:at]), *splitter.feed(raw[at:])]
        assert [frame.data for frame in frames if frame.data is not None] == whole, at
        assert b"".join(frame.raw for frame in frames) == raw, at


@EACH
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_deltas_cut_anywhere_restore_the_same(found: Vector, size: int) -> None:
    raw = resplit(found, fill_sse(found, TOKENS), size)

    assert assemble(found, run(found, [raw])) == assemble(found, fill_sse(found, VALUES))
