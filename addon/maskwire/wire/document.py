"""What a parsed body offers the masker: its texts, and a way to put edits back into the same bytes. Sans-IO."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Place(StrEnum):
    """What a field is inside its body; decides which tokens fit there."""

    TEXT = "text"
    KEY = "key"
    """An object's key."""
    NUMBER = "number"
    """A JSON number, given as its source text."""


@dataclass(frozen=True, slots=True)
class Mark:
    """``text[start:end]`` of a field was masked as a value of ``entity``."""

    start: int
    end: int
    entity: str


@dataclass(frozen=True, slots=True)
class Field:
    """One text in a body.

    ``text`` is decoded all the way: JSON inside a JSON string gives one field for each inner string.
    ``path`` is the JSON path with indexes as ``[*]`` and unknown keys as ``.*``, so it can be journalled.
    ``label`` is the nearest object key, which often names the value beside it (``"password"``).
    ``fresh`` tells that the text is new in this request: the last user or tool turn, not the history.
    ``left`` is what was masked when this very text left for the same model before, sorted, none overlapping; ``None``
    when it is not known to have left.
    """

    text: str
    path: str
    label: str = ""
    place: Place = Place.TEXT
    fresh: bool = True
    left: tuple[Mark, ...] | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace ``field.text[start:end]`` by ``text``; offsets are code points of the decoded text."""

    start: int
    end: int
    text: str


def edited(text: str, edits: Sequence[Edit]) -> str:
    """Return ``text`` with ``edits``, which are sorted and do not overlap, in their places."""
    parts: list[str] = []
    at = 0
    for edit in edits:
        parts += (text[at : edit.start], edit.text)
        at = edit.end
    return "".join((*parts, text[at:]))


class Document(Protocol):
    """A parsed body. ``fields`` are in the body's order."""

    @property
    def fields(self) -> Sequence[Field]:
        """The texts that may hold values, in the order of the body."""

    def splice(self, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """Return the body with the edits of each field index applied; all other bytes are the same bytes.

        The edits of one field are sorted and do not overlap.
        """
