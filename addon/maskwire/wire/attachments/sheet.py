"""The cells of one worksheet: numbers that may be values, and what their columns are called. Sans-IO."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Self

from maskwire.wire.attachments.markup import Attribute, Mark, Part, Passage, attributes, escape, passage, run
from maskwire.wire.attachments.sourced import Slot
from maskwire.wire.attachments.table import NO_HEADER
from maskwire.wire.document import Edit, Field, Place
from maskwire.wire.literal import apply
from maskwire.wire.walk import LEAST_DIGITS

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,2})?")
_COLUMN = re.compile(r"[A-Z]{1,3}")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its column's letters, its type, and where the type is or would be declared."""

    column: str
    type: str
    place: tuple[int, int]


@dataclass(frozen=True, slots=True)
class NumberCell:
    """A number at ``start`` to ``end`` of the source; a cell whose new value is none becomes a text cell."""

    field: Field
    start: int
    end: int
    cell: Cell

    def changes(self, edits: Sequence[Edit]) -> list[Edit]:
        """Return the new value, and the new type if it is no number any more."""
        if not edits:
            return []
        text = apply(self.field.text, edits)
        if _NUMBER.fullmatch(text):
            return [Edit(self.start, self.end, text)]
        start, end = self.cell.place
        return [
            Edit(start, end, "str" if end > start else ' t="str"'),
            Edit(self.start, self.end, escape(_unquoted(text))),
        ]


@dataclass(frozen=True, slots=True)
class NumberItem:
    """A number ``<n v="…"/>`` that a pivot table keeps of a cell; ``name`` is where its ``n`` stands."""

    field: Field
    start: int
    end: int
    name: int

    @classmethod
    def read(cls, part: Part, attribute: Attribute, value: str, path: str) -> Self | None:
        """Return the number of an element, ``None`` when it is short or no number."""
        if (text := _digits(value)) is None or not part.empty:
            return None
        return cls(Field(text, path, "", Place.NUMBER), attribute.start, attribute.end, part.start - 1)

    def changes(self, edits: Sequence[Edit]) -> list[Edit]:
        """Return the new value; the element becomes a string ``s`` if it is no number any more."""
        if not edits:
            return []
        text = apply(self.field.text, edits)
        if _NUMBER.fullmatch(text):
            return [Edit(self.start, self.end, text)]
        return [Edit(self.name, self.name + 1, "s"), Edit(self.start, self.end, escape(_unquoted(text)))]


def _unquoted(text: str) -> str:
    """Return a token as text where it was made for a JSON number."""
    return str(json.loads(text)) if text.startswith('"') else text


def _digits(written: str) -> str | None:
    """Return a number in digits, ``None`` when it is no number or too short to be a value."""
    if not _NUMBER.fullmatch(written):
        return None
    value = Decimal(written)
    text = str(int(value)) if value == value.to_integral_value() else written
    return text if sum(map(str.isdigit, text)) >= LEAST_DIGITS else None


@dataclass(slots=True)
class Sheet:
    """What is known of a worksheet while it is read.

    ``shared`` are the workbook's shared strings. ``columns`` are the texts of the first row; ``shared_labels``
    is filled with the column of each shared string's first cell.
    """

    shared: Sequence[str] = field(repr=False)
    shared_labels: dict[int, str] = field(default_factory=dict, repr=False)
    columns: dict[str, str] = field(default_factory=dict, repr=False)

    def cell(self, source: str, part: Part) -> Cell:
        """Return the cell that an element opens."""
        column = kind = ""
        place = (part.start, part.start)
        for each in attributes(source, part):
            value = source[each.start : each.end]
            if each.name == "r" and (found := _COLUMN.match(value)):
                column = found[0]
            elif each.name == "t":
                kind, place = value, (each.start, each.end)
        return Cell(column, kind, place)

    def label(self, cell: Cell, text: str) -> str:
        """Return the name of a cell's column: its first text, unless that looks like a value itself."""
        if cell.column in self.columns:
            return self.columns[cell.column]
        self.columns[cell.column] = "" if NO_HEADER.search(text) else text
        return ""

    def value(self, source: str, part: Part, cell: Cell, path: str) -> Slot | None:
        """Return the field of a cell's value, ``None`` when it is short, a flag or a shared string."""
        written = source[part.start : part.end].strip()
        if cell.type == "s":
            number = int(written) if written.isdigit() else -1
            if 0 <= number < len(self.shared):
                label = self.label(cell, self.shared[number])
                self.shared_labels.setdefault(number, label)
            return None
        if cell.type in ("b", "e"):
            return None
        if cell.type in ("", "n") and _NUMBER.fullmatch(written):
            return self._number(part, written, cell, path)
        return self._words(source, part, cell, path)

    def _number(self, part: Part, written: str, cell: Cell, path: str) -> NumberCell | None:
        if (text := _digits(written)) is None:
            return None
        field = Field(text, path, self.columns.get(cell.column, ""), Place.NUMBER)
        return NumberCell(field, part.start, part.end, cell)

    def _words(self, source: str, part: Part, cell: Cell, path: str) -> Passage | None:
        words = run(source, Part(Mark.TEXT, part.start, part.end))
        return passage([words], path, self.label(cell, words.text)) if words.text.strip() else None
