"""PDFs are masked in their text layer where that can be done, else refused with the reason."""

import io
import re
import zlib

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.errors import BlockedError, Reason
from maskwire.wire.attachments.file import File, Reading
from maskwire.wire.attachments.limits import Budget, Limits
from maskwire.wire.attachments.opening import open_file
from maskwire.wire.document import Document
from tests.strategies.files import MAIL, NAME, TOKENS, masked, runs, texts
from tests.strategies.pdf import COMPOSITE, HELVETICA, MAPPED, SUBSET, UNICODE, kerned, lines, mapped, pdf, stream


def opened(body: bytes, *, allow_media: bool = False, limits: Limits | None = None) -> Document:
    return open_file(File("a.pdf", "", body), Reading(allow_media=allow_media, budget=Budget(limits or Limits())))


def shown(body: bytes) -> str:
    return "\n".join(page.extract_text().strip() for page in pypdf.PdfReader(io.BytesIO(body)).pages)


def everything(body: bytes) -> bytes:
    """Return a file with all that is packed in it unpacked."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", body, re.DOTALL)
    return body + b"".join(zlib.decompress(each) for each in packed if each.startswith(b"x"))


@pytest.mark.parametrize("flate", [False, True])
def test_simple_text_is_masked_and_reads_as_such(flate: bool) -> None:
    body = pdf(lines(f"Dear {NAME},", "we met.", f"write to {MAIL} (soon)"), flate=flate)
    new = masked(opened(body))

    assert shown(new) == shown(body).replace(NAME, TOKENS[NAME]).replace(MAIL, TOKENS[MAIL])
    assert TOKENS[NAME] in shown(new)
    assert not [value for value in (NAME, MAIL) if value.encode() in everything(new)]


def test_nothing_found_gives_the_same_bytes() -> None:
    body = pdf(lines("nothing here"), SUBSET, {9: stream(b"font")})

    assert masked(opened(body)) is body


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_a_line_in_pieces_is_one_text(data: st.DataObject) -> None:
    text = f"I am {NAME} (at {MAIL})"
    document = opened(pdf(kerned(data.draw(runs(text)))))

    assert texts(document) == [text]
    assert shown(masked(document)) == text.replace(NAME, TOKENS[NAME]).replace(MAIL, TOKENS[MAIL])


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"BT /F1 10 Tf 0 0 Td (one) Tj 60 0 Td (two) Tj 0 -12 Td (three) Tj ET", "one two\nthree"),
        (b"BT /F1 10 Tf 1 0 0 1 5 5 Tm (a) Tj 1 0 0 1 5 50 Tm (b) Tj ET", "a\nb"),
        (b"BT /F1 10 Tf [(a) -500 (b) -20 (c)] TJ ET", "a bc"),
        (b"BT /F1 10 Tf 12 TL (a) Tj (b) ' 1 2 (c) \" ET", "a\nb\nc"),
        (b"q 2 0 0 2 0 0 cm BT /F1 10 Tf (a) Tj ET Q BT /F1 10 Tf 0 90 Td (b) Tj ET", "a\nb"),
        (b"BT /F1 10 Tf 0 1 -1 0 50 50 Tm (up) Tj (wards) Tj ET", "upwards"),
        (b"BT /F1 10 Tf <4A6F> Tj (hn) Tj ET", "John"),
    ],
)
def test_words_and_lines_are_told_apart_by_their_places(content: bytes, text: str) -> None:
    assert texts(opened(pdf(content))) == [text]


def test_properties_notes_and_links_are_masked() -> None:
    body = pdf(
        lines("x"),
        objects={
            6: f"<< /Author ({NAME}) /Title <FEFF{('Ünï ' + NAME).encode('utf-16-be').hex()}> >>".encode(),
            7: f"<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents ({NAME}) >>".encode(),
            8: f"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (mailto:{MAIL}) >> >>".encode(),
            10: f"({MAIL})".encode(),
        },
        page=b"/Annots [7 0 R 8 0 R] /Note 10 0 R",
    )
    new = masked(opened(body))
    reader = pypdf.PdfReader(io.BytesIO(new))
    first, second = (each.get_object() for each in reader.pages[0]["/Annots"])  # type: ignore[attr-defined]
    assert reader.metadata is not None

    assert (reader.metadata.author, reader.metadata.title) == (TOKENS[NAME], f"Ünï {TOKENS[NAME]}")
    assert (first["/Contents"], second["/A"]["/URI"]) == (TOKENS[NAME], f"mailto:{TOKENS[MAIL]}")
    assert not [value for value in (NAME, MAIL) if value.encode() in everything(new)]


def test_forms_and_their_fields_are_masked() -> None:
    form = stream(lines(NAME), b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F1 5 0 R >> >>")
    xmp = stream(f"<x:xmpmeta><dc:creator>{NAME}</dc:creator></x:xmpmeta>".encode(), b"/Type /Metadata /Subtype /XML")
    body = pdf(
        b"/X Do",
        objects={
            1: b"<< /Type /Catalog /Pages 2 0 R /Metadata 8 0 R >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R"
            b" /Resources << /XObject << /X 7 0 R >> >> >>",
            7: form,
            8: xmp,
        },
    )
    document = opened(body)
    new = masked(document)

    assert texts(document).count(f"{NAME}") == 1
    assert shown(new) == TOKENS[NAME]
    assert NAME.encode() not in everything(new)


def test_texts_of_marked_content_are_masked_with_what_is_shown() -> None:
    content = f"/Span << /ActualText ({NAME}) >> BDC BT /F1 9 Tf ({NAME}) Tj ET EMC".encode()
    new = masked(opened(pdf(content)))

    assert shown(new) == TOKENS[NAME]
    assert NAME.encode() not in everything(new)


def test_contents_in_several_streams_are_one_text() -> None:
    body = pdf(
        b"BT /F1 9 Tf (Jo) Tj",
        objects={
            7: stream(b"(hn Smith) Tj ET"),
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]"
            b" /Contents [4 0 R 7 0 R] /Resources << /Font << /F1 5 0 R >> >> >>",
        },
    )

    assert shown(masked(opened(body))) == TOKENS[NAME]


def test_a_letter_of_a_ligature_is_kept() -> None:
    font = HELVETICA.replace(b"/WinAnsiEncoding", b"<< /BaseEncoding /WinAnsiEncoding /Differences [1 /fi] >>")
    document = opened(pdf(b"BT /F1 9 Tf (al\x01ne) Tj ET", font))
    [text] = texts(document)

    assert shown(masked(document, {text[:3]: "X"})).replace("\n", "") == "X" + text[3:]


@pytest.mark.parametrize(
    ("content", "before", "after"),
    [
        (lines(f"I am {NAME}, hello"), f"I am {NAME}, hello", f"I am {TOKENS[NAME]}, hello"),
        (kerned(["I am Jo", "hn Sm", "ith, hello"]), f"I am {NAME}, hello", f"I am {TOKENS[NAME]}, hello"),
        (f"BT /F1 9 Tf 12 TL (a) Tj ({NAME} x) ' 1 2 ({MAIL}) \" (b) ' ET".encode(), f"a\n{NAME} x\n{MAIL}\nb", ""),
    ],
)
def test_a_token_is_written_in_a_spare_font_where_letters_are_missing(content: bytes, before: str, after: str) -> None:
    document = opened(pdf(content, SUBSET, {9: stream(b"font")}))
    new = masked(document)

    assert texts(document) == [before]
    assert shown(new) == (after or before.replace(NAME, TOKENS[NAME]).replace(MAIL, TOKENS[MAIL]))
    assert not [value for value in (NAME, MAIL) if value.encode() in everything(new)]
    assert b"/MaskwireSans" in new


def test_a_composite_font_is_read_by_its_map_and_written_in_the_spare_font() -> None:
    document = opened(pdf(mapped(f"I am {NAME}."), MAPPED, {8: stream(UNICODE)}))
    new = masked(document)

    assert texts(document) == [f"I am {NAME}."]
    assert shown(new) == f"I am {TOKENS[NAME]}."
    assert texts(opened(new)) == [f"I am {TOKENS[NAME]}."]


def test_masking_a_masked_file_again_changes_nothing_else() -> None:
    once = masked(opened(pdf(lines(f"{NAME} and {MAIL}"), SUBSET, {9: stream(b"font")})), {NAME: TOKENS[NAME]})

    assert shown(masked(opened(once))) == f"{TOKENS[NAME]} and {TOKENS[MAIL]}"


def test_a_text_that_no_standard_font_has_is_refused() -> None:
    with pytest.raises(BlockedError, match="font that every reader has") as refused:
        masked(opened(pdf(lines(NAME))), {NAME: "日本"})

    assert refused.value.reason is Reason.CONTENT_UNSUPPORTED


IMAGE = stream(
    b"\x00", b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray"
)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (pdf(b"BT /F1 9 Tf <00410042> Tj ET", COMPOSITE), "do not say"),
        (pdf(lines("text"), HELVETICA.replace(b"WinAnsi", b"MacExpert")), "do not say"),
        (pdf(b"BT (x) Tj ET"), "without a font"),
        (pdf(lines("x"), objects={7: IMAGE}, page=b"/Thumb 7 0 R"), "picture"),
        (pdf(b"q BI /W 1 /H 1 /BPC 8 /CS /G ID \x00 EI Q"), "picture"),
        (pdf(lines("x"), objects={7: stream(b"a file", b"/Type /EmbeddedFile")}, page=b"/AF 7 0 R"), "cannot read"),
        (
            pdf(lines("x"), objects={7: stream(b"app.alert(1)")}, page=b"/AA << /O << /S /JavaScript /JS 7 0 R >> >>"),
            "cannot",
        ),
        (b"%PDF-1.7\nbroken", "damaged"),
    ],
    ids=["composite", "encoding", "no font", "thumbnail", "inline", "attached", "script", "damaged"],
)
def test_what_cannot_be_read_is_refused(body: bytes, word: str) -> None:
    with pytest.raises(BlockedError, match=word) as refused:
        opened(body)

    assert refused.value.reason is Reason.CONTENT_UNSUPPORTED


def test_an_encrypted_file_is_refused() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(lines(NAME))))
    writer.encrypt("secret", algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)

    with pytest.raises(BlockedError, match="password"):
        opened(made.getvalue())


def test_pictures_pass_where_the_person_allows_them() -> None:
    body = pdf(lines(NAME), objects={7: IMAGE}, page=b"/Thumb 7 0 R")

    assert shown(masked(opened(body, allow_media=True))) == TOKENS[NAME]


@pytest.mark.parametrize("limits", [Limits(operations=50), Limits(expanded_bytes=500), Limits(cells=2)])
def test_a_file_beyond_the_limits_is_refused(limits: Limits) -> None:
    with pytest.raises(BlockedError) as refused:
        opened(pdf(lines(*["text"] * 100), flate=True), limits=limits)

    assert refused.value.reason is Reason.BODY_TOO_LARGE


def test_older_versions_of_a_text_do_not_stay_in_the_file() -> None:
    old = pdf(lines(f"old text of {NAME}"))
    writer = pypdf.PdfWriter(io.BytesIO(old), incremental=True)
    writer.pages[0].replace_contents(pypdf.generic.ContentStream(None, None))
    writer.add_metadata({"/Subject": NAME})
    made = io.BytesIO()
    writer.write(made)

    assert NAME.encode() in everything(made.getvalue())
    assert NAME.encode() not in everything(masked(opened(made.getvalue())))
