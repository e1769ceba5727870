"""Streams of generateContent: whole answers that each hold only what is new. Sans-IO.

Thoughts and answer are two channels of a candidate. A thought that carries a signature is left alone.
Source: https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent
"""

from collections.abc import Iterator

from maskwire.stream.script import ALL, Channel, Event, Json, Piece, Reading, scalars, string
from maskwire.wire.jsonspan import Kind, Node

_NOT_REPEATED: frozenset[str] = frozenset()


class GeminiScript:
    """One channel for each (candidate, thought or text) and each (candidate, argument that grows).

    ``wrapper`` is the member that holds each answer where a service wraps it (Code Assist: ``response``).
    """

    grows = True

    def __init__(self, wrapper: str = "") -> None:
        self._wrapper = wrapper
        self._calls: dict[int, str] = {}

    def read(self, event: Event) -> Reading:
        """Return the pieces of every candidate; a finish reason ends all channels of its candidate."""
        root = event.root.get(self._wrapper) if self._wrapper else event.root
        pieces: list[Piece] = []
        ends: list[Channel] = []
        for position, candidate in enumerate(root.elements("candidates") if root is not None else ()):
            index = event.integer(candidate, "index", position)
            content = candidate.get("content")
            for part in content.elements("parts") if content is not None else ():
                pieces += self._part(part, index)
                ends += self._settled(part, index)
            if candidate.string("finishReason"):
                ends.append((index,))
        if event.root.get("error") is not None:
            ends.append(ALL)
        return Reading(pieces, ends)

    def tail(self, channel: Channel, text: str, last: Json) -> Json:
        """Return an answer with one candidate and one part that holds ``text``."""
        index, kind = channel[0], channel[1]
        if kind == "argument":
            argument = {"jsonPath": channel[2], "stringValue": text, "willContinue": True}
            part: Json = {"functionCall": {"partialArgs": [argument], "willContinue": True}}
        else:
            part = {"text": text, "thought": True} if kind == "thought" else {"text": text}
        candidate = {"content": {"role": "model", "parts": [part]}, "index": index}
        inner = last.get(self._wrapper) if self._wrapper else last
        base = scalars(inner, without=_NOT_REPEATED) if isinstance(inner, dict) else {}
        answer: Json = {"candidates": [candidate], **base}
        return {self._wrapper: answer, **scalars(last, without=_NOT_REPEATED)} if self._wrapper else answer

    def _part(self, part: Node, index: int) -> Iterator[Piece]:
        if (text := string(part, "text")) is not None:
            is_thought = _is_true(part, "thought")
            if not (is_thought and part.string("thoughtSignature")):
                yield Piece((index, "thought" if is_thought else "text"), text)
        if (call := part.get("functionCall")) is None:
            return
        if name := call.string("name"):
            self._calls[index] = name
        for argument in call.elements("partialArgs"):
            if (text := string(argument, "stringValue")) is not None:
                channel = (index, "argument", argument.string("jsonPath"))
                yield Piece(channel, text, is_input=True, tool=self._calls.get(index, ""))

    def _settled(self, part: Node, index: int) -> Iterator[Channel]:
        """Yield the channels of arguments that say they do not go on."""
        call = part.get("functionCall")
        for argument in call.elements("partialArgs") if call is not None else ():
            if not _is_true(argument, "willContinue"):
                yield (index, "argument", argument.string("jsonPath"))


def _is_true(node: Node, key: str) -> bool:
    found = node.get(key)
    return found is not None and found.kind is Kind.LITERAL and found.text == "true"
