"""One XML member of an Office file: its paragraphs, cells, properties and captions as fields. Sans-IO.

The characters of a paragraph are one field, however many runs they are cut into.
Source: https://ecma-international.org/publications-and-standards/standards/ecma-376/
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from maskwire.wire.attachments.limits import Budget
from maskwire.wire.attachments.markup import Mark, Part, Passage, Run, attributes, not_xml, parts, passage, run
from maskwire.wire.attachments.office_words import SHEET, STRUCTURE, is_words
from maskwire.wire.attachments.sheet import Cell, NumberItem, Sheet
from maskwire.wire.attachments.sourced import Slot

_GROUPS = frozenset({"p", "si", "is", "text", "rPh"})
"""Elements whose runs belong together: paragraphs, shared and inline strings, comments, readings of characters."""

_RUNS = frozenset({"t", "delText", "instrText", "delInstrText"})
"""Elements that hold characters of a paragraph."""

_BETWEEN: Mapping[str, str] = MappingProxyType(
    {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
)
"""Empty elements that a reader sees as a character."""


@dataclass(slots=True)
class _Element:
    part: Part
    cell: Cell | None


class PartReader:
    """Reads one member. ``items`` are the texts of its shared strings, in order."""

    def __init__(self, source: str, path: str, budget: Budget, sheet: Sheet | None = None) -> None:
        self._source = source
        self._path = path
        self._budget = budget
        self._sheet = sheet
        self._open: list[_Element] = []
        self._groups: list[list[Run | str]] = []
        self._last = ""
        self._made: list[Slot | tuple[int, Sequence[Run | str]]] = []
        self.items: list[str] = []
        for part in parts(source):
            self._read(part)
        if self._open:
            raise not_xml(len(source))

    def slots(self, labels: Mapping[int, str] = MappingProxyType({})) -> list[Slot]:
        """Return the fields with their places; ``labels`` gives those of shared strings by their number."""
        return [
            passage(each[1], self._path, labels.get(each[0], "")) if isinstance(each, tuple) else each
            for each in self._made
        ]

    def _read(self, part: Part) -> None:
        match part.mark:
            case Mark.OPEN:
                self._enter(part)
            case Mark.CLOSE:
                if not self._open or self._open[-1].part.name != part.name:
                    raise not_xml(part.start)
                self._leave()
            case _:
                self._text(part)

    def _enter(self, part: Part) -> None:
        cell = self._open[-1].cell if self._open else None
        if self._sheet is not None and part.name == "c":
            cell = self._sheet.cell(self._source, part)
        self._open.append(_Element(part, cell))
        if part.name in _GROUPS:
            self._groups.append([])
        elif self._groups and part.name in _BETWEEN:
            self._groups[-1].append(_BETWEEN[part.name])
        self._captions(part)
        if part.empty:
            self._leave()

    def _leave(self) -> None:
        element = self._open.pop()
        if element.part.name not in _GROUPS:
            return
        pieces = self._groups.pop()
        text = "".join(piece if isinstance(piece, str) else piece.text for piece in pieces)
        if element.part.name == "si":
            self.items.append(text)
            if text:
                self._add((len(self.items) - 1, pieces))
            return
        label = self._sheet.label(element.cell, text) if self._sheet is not None and element.cell is not None else ""
        if text:
            self._add(passage(pieces, self._path, label))

    def _captions(self, part: Part) -> None:
        found = list(attributes(self._source, part))
        external = part.name == "Relationship" and any(
            each.name == "TargetMode" and self._source[each.start : each.end] == "External" for each in found
        )
        for each in found:
            value = self._source[each.start : each.end]
            if each.name == "v" and part.name == "n" and (number := NumberItem.read(part, each, value, self._path)):
                self._add(number)
            elif (each.name == "Target" and external) or is_words(part.name, each.name, value):
                label = part.name if part.name == SHEET else each.name
                self._single(Part(Mark.TEXT, each.start, each.end), label)

    def _text(self, part: Part) -> None:
        parent = self._open[-1] if self._open else None
        name = parent.part.name if parent is not None else ""
        if parent is not None and self._groups and (name in _RUNS or name in _GROUPS) and not part.name:
            group = self._groups[-1]
            if name in _GROUPS and not self._source[part.start : part.end].strip():
                return
            if group and self._last != name and not isinstance(group[-1], str):
                group.append("\n")
            self._last = name
            group.append(run(self._source, part, space=self._space(parent.part)))
        elif parent is not None and parent.cell is not None and name == "v" and self._sheet is not None:
            if (slot := self._sheet.value(self._source, part, parent.cell, self._path)) is not None:
                self._add(slot)
        elif name not in STRUCTURE:
            self._single(part, name)

    def _space(self, part: Part) -> int:
        """Return where blanks at the ends of a run's text would be declared as meant, -1 where they always are."""
        if part.name not in _RUNS or part.prefix not in ("", "w"):
            return -1
        declared = any(each.name == "space" for each in attributes(self._source, part))
        return -1 if declared else part.start

    def _single(self, part: Part, label: str) -> None:
        if self._source[part.start : part.end].strip():
            self._add(passage([run(self._source, part)], self._path, label))

    def _add(self, slot: Passage | Slot | tuple[int, Sequence[Run | str]]) -> None:
        self._budget.cell()
        self._made.append(slot)
