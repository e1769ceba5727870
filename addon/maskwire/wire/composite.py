"""Documents made of documents: a body whose regions are read each in its own way. Sans-IO."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from maskwire.errors import BlockedError, Reason
from maskwire.wire.document import Document, Edit, Field
from maskwire.wire.literal import apply


class TextDocument:
    """A stretch of plain text as one field."""

    def __init__(self, body: bytes, path: str, label: str = "") -> None:
        self._body = body
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            text = None
        if text is None:
            raise BlockedError(Reason.BODY_NOT_UNDERSTOOD, f"the text at {path} is not UTF-8; send it as UTF-8")
        self._text = text
        self._fields = [Field(text, path, label)] if text else []

    @property
    def fields(self) -> Sequence[Field]:
        """The text, unless it is empty."""
        return self._fields

    def splice(self, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """Return the text with its edits applied."""
        wanted = edits.get(0, ())
        return apply(self._text, wanted).encode("utf-8", "surrogatepass") if wanted else self._body


@dataclass(frozen=True, slots=True)
class Region:
    """``body[start:end]`` is ``document``. ``size`` is where its length in bytes stands, in digits."""

    start: int
    end: int
    document: Document
    size: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class CompositeDocument:
    """Regions in the order of the body, not overlapping; what lies between them stays as it is."""

    body: bytes = field(repr=False)
    regions: Sequence[Region]

    @property
    def fields(self) -> Sequence[Field]:
        """The fields of all regions, in order."""
        return [each for region in self.regions for each in region.document.fields]

    def splice(self, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """Return the body with edits applied in their regions and declared sizes corrected."""
        if not any(edits.values()):
            return self.body
        changes: list[tuple[int, int, bytes]] = []
        first = 0
        for region in self.regions:
            count = len(region.document.fields)
            mine = {index - first: wanted for index, wanted in edits.items() if first <= index < first + count}
            first += count
            if not any(mine.values()):
                continue
            new = region.document.splice(mine)
            changes.append((region.start, region.end, new))
            if region.size is not None:
                changes.append((*region.size, str(len(new)).encode()))
        pieces: list[bytes] = []
        at = 0
        for start, end, new in sorted(changes):
            pieces += (self.body[at:start], new)
            at = end
        return b"".join([*pieces, self.body[at:]])
