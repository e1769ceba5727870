"""The text that one content stream of a PDF shows, in order, and how it is edited. Sans-IO.

Words are told apart by where they stand: a gap is a blank, another line a line end.
Source: https://opensource.adobe.com/dc-acrobat-sdk-docs/pdfstandards/PDF32000_2008.pdf (9.3, 9.4)
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from maskwire.wire.attachments.limits import Budget, unsupported
from maskwire.wire.attachments.markup import within
from maskwire.wire.attachments.pdf_font import FontReader, Glyph
from maskwire.wire.document import Edit

GAP = 0.15
"""Share of the font's size from which a gap between strings is a blank; kerning stays below."""

LINE = 0.5
"""Share of the font's size by which text may move across its direction and still be on the line."""

REMEDY = "send its text, or the document that it was made from"

Matrix = tuple[float, float, float, float, float, float]
_UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Shown:
    """A string that is shown: ``holder[index]`` of the stream's operands."""

    holder: list[Any]
    index: int
    glyphs: tuple[Glyph, ...]
    font: FontReader

    @property
    def text(self) -> str:
        """Its characters."""
        return "".join(glyph.text for glyph in self.glyphs)

    def edited(self, edits: Sequence[Edit]) -> bytes:
        """Return the codes of the string with edits applied.

        Raises:
            BlockedError: a new text cannot be written in this font.
        """
        out: list[bytes] = []
        at = 0
        for glyph in self.glyphs:
            end = at + len(glyph.text)
            here = [edit for edit in edits if edit.start < end and edit.end > at]
            if not here:
                out.append(glyph.code)
            else:
                new = "".join(self._replaced(glyph, at, here))
                out.append(self._write(new) if new else b"")
            at = end
        return b"".join(out)

    def _replaced(self, glyph: Glyph, start: int, edits: Sequence[Edit]) -> list[str]:
        """Return what stands in place of one glyph; an edit's text goes where the edit starts."""
        pieces: list[str] = []
        at = 0
        for edit in edits:
            pieces.append(glyph.text[at : max(edit.start - start, at)])
            if edit.start >= start:
                pieces.append(edit.text)
            at = min(edit.end - start, len(glyph.text))
        return [*pieces, glyph.text[at:]]

    def _write(self, text: str) -> bytes:
        if self.font.problem:
            raise unsupported(self.font.problem, REMEDY)
        codes = self.font.encode(text)
        if codes is None:
            raise unsupported("a token cannot be written in the font of its text", REMEDY)
        return codes


Piece = Shown | str


def edit_pieces(pieces: Sequence[Piece], edits: Sequence[Edit]) -> None:
    """Apply edits of the joined text to the operands that the pieces stand for.

    An edit over several strings writes its text into the first and takes it out of the others.

    Raises:
        BlockedError: a new text cannot be written in the font of its place.
    """
    at = first = 0
    written: set[int] = set()
    for piece in pieces:
        text = piece if isinstance(piece, str) else piece.text
        while first < len(edits) and edits[first].end <= at:
            first += 1
        if not isinstance(piece, str):
            here = list(within(edits, first, (at, at + len(text)), written))
            if here:
                kind = type(piece.holder[piece.index])
                piece.holder[piece.index] = kind(piece.edited(here))
        at += len(text)


@dataclass(slots=True)
class _State:
    """What ``q`` keeps and ``Q`` brings back."""

    matrix: Matrix = _UNIT
    font: FontReader | None = None
    size: float = 0.0
    leading: float = 0.0
    character: float = 0.0
    word: float = 0.0
    stretch: float = 1.0

    def copy(self) -> "_State":
        return _State(self.matrix, self.font, self.size, self.leading, self.character, self.word, self.stretch)


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
        self.pieces: list[Piece] = []
        self.has_images = False

    def read(self, operations: Sequence[tuple[Any, bytes]]) -> None:
        """Read all operators.

        Raises:
            BlockedError: there are too many, or text is shown without a font.
        """
        for operands, operator in operations:
            self._budget.operation()
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
                state.font, state.size = self._fonts(str(operands[0])), float(operands[1])
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
        self.pieces.append(Shown(holder, index, glyphs, state.font))
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
