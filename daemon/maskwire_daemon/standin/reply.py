"""What the stand-in will say, before it is put into one provider's format. Sans-IO."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Manner(StrEnum):
    """How the stand-in gives back the text that it received."""

    ECHO = "echo"
    """One answer: the text of the newest turn."""
    TOOL = "tool"
    """A call of the first tool offered, with the text among its arguments; a tool's result is echoed."""
    CHOICES = "choices"
    """Two answers at once, interleaved where the format streams them so."""
    THINKING = "thinking"
    """A signed or encrypted thought that holds the text, then the echo."""


class Kind(StrEnum):
    """What one part of an answer is."""

    TEXT = "text"
    THOUGHT = "thought"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Part:
    """One block of an answer. ``text`` is the JSON source of the arguments when it is a call of tool ``name``."""

    kind: Kind
    text: str
    name: str = ""

    def pieces(self, size: int) -> Iterator[str]:
        """Yield the text cut into pieces of ``size`` characters."""
        for start in range(0, len(self.text), size):
            yield self.text[start : start + size]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for, as far as the stand-in cares. ``said`` is the text of its newest turn."""

    said: str
    model: str
    tool: str = ""
    streamed: bool = False
    is_result: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of one or more choices, each a sequence of parts, streamed ``delta_chars`` characters at a time."""

    model: str
    choices: tuple[tuple[Part, ...], ...]
    delta_chars: int

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts in a row, for the formats that have blocks and no choices."""
        return tuple(part for choice in self.choices for part in choice)


def compose(asked: Asked, manner: Manner, delta_chars: int) -> Reply:
    """Return what to say to ``asked``; a call of a tool needs one to be offered and its result not to be there yet."""
    echo = Part(Kind.TEXT, asked.said)
    choices: tuple[tuple[Part, ...], ...] = ((echo,),)
    if manner is Manner.TOOL and asked.tool and not asked.is_result:
        arguments = {"text": asked.said, "lines": asked.said.splitlines(), "script": json.dumps({"say": asked.said})}
        choices = ((Part(Kind.CALL, json.dumps(arguments, ensure_ascii=False), asked.tool),),)
    elif manner is Manner.CHOICES:
        choices = ((echo,), (Part(Kind.TEXT, f"Again: {asked.said}"),))
    elif manner is Manner.THINKING:
        choices = ((Part(Kind.THOUGHT, f"They wrote: {asked.said}"), echo),)
    return Reply(asked.model, choices, delta_chars)


def said(content: object) -> str:
    """Return the text in one turn's content, whatever the provider: strings, lists of parts, nested results."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(filter(None, map(said, content)))
    if isinstance(content, Mapping):
        for key in ("text", "content", "output", "parts", "functionResponse", "response"):
            if key in content:
                return said(content[key])
        if not content.keys() & _NOT_TEXT:
            return said(list(content.values()))
    return ""


_NOT_TEXT = frozenset({"type", "role", "inlineData", "functionCall", "thoughtSignature", "fileData"})
