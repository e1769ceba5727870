"""Files as people upload them, made by hand or by libraries that are not ours, and ways to edit them."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence

import docx
from hypothesis import strategies as st

from maskwire.wire.document import Document, Edit

NAME, MAIL, CARD = "John Smith", "john@corp.example", "4111111111111111"
TOKENS: Mapping[str, str] = {NAME: "PERSON_K7Q2MXA4", MAIL: "m-k7q2@example.com", CARD: "4000009925846327"}
"""Values that the made files hold, and what takes their place."""

BOUNDARY = "----frontier7"
FORM = f"multipart/form-data; boundary={BOUNDARY}"

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def edits(document: Document, tokens: Mapping[str, str] = TOKENS) -> dict[int, list[Edit]]:
    """Return the edits that put tokens in place of every value in every field."""
    pattern = re.compile("|".join(map(re.escape, tokens)))
    found = {
        index: [Edit(hit.start(), hit.end(), tokens[hit[0]]) for hit in pattern.finditer(field.text)]
        for index, field in enumerate(document.fields)
    }
    return {index: some for index, some in found.items() if some}


def masked(document: Document, tokens: Mapping[str, str] = TOKENS) -> bytes:
    """Return the document with tokens in place of every value in every field."""
    return document.splice(edits(document, tokens))


def texts(document: Document) -> list[str]:
    """Return the texts of all fields."""
    return [field.text for field in document.fields]


def packed(members: Mapping[str, bytes], *, stored: Sequence[str] = ()) -> bytes:
    """Return a zip archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return made.getvalue()


def unpacked(body: bytes) -> dict[str, bytes]:
    """Return the members of an archive, read by the standard library, which checks sizes and sums."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def word(*paragraphs: Sequence[str], author: str = "") -> bytes:
    """Return a Word file whose paragraphs are made of these runs."""
    document = docx.Document()
    for runs in paragraphs:
        paragraph = document.add_paragraph()
        for text in runs:
            paragraph.add_run(text)
    document.core_properties.author = author
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def read_word(body: bytes) -> list[str]:
    """Return the paragraphs of a Word file."""
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(body)).paragraphs]


def replaced(body: bytes, changes: Mapping[str, bytes]) -> bytes:
    """Return an archive with members replaced or added."""
    return packed({**unpacked(body), **changes})


def part(content: bytes, disposition: str, *headers: str) -> bytes:
    """Return one part of a form, without its boundary."""
    lines = [f"Content-Disposition: form-data; {disposition}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def form(*parts: bytes) -> bytes:
    """Return a form of these parts."""
    mark = b"--" + BOUNDARY.encode()
    return b"".join(mark + b"\r\n" + each + b"\r\n" for each in parts) + mark + b"--\r\n"


def upload(name: str, content: bytes, kind: str = "text/plain") -> bytes:
    """Return a form with one file."""
    return form(part(content, f'name="file"; filename="{name}"', f"Content-Type: {kind}"))


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12) | st.sampled_from(
    ["", NAME, MAIL, CARD, "a,b", 'say "hi"', "x;y", "é😀", "&amp;<b>", "--" + BOUNDARY, "%41"]
)
"""Texts with what files find hard: delimiters, quotes, references, boundaries."""


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[str]], str]:
    """Return rows of a table and its CSV, each cell quoted or, where that is allowed, not."""
    width = draw(st.integers(2, 4))
    rows = draw(st.lists(st.lists(words, min_size=width, max_size=width), min_size=1, max_size=5))
    delimiter = draw(st.sampled_from(",;\t"))
    rows[0] = [f"column {index}" for index in range(width)]
    end = draw(st.sampled_from(["\n", "\r\n"]))
    lines = []
    for row in rows:
        cells = [
            '"' + cell.replace('"', '""') + '"' if draw(st.booleans()) or set(cell) & set(delimiter + '"') else cell
            for cell in row
        ]
        lines.append(delimiter.join(cells))
    return rows, end.join(lines) + draw(st.sampled_from(["", end]))


@st.composite
def runs(draw: st.DrawFn, text: str) -> list[str]:
    """Return ``text`` cut into runs anywhere."""
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    return [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]
