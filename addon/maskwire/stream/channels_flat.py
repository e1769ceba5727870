"""Streams whose events hold one text each, at a fixed place. Sans-IO."""

from collections.abc import Mapping
from dataclasses import dataclass

from maskwire.stream.script import ALL, Channel, Event, Json, Piece, Reading, inner, string


@dataclass(frozen=True, slots=True)
class FlatScript:
    """Events with one text each, at a fixed place: Ollama, text generation, transcripts.

    ``texts`` maps a channel's name to the path of its string. The stream is over when a member of ``done`` is
    there and neither false nor null.
    """

    texts: Mapping[str, tuple[str, ...]]
    done: frozenset[str]
    grows: bool = False

    def read(self, event: Event) -> Reading:
        """Return the pieces of every text; what is done ends all."""
        pieces = [
            Piece((name,), text)
            for name, path in self.texts.items()
            if (text := string(inner(event.root, *path[:-1]), path[-1])) is not None
        ]
        ended = any(
            (node := event.root.get(key)) is not None and node.text not in ("false", "null") for key in self.done
        )
        return Reading(pieces, [ALL] if ended or event.root.get("error") is not None else ())

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        """Return the latest event without its other texts."""
        path = self.texts[str(channel[0])]
        event = {key: value for key, value in last.items() if key not in self.done}
        node: Json = event
        for key in path[:-1]:
            below = node[key]
            assert isinstance(below, dict)  # a piece was found there
            node[key] = below = {k: v for k, v in below.items() if not isinstance(v, dict | list)}
            node = below
        for other in self.texts.values():
            if other[:-1] == path[:-1] and other[-1] in node:
                node[other[-1]] = ""
        node[path[-1]] = text
        return event
