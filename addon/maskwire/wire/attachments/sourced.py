"""A document over one text: fields that stand at known places of it. Sans-IO."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from maskwire.wire.attachments.charset import Text
from maskwire.wire.document import Edit, Field
from maskwire.wire.literal import apply


class Slot(Protocol):
    """One field and where it stands in the source."""

    @property
    def field(self) -> Field:
        """What the masker sees."""

    def changes(self, edits: Sequence[Edit]) -> list[Edit]:
        """Return edits of the field's text as edits of the source."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """``source[start:]`` as it stands, without escapes."""

    field: Field
    start: int

    def changes(self, edits: Sequence[Edit]) -> list[Edit]:
        """Return ``edits``, moved."""
        return [Edit(self.start + edit.start, self.start + edit.end, edit.text) for edit in edits]


class SourcedDocument:
    """A text file whose fields are ``slots``, in order. A field that stands at several places is several slots."""

    def __init__(self, body: bytes, text: Text, slots: Sequence[Slot]) -> None:
        self._body = body
        self._text = text
        self._slots = slots
        self._fields = [slot.field for slot in slots]

    @property
    def fields(self) -> Sequence[Field]:
        """The texts that may hold values."""
        return self._fields

    def splice(self, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """Return the file with edits applied; the same object when there are none."""
        if not any(edits.values()):
            return self._body
        changes = [change for index, wanted in edits.items() for change in self._slots[index].changes(wanted)]
        changes.sort(key=lambda change: (change.start, change.end))
        return self._text.encode(apply(self._text.text, changes))


def plain(body: bytes, text: Text, path: str, label: str = "") -> SourcedDocument:
    """Return a text as one field."""
    return SourcedDocument(body, text, [Stretch(Field(text.text, path, label), 0)] if text.text else [])
