"""Restoring a document that a web application patches while it streams. Sans-IO.

One restorer for each place of the document that grows, so that a token cut between patches comes back whole. What
a place still holds back when its document is complete is added by a patch of its own; since a patch leaves out
what it shares with the one before, the patch after that one is made to say it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from maskwire.stream.channels_web_ops import (
    Dialect,
    Lengths,
    Patch,
    Path,
    Sticky,
    UnknownPatch,
    below,
    brings_document,
    patches,
)
from maskwire.stream.restorer import Restoration, TextRestorer
from maskwire.stream.script import inner
from maskwire.wire.document import Edit
from maskwire.wire.jsonspan import Kind, Node, NotJson, parse
from maskwire.wire.literal import Source, apply_nested, escape
from maskwire.wire.restoring import restore_tree, restored_leaf
from maskwire.wire.rules import Rules
from maskwire.wire.sse import SseFrame, SseSplitter
from maskwire.wire.walk import Walk

_Place = tuple[int | None, Path]


@dataclass(slots=True)
class _Voice:
    """A place that grows: its restorer, the pieces of its text as the provider has it, and its latest event."""

    restorer: TextRestorer
    said: list[str]
    frame: SseFrame


@dataclass(slots=True)
class _Turn:
    """What one event becomes: its growing strings, and the patches that shorten one, with what is left."""

    frame: SseFrame
    data: str
    spoken: list[tuple[_Place, Node, str]] = field(default_factory=list)
    cut: list[tuple[Patch, str]] = field(default_factory=list)


class PatchRestorer:
    """Restores one stream of patches; what is not of a known shape goes on as it came and is counted."""

    def __init__(self, dialect: Dialect, rules: Rules, how: Restoration) -> None:
        self.unread = 0
        self._dialect = dialect
        self._rules = rules
        self._how = how
        self._splitter = SseSplitter()
        self._lengths: dict[int | None, Lengths] = {}
        self._voices: dict[_Place, _Voice] = {}
        self._theirs = Sticky()
        self._client = Sticky()
        self._is_known = True

    def feed(self, chunk: bytes) -> bytes:
        """Return the events that are now complete, restored."""
        return b"".join([self._safely(frame) for frame in self._splitter.feed(chunk)])

    def flush(self) -> bytes:
        """Return what is left, and what places without an end held back."""
        frames = self._splitter.flush()
        rest = b"".join([self._safely(frame) for frame in frames])
        tails = self._tails(list(self._voices))
        return rest + (frames[-1].gap if frames and tails else b"") + tails

    def _safely(self, frame: SseFrame) -> bytes:
        """Return a frame restored, or as it came when it is not understood: one odd event must not cost the rest."""
        try:
            return self._frame(frame)
        except Exception:  # noqa: BLE001 - its tokens stay, nothing is lost, and it is counted
            self.unread += 1
            return frame.raw

    def _frame(self, frame: SseFrame) -> bytes:
        data = frame.data
        if data is None:
            self.unread += frame.unread
            return frame.raw
        if data.strip() == "[DONE]":
            return self._tails(list(self._voices)) + frame.raw
        try:
            root = parse(data)
        except NotJson:
            self.unread += 1
            return frame.raw
        if frame.name == b"delta_encoding":
            self._is_known = root.text == "v1"
        if root.get("v") is not None and root.get("type") is None:
            return self._patched(frame, data, root)
        done = root.string("type") in self._dialect.closing or frame.name in (b"close", b"finish")
        tails = self._tails(list(self._voices)) if done or root.get("error") is not None else b""
        restored = restore_tree(data, root, self._rules, self._how)
        return tails + (frame.raw if restored is data else frame.with_data(restored))

    def _patched(self, frame: SseFrame, data: str, root: Node) -> bytes:
        if not self._is_known:
            raise UnknownPatch
        now = self._theirs = self._theirs.after(root, data, self._dialect)
        found = patches(root, now, self._dialect)
        starts = any(not patch.path and patch.action in self._dialect.sets for patch in found)
        tails = self._tails(list(self._voices)) if starts else b""
        turn = _Turn(frame, data)
        for patch in found:
            self._apply(patch, now.document, turn)
        if any(self._completes(patch) for patch in found):
            tails += self._close(now.document, turn)
        return tails + self._rewritten(root, turn)

    def _completes(self, patch: Patch) -> bool:
        """Tell whether ``patch`` says that its document is complete."""
        state = self._dialect.state
        if state[: len(patch.path)] != patch.path:
            return False
        node = inner(patch.value, *state[len(patch.path) :])
        return node is not None and node.kind is Kind.STRING and node.text != self._dialect.unfinished

    def _apply(self, patch: Patch, document: int | None, turn: _Turn) -> None:
        """Feed the growing strings of ``patch``; what it replaces is forgotten, the tail with it."""
        lengths = self._lengths.setdefault(document, Lengths())
        patch = replace(patch, path=lengths.resolve(patch.path))
        if patch.action == self._dialect.truncate:
            voice = self._voices.get((document, patch.path))
            size = turn.data[patch.value.start : patch.value.end]
            if voice is not None and size.isdecimal():
                turn.cut.append((patch, self._shortened(voice, int(size))))
            return
        grown = patch.action == self._dialect.append
        if not grown:
            for known in [p for p in self._voices if p[0] == document and p[1][: len(patch.path)] == patch.path]:
                del self._voices[known]
        for path, value in lengths.put(patch, self._dialect):
            for where, node in below(path, value):
                appended = grown and node is patch.value
                if node.kind is Kind.STRING and (appended or self._dialect.grows.fullmatch("/".join(where))):
                    turn.spoken.append(((document, where), node, self._speak((document, where), node, turn.frame)))

    def _speak(self, place: _Place, node: Node, frame: SseFrame) -> str:
        voice = self._voices.setdefault(place, _Voice(TextRestorer(self._how), [], frame))
        voice.frame = frame
        voice.said.append(node.text)
        return voice.restorer.feed(node.text)

    def _shortened(self, voice: _Voice, size: int) -> str:
        """Return what is left of a text that the provider cuts to ``size`` UTF-16 units of its own spelling."""
        units = "".join(voice.said).encode("utf-16-le", "surrogatepass")[: 2 * size]
        left = units.decode("utf-16-le", "surrogatepass")
        voice.said, voice.restorer = [left], TextRestorer(self._how)
        return voice.restorer.feed(left)

    def _close(self, document: int | None, turn: _Turn) -> bytes:
        """End the places of a document: in the event that carries one, else by a patch before it."""
        ended = [place for place in self._voices if place[0] == document]
        for index in range(len(turn.spoken) - 1, -1, -1):
            place, node, text = turn.spoken[index]
            if place in ended:
                ended.remove(place)
                turn.spoken[index] = (place, node, text + self._voices.pop(place).restorer.flush())
        return self._tails(ended)

    def _rewritten(self, root: Node, turn: _Turn) -> bytes:
        source = Source(turn.data)
        pending: dict[Source, list[Edit]] = {}
        for leaf in Walk(self._rules, apart=[node for _, node, _ in turn.spoken]).leaves(source, root):
            if found := restored_leaf(leaf, self._how):
                pending.setdefault(leaf.source, []).extend(found)
        edits = pending.setdefault(source, [])
        edits += [_literal(node, text) for _, node, text in turn.spoken if text != node.text]
        for patch, text in turn.cut:
            edits.append(_literal(patch.value, text))
            if (action := patch.owner.get("o")) is not None:
                edits.append(_literal(action, self._dialect.replace))
        edits += self._explicit(root, cut=any(patch.owner is root for patch, _ in turn.cut))
        return turn.frame.with_data(apply_nested(source, pending)) if any(pending.values()) else turn.frame.raw

    def _explicit(self, root: Node, *, cut: bool) -> list[Edit]:
        """Return the edit that says what the provider left out and the client now knows otherwise."""
        now = replace(self._theirs, action=self._dialect.replace) if cut else self._theirs
        said = {
            "p": (self._client.path, now.path),
            "o": (self._client.action, now.action),
            "c": (self._client.document, now.document),
        }
        if brings_document(root):
            self._client = replace(self._client, document=now.document)
            del said["p"], said["o"]
        else:
            self._client = now
        if self._dialect.default and root.get("p") is not None:
            del said["o"]
        missing = [
            f"{json.dumps(key)}: {json.dumps(real)}, "
            for key, (mine, real) in said.items()
            if real is not None and mine != real and root.get(key) is None
        ]
        return [Edit(root.start + 1, root.start + 1, "".join(missing))] if missing else []

    def _tails(self, places: Iterable[_Place]) -> bytes:
        """Close ``places`` and return patches that add what they held back."""
        found: list[bytes] = []
        for place in places:
            voice = self._voices.pop(place)
            if not (text := voice.restorer.flush()):
                continue
            document, path = place
            event: dict[str, object] = {"v": text}
            if path:
                spelled = self._dialect.spell(path)
                event = {"p": spelled, "o": self._dialect.append, "v": text}
                self._client = replace(self._client, path=spelled, action=self._dialect.append)
            if document is not None and document != self._client.document:
                event["c"] = document
                self._client = replace(self._client, document=document)
            found.append(voice.frame.before(json.dumps(event)))
        return b"".join(found)


def _literal(node: Node, text: str) -> Edit:
    return Edit(node.start, node.end, f'"{escape(text)}"')
