"""The text that one content stream of a PDF shows, in order. Sans-IO.

Words are told apart by where they stand: a gap is a blank, another line a line end.
Source: https://opensource.adobe.com/dc-acrobat-sdk-docs/pdfstandards/PDF32000_2008.pdf (9.3, 9.4)
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from maskwire.wire.attachments.limits import Budget, unsupported
from maskwire.wire.attachments.pdf_edit import REMEDY, Face, Piece, Shown
from maskwire.wire.attachments.pdf_font import FontReader

GAP = 0.15
"""Share of the font's size from which a gap between strings is a blank; kerning stays below."""

LINE = 0.5
"""Share of the font's size by which text may move across its direction and still be on the line."""


Matrix = tuple[float, float, float, float, float, float]
_UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class _State:
    """What ``q`` keeps and ``Q`` brings back."""

    matrix: Matrix = _UNIT
    name: str = ""
    font: FontReader | None = None
    size: float = 0.0
    leading: float = 0.0
    character: float = 0.0
    word: float = 0.0
    stretch: float = 1.0

    def copy(self) -> "_State":
        return replace(self)


class TextReader:
    """Follows the operators of one stream. ``fonts`` gives the font of a resource name."""

    def __init__(self, fonts: Callable[[str], FontReader | None], budget: Budget) -> None:
        self._fonts = fonts
        self._budget = budget
        self._state = _State()
        self._kept: list[_State] = []
        self._line: Matrix = _UNIT
        self._at: Matrix = _UNIT
        self._end: Matrix | None = None
        self._number = 0
        self.pieces: list[Piece] = []
        self.has_images = False

    def read(self, operations: Sequence[tuple[Any, bytes]]) -> None:
        """Read all operators.

        Raises:
            BlockedError: there are too many, or text is shown without a font.
        """
        for number, (operands, operator) in enumerate(operations):
            self._budget.operation()
            self._number = number
            self._move(operands, operator)
            self._set(operands, operator)
            self._show(operands, operator)

    def _move(self, operands: Any, operator: bytes) -> None:
        match operator:
            case b"q":
                self._kept.append(self._state.copy())
            case b"Q" if self._kept:
                self._state = self._kept.pop()
            case b"cm":
                self._state.matrix = _product(_matrix(operands), self._state.matrix)
            case b"BT":
                self._line = self._at = _UNIT
            case b"Td":
                self._next(float(operands[0]), float(operands[1]))
            case b"TD":
                self._state.leading = -float(operands[1])
                self._next(float(operands[0]), float(operands[1]))
            case b"Tm":
                self._line = self._at = _matrix(operands)
            case b"T*" | b"'" | b'"':
                self._next(0.0, -self._state.leading)
            case b"INLINE IMAGE":
                self.has_images = True

    def _next(self, x: float, y: float) -> None:
        self._line = self._at = _product((1.0, 0.0, 0.0, 1.0, x, y), self._line)

    def _set(self, operands: Any, operator: bytes) -> None:
        state = self._state
        match operator:
            case b"Tf":
                state.name, state.size = str(operands[0]), float(operands[1])
                state.font = self._fonts(state.name)
            case b"TL":
                state.leading = float(operands[0])
            case b"Tc":
                state.character = float(operands[0])
            case b"Tw":
                state.word = float(operands[0])
            case b"Tz":
                state.stretch = float(operands[0]) / 100
            case b'"':
                state.word, state.character = float(operands[0]), float(operands[1])

    def _show(self, operands: Any, operator: bytes) -> None:
        if operator in (b"Tj", b"'"):
            self._string(operands, 0)
        elif operator == b'"':
            self._string(operands, 2)
        elif operator == b"TJ":
            for index, item in enumerate(operands[0]):
                if isinstance(item, bytes):
                    self._string(operands[0], index)
                else:
                    self._advance(-float(item) / 1000 * self._state.size * self._state.stretch)

    def _string(self, holder: list[Any], index: int) -> None:
        state = self._state
        if not holder[index]:
            return
        if state.font is None:
            raise unsupported("it shows text without a font", REMEDY)
        glyphs = tuple(state.font.glyphs(bytes(holder[index])))
        self._separate()
        face = Face(state.name, state.size, state.font)
        self.pieces.append(Shown(self._number, holder, index, glyphs, face))
        for glyph in glyphs:
            width = glyph.width / 1000 * state.size + state.character + (state.word if glyph.code == b" " else 0.0)
            self._advance(width * state.stretch)
        self._end = _product(self._at, state.matrix)

    def _advance(self, width: float) -> None:
        self._at = _product((1.0, 0.0, 0.0, 1.0, width, 0.0), self._at)

    def _separate(self) -> None:
        """Put a blank or a line end where a reader sees one."""
        if self._end is None:
            return
        here = _product(self._at, self._state.matrix)
        scale = math.hypot(here[0], here[1])
        size = abs(self._state.size) * scale
        if not size:
            return
        x, y = here[4] - self._end[4], here[5] - self._end[5]
        along = (x * here[0] + y * here[1]) / scale
        across = (y * here[0] - x * here[1]) / scale
        if abs(across) > LINE * size or along < -size:
            self.pieces.append("\n")
        elif along > GAP * size:
            self.pieces.append(" ")


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(each) for each in operands)
    return a, b, c, d, e, f


def _product(left: Matrix, right: Matrix) -> Matrix:
    """Return the matrix that applies ``left``, then ``right``."""
    a, b, c, d, e, f = left
    g, h, i, j, k, m = right
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m
