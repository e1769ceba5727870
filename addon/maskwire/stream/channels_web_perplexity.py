"""Streams of www.perplexity.ai: blocks of Markdown that grow by chunks, and cumulative copies of them. Sans-IO.

Source: third-party clients of www.perplexity.ai; the format is not documented.
"""

from maskwire.stream.script import ALL, Channel, Event, Json, Piece, Reading
from maskwire.wire.jsonspan import Kind, Node

_OPERATIONS = frozenset({"add", "replace", "remove", "move", "copy", "test"})
"""Source: RFC 6902 section 4"""

_STREAM = ("backend_uuid", "context_uuid", "uuid", "frontend_context_uuid", "frontend_uuid", "status")
"""What an event that was put in repeats of the one before."""

_CHUNKS = "/chunks/"


class PerplexityScript:
    """One channel for the chunks of each block that is patched; a copy is restored within its event.

    A patch of an unknown shape raises, so that its event passes as it came and is counted.
    """

    grows = False

    def __init__(self) -> None:
        self._lives: dict[Channel, int] = {}
        self._chunks: dict[Channel, int] = {}

    def read(self, event: Event) -> Reading:
        """Return the chunks of every block; a block's progress, or the answer's end, ends channels."""
        pieces: list[Piece] = []
        ends: list[Channel] = []
        for number, block in enumerate(event.root.elements("blocks")):
            usage = block.string("intended_usage")
            if (copied := block.get("markdown_block")) is not None:
                channel: Channel = (usage, "", number)
                pieces += [Piece(channel, chunk) for chunk in _strings(copied)]
                ends.append(channel)
            if (diff := block.get("diff_block")) is not None:
                self._patched(diff, (usage, diff.string("field")), pieces, ends)
        final = event.root.get("final_sse_message")
        if event.root.string("status") == "COMPLETED" or (final is not None and final.text == "true"):
            ends.append(ALL)
        return Reading(pieces, ends)

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        """Return a patch that adds one more chunk to the block."""
        usage, name = channel[:2]
        place = self._chunks.get(channel, 0)
        self._chunks[channel] = place + 1
        patch: Json = {"op": "add", "path": f"{_CHUNKS}{place}", "value": text}
        block: Json = {"intended_usage": usage, "diff_block": {"field": name, "patches": [patch]}}
        return {**{key: last[key] for key in _STREAM if key in last}, "blocks": [block]}

    def _patched(self, diff: Node, block: Channel, pieces: list[Piece], ends: list[Channel]) -> None:
        for patch in diff.elements("patches"):
            path, value = patch.get("path"), patch.get("value")
            if patch.string("op") not in _OPERATIONS or path is None or path.kind is not Kind.STRING:
                raise ValueError("a patch of an unknown shape")
            if value is None:
                continue
            life = self._lives.get(block, 0)
            if path.text in ("", "/chunks"):
                ends.append((*block, life))
                self._lives[block] = life = life + 1
                chunks = _strings(value) if not path.text else [i for i in value.items if i.kind is Kind.STRING]
                self._chunks[*block, life] = len(chunks)
                pieces += [Piece((*block, life), chunk) for chunk in chunks]
            elif path.text.startswith(_CHUNKS) and value.kind is Kind.STRING and patch.string("op") == "add":
                self._chunks[*block, life] = self._chunks.get((*block, life), 0) + 1
                pieces.append(Piece((*block, life), value))
            elif path.text == "/progress" and value.text != "IN_PROGRESS":
                ends.append((*block, life))


def _strings(block: Node) -> list[Node]:
    return [chunk for chunk in block.elements("chunks") if chunk.kind is Kind.STRING]
