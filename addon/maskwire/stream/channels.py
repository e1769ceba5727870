"""Restoring an answer while it streams: bytes in, bytes out. Sans-IO.

Events are rewritten in place and never dropped. What a channel still holds back when it ends is added to the
event that ends it, or put before it as an event of its own.
"""

import json
from dataclasses import dataclass, field
from typing import Protocol

from maskwire.stream.mould import NUMBER, Cast, Mould, learn, rewound
from maskwire.stream.restorer import ArgumentRestorer, Restoration, TextRestorer
from maskwire.stream.script import Channel, Event, Json, Piece, Reading, Script
from maskwire.wire.document import Edit
from maskwire.wire.frame import MAX_EVENT, Frame, Splitter
from maskwire.wire.jsonspan import Kind, NotJson, parse
from maskwire.wire.literal import Source, apply_nested, escape
from maskwire.wire.restoring import restored_leaf
from maskwire.wire.rules import Rules
from maskwire.wire.walk import Walk


class StreamRestorer(Protocol):
    """Restores one response body. ``feed`` may return ``b""`` while it holds bytes back.

    ``unread`` counts what went on without being understood, its tokens still in it.
    """

    unread: int

    def feed(self, chunk: bytes) -> bytes:
        """Return the bytes that are now certain, restored."""

    def flush(self) -> bytes:
        """Return what is left at the end of the body."""


@dataclass(slots=True)
class _Voice:
    """A channel that is open: its restorer (``None``: it stays masked) and its latest event.

    ``frame`` may be an earlier one that differs in its payload alone.
    """

    restorer: TextRestorer | ArgumentRestorer | None
    frame: Frame
    data: str | bytes


