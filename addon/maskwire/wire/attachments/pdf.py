"""PDF files: the texts of pages, forms, annotations and properties as fields. The only user of pypdf. Sans-IO.

What is drawn with simple fonts is masked in its content stream; the file is then written whole, without older
versions of its parts. Source: https://pypdf.readthedocs.io/
"""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pypdf import PdfReader, PdfWriter
from pypdf.errors import LimitReachedError

from maskwire.errors import BlockedError
from maskwire.wire.attachments.file import Reading
from maskwire.wire.attachments.limits import Budget, too_large, unsupported
from maskwire.wire.attachments.pdf_edit import REMEDY
from maskwire.wire.attachments.pdf_scan import Scan
from maskwire.wire.document import Edit, Field
from maskwire.wire.literal import apply

_PRODUCER = "Producer"


class PdfDocument:
    """The texts of a PDF."""

    def __init__(self, body: bytes, fields: Sequence[Field], reading: Reading) -> None:
        self._body = body
        self._fields = fields
        self._reading = reading

    @property
    def fields(self) -> Sequence[Field]:
        """The text of each page or drawing as one field, then names, notes and properties."""
        return self._fields

    def splice(self, edits: Mapping[int, Sequence[Edit]]) -> bytes:
        """Return the file with edits applied; the same object when there are none.

        What was written is read again: unless it holds exactly the texts that were meant, it is refused.

        Raises:
            BlockedError: a new text cannot be written where it has to stand.
        """
        if not any(edits.values()):
            return self._body
        reader, scan = self._again(self._body)
        try:
            scan.apply(edits)
            made = io.BytesIO()
            PdfWriter(clone_from=reader).write(made)
        except BlockedError:
            raise
        except Exception:  # noqa: BLE001 - whatever a damaged file makes of a library, it is refused
            made = io.BytesIO()
        new = made.getvalue()
        if not new or _written(self._again(new)[1].fields) != self._expected(edits):
            raise unsupported("it could not be written again without change", REMEDY)
        return new

    def _again(self, body: bytes) -> tuple[PdfReader, Scan]:
        return _scan(body, replace(self._reading, budget=Budget(self._reading.budget.limits)))

    def _expected(self, edits: Mapping[int, Sequence[Edit]]) -> Counter[str]:
        return _written(
            [
                Field(apply(field.text, edits.get(index, ())), field.path, field.label)
                for index, field in enumerate(self._fields)
            ]
        )


def read_pdf(body: bytes, reading: Reading) -> PdfDocument:
    """Return the texts of a PDF.

    Raises:
        BlockedError: it is encrypted or damaged, holds pictures, files or text that cannot be read, or passes
            a limit.
    """
    return PdfDocument(body, _scan(body, reading)[1].fields, reading)


def _scan(body: bytes, reading: Reading) -> tuple[PdfReader, Scan]:
    try:
        reader = PdfReader(io.BytesIO(body))
        if not reader.is_encrypted:
            return reader, Scan(reader, reading)
        refused = unsupported("it is encrypted", "save it without a password")
    except BlockedError:
        raise
    except LimitReachedError:
        refused = too_large("it passes a limit of the reader of PDFs")
    except Exception:  # noqa: BLE001 - as above
        refused = unsupported("it is damaged, or its fonts or parts are not as they should be", REMEDY)
    raise refused


def _written(fields: Sequence[Field]) -> Counter[str]:
    """Return what must be the same after writing: all texts without their blanks; the writer names itself."""
    return Counter("".join(field.text.split()) for field in fields if field.label != _PRODUCER)
