"""Formulas follow the sheets whose names are masked. Sans-IO.

Source: https://ecma-international.org/publications-and-standards/standards/ecma-376/ (18.17.2.3)
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from maskwire.wire.attachments.office_words import SHEET
from maskwire.wire.document import Document, Edit, Field
from maskwire.wire.literal import apply

_FORMULAS = frozenset({"f", "definedName", "formula", "formula1", "formula2", "location"})
"""Labels of the fields that may name a sheet: ``'My sheet'!A1`` or ``Sheet1!A1``."""


class SheetDocument:
    """An Office file in whose formulas the new name of a sheet stands wherever its old one stood."""

    def __init__(self, document: Document) -> None:
        self._document = document

    @property
    def fields(self) -> Sequence[Field]:
        """The texts of the file."""
        return self._document.fields

    def splice(self, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """Return the file with edits applied, and names of sheets replaced where they are referred to."""
        fields = self._document.fields
        renamed = {
            fields[index].text: apply(fields[index].text, wanted)
            for index, wanted in edits.items()
            if wanted and fields[index].label == SHEET
        }
        if not renamed:
            return self._document.splice(edits)
        whole = dict(edits)
        for index, field in enumerate(fields):
            if field.label in _FORMULAS and (found := list(_references(field.text, renamed))):
                whole[index] = _joined(found, edits.get(index, ()))
        return self._document.splice(whole)


def _references(formula: str, renamed: Mapping[str, str]) -> Iterator[Edit]:
    """Yield an edit for each name of a renamed sheet that a formula refers to."""
    for old, new in renamed.items():
        quoted = "'" + new.replace("'", "''") + "'"
        written = {"'" + old.replace("'", "''") + "'": quoted, old: new if new.isidentifier() else quoted}
        for name, replacement in written.items():
            for found in re.finditer(rf"(?<![\w'.]){re.escape(name)}(?=!)", formula):
                yield Edit(found.start(), found.end(), replacement)


def _joined(references: Sequence[Edit], edits: Sequence[Edit]) -> list[Edit]:
    """Return both kinds of edits, sorted; where they meet, the name of the sheet wins."""
    kept = [edit for edit in edits if not any(edit.start < ref.end and ref.start < edit.end for ref in references)]
    return sorted([*kept, *references], key=lambda edit: edit.start)