@dataclass(slots=True)
class EventRestorer:
    """Restores a stream of events, one restorer per channel.

    An event of the shape of the one before takes a short way that gives the same bytes.
    """

    splitter: Splitter
    script: Script
    rules: Rules
    how: Restoration
    unread: int = 0
    _voices: dict[Channel, _Voice] = field(default_factory=dict, repr=False)
    _mould: Mould | None = field(default=None, repr=False)
    _added: int = 0
    _number: int = -1

    def change(self, how: Restoration) -> None:
        """Restore by ``how`` from now on; channels that are open go on as they began."""
        self.how, self._mould = how, None

    def feed(self, chunk: bytes) -> bytes:
        """Return the events that are now complete, restored."""
        done: list[bytes] = []
        if self._mould is not None:
            chunk = self._repeated(self._mould, chunk, done)
        if chunk or not done:
            done += [self._safely(frame) for frame in self.splitter.feed(chunk)]
        return done[0] if len(done) == 1 else b"".join(done)

    def flush(self) -> bytes:
        """Return what is left, and what channels without an end held back."""
        frames = self.splitter.flush()
        rest = b"".join([self._safely(frame) for frame in frames])
        tails = self._tails(list(self._voices), last=True)
        return rest + (frames[-1].gap if frames and tails else b"") + tails

    def _safely(self, frame: Frame) -> bytes:
        """Return a frame restored, or as it came when a script fails on it: one odd event must not cost the rest."""
        try:
            return self._frame(frame)
        except Exception:  # noqa: BLE001 - its tokens stay, nothing is lost, and it is counted
            self.unread += 1
            return frame.raw

    def _repeated(self, mould: Mould, chunk: bytes, done: list[bytes]) -> bytes:
        """Put the events of the latest shape that begin ``chunk`` into ``done``, restored; return what follows."""
        if len(chunk) > MAX_EVENT or (held := rewound(self.splitter)) is None:
            return chunk
        chunk, at = held + chunk, 0
        while at < len(chunk) and (cast := mould.match(chunk, at)) is not None:
            try:
                done.append(self._recast(mould, chunk, at, cast))
            except Exception:  # noqa: BLE001 - as for any other event
                self.unread += 1
                done.append(chunk[at : cast.end])
            at = cast.end
        return chunk[at:]

    def _recast(self, mould: Mould, raw: bytes, at: int, cast: Cast) -> bytes:
        """Return the event at ``at`` with the texts of its channels restored."""
        out, data = list[bytes](), raw[cast.data_start : cast.data_end]
        for piece, text, (start, end) in zip(mould.pieces, cast.texts, cast.spans, strict=True):
            voice = self._voices[piece.channel]
            voice.data = data
            said = text if voice.restorer is None else voice.restorer.feed(text)
            if said != text:
                out += (raw[at:start], escape(said).encode())
                at = end
        if cast.number >= 0:
            self._number = cast.number
        return b"".join((*out, raw[at : cast.end])) if out else raw[at : cast.end]

    def _frame(self, frame: Frame) -> bytes:
        data = frame.data
        if data is None:
            self.unread += frame.unread
            return (self._tails(list(self._voices), last=True) if frame.is_end else b"") + frame.raw
        mould = self._mould
        if mould is not None and (cast := mould.match(frame.raw, 0)) is not None and cast.end == len(frame.raw):
            return self._recast(mould, frame.raw, 0, cast)
        self._mould = None
        if data.strip() == "[DONE]":
            return self._tails(list(self._voices)) + frame.raw
        try:
            event = Event(data, parse(data))
        except NotJson:
            self.unread += 1
            return frame.raw
        reading = self.script.read(event)
        carried = {piece.channel for piece in reading.pieces}
        ended = [channel for channel in self._voices if channel not in carried and _ends(channel, reading)]
        number = event.integer(event.root, NUMBER, -1)
        if number >= 0:
            self._number = number + self._added - 1
        before = self._tails(ended)
        if number >= 0:
            self._number = number + self._added
        return before + self._rewrite(frame, event, reading)

    def _rewrite(self, frame: Frame, event: Event, reading: Reading) -> bytes:
        source, counted = Source(event.data), self.how.tally.total
        pending: dict[Source, list[Edit]] = {}
        for leaf in Walk(self.rules, apart=[piece.node for piece in reading.pieces]).leaves(source, event.root):
            named = leaf if leaf.context.tool else leaf._replace(context=leaf.context._replace(tool=reading.tool))
            if found := restored_leaf(named, self.how):
                pending.setdefault(leaf.source, []).extend(found)
        if not (pending or self._added) and self.how.tally.total == counted:
            self._mould = learn(self.script, frame, event, reading)
        edits = pending.setdefault(source, [])
        for index, piece in enumerate(reading.pieces):
            ends = _ends(piece.channel, reading) and all(
                p.channel != piece.channel for p in reading.pieces[index + 1 :]
            )
            text = self._speak(piece, frame, event, ends=ends)
            if text != piece.node.text:
                edits.append(Edit(piece.node.start, piece.node.end, f'"{escape(text)}"'))
        if self._added and (node := event.root.get(NUMBER)) is not None and node.kind is Kind.NUMBER:
            edits.append(Edit(node.start, node.end, str(self._number)))
        return frame.with_data(apply_nested(source, pending)) if any(pending.values()) else frame.raw

    def _speak(self, piece: Piece, frame: Frame, event: Event, *, ends: bool) -> str:
        """Return what goes out in place of a piece, and remember its event unless the channel ends."""
        voice = self._voices.get(piece.channel)
        if voice is None:
            voice = _Voice(self._restorer(piece), frame, event.data)
        voice.frame, voice.data = frame, event.data
        self._voices[piece.channel] = voice
        if ends:
            del self._voices[piece.channel]
        if voice.restorer is None:
            return piece.node.text
        text = voice.restorer.feed(piece.node.text)
        return text + voice.restorer.flush() if ends else text

    def _restorer(self, piece: Piece) -> TextRestorer | ArgumentRestorer | None:
        if piece.is_input and not (self.how.restore_arguments and piece.tool not in self.how.masked_tools):
            return None
        return ArgumentRestorer(self.how) if piece.is_json else TextRestorer(self.how)

    def _tails(self, channels: list[Channel], *, last: bool = False) -> bytes:
        """Close ``channels`` and return events for what they held back."""
        found: list[bytes] = []
        for channel in channels:
            voice = self._voices.pop(channel)
            text = voice.restorer.flush() if voice.restorer is not None else ""
            if not text:
                continue
            event = self.script.tail(channel, text, _object(voice.data))
            if NUMBER in event:
                self._added += 1
                self._number += 1
                event[NUMBER] = self._number
            data = json.dumps(event)
            found.append(voice.frame.after(data) if last else voice.frame.before(data))
        return b"".join(found)


def _ends(channel: Channel, reading: Reading) -> bool:
    return any(channel[: len(prefix)] == prefix for prefix in reading.ends)


def _object(data: str | bytes) -> Json:
    found = json.loads(data)
    assert isinstance(found, dict)  # a piece was found in it
    return found
