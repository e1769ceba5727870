"""Office files are masked in their XML: paragraphs cut into runs, cells, properties; other members stay."""

import io

import docx
import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maskwire.errors import BlockedError, Reason
from maskwire.wire.attachments.file import File, Reading
from maskwire.wire.attachments.opening import open_file
from maskwire.wire.document import Document, Edit, Place
from tests.strategies.files import (
    CARD,
    MAIL,
    NAME,
    TOKENS,
    W,
    masked,
    packed,
    read_word,
    replaced,
    runs,
    texts,
    unpacked,
    word,
)

PLAIN = word(["nothing"])
SLIDE = (
    '<p:sld xmlns:p="p" xmlns:a="a"><p:cNvPr id="2" name="Box of John Smith" descr="a &quot;plan&quot;"/>'
    "<a:p><a:r><a:t>John </a:t></a:r><a:r><a:t>Smith</a:t></a:r><a:br/><a:r><a:t>next</a:t></a:r></a:p></p:sld>"
)


def opened(body: bytes, *, allow_media: bool = False) -> Document:
    return open_file(File("a", "", body), Reading(allow_media=allow_media))


def paragraph(inner: str) -> bytes:
    """Return a Word file whose body is this one paragraph, in XML."""
    source = f'<?xml version="1.0"?><w:document xmlns:w="{W}"><w:body><w:p>{inner}</w:p></w:body></w:document>'
    return replaced(PLAIN, {"word/document.xml": source.encode()})


def body_of(document: bytes) -> str:
    return unpacked(document)["word/document.xml"].decode().partition("<w:p>")[2].partition("</w:p>")[0]


def workbook() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = NAME
    sheet.append(["Customer", "Card", "Note"])
    sheet.append([NAME, int(CARD), 7])
    sheet.append([f"{NAME} & <Co>", 12, "=1+1"])
    sheet["A2"].comment = openpyxl.comments.Comment(f"ask {MAIL}", NAME)
    book.properties.creator = NAME
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def test_a_name_over_three_runs_is_masked_in_the_first() -> None:
    body = word(["Dear Jo", "hn Sm", "ith lives here"], author=NAME)
    new = masked(opened(body))

    assert read_word(new) == [f"Dear {TOKENS[NAME]} lives here"]
    assert docx.Document(io.BytesIO(new)).core_properties.author == TOKENS[NAME]
    assert NAME.encode() not in b"".join(unpacked(new).values())


def test_members_that_do_not_change_keep_their_packed_bytes() -> None:
    body = word([NAME])
    new = masked(opened(body))
    old_members, new_members = unpacked(body), unpacked(new)

    assert list(old_members) == list(new_members)
    assert {name for name in old_members if old_members[name] != new_members[name]} == {
        "word/document.xml",
        "docProps/thumbnail.jpeg",
    }


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=25, deadline=None)
@given(st.data())
def test_any_cut_into_runs_gives_the_same_text(data: st.DataObject) -> None:
    text = f"a < {NAME} & {MAIL}, {CARD}  "
    body = paragraph(
        "".join(f"<w:r><w:t xml:space='preserve'>{_xml(each)}</w:t></w:r>" for each in data.draw(runs(text)))
    )
    document = opened(body)
    expected = text
    for value, token in TOKENS.items():
        expected = expected.replace(value, token)

    assert text in texts(document)
    assert read_word(masked(document)) == [expected]
    assert document.splice({}) is body


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&#60;")


def test_blanks_that_a_cut_lays_bare_stay() -> None:
    body = paragraph("<w:r><w:t>John</w:t></w:r><w:r><w:t>Ada lives</w:t></w:r><w:r><w:t>x</w:t></w:r>")

    assert body_of(masked(opened(body), {"JohnAda": "TOKEN"})) == (
        '<w:r><w:t>TOKEN</w:t></w:r><w:r><w:t xml:space="preserve"> lives</w:t></w:r><w:r><w:t>x</w:t></w:r>'
    )


def test_what_readers_see_between_runs_stands_between_them() -> None:
    body = paragraph(
        "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r>"
        "<w:r><w:delText>old</w:delText></w:r><w:r><w:t>new</w:t></w:r>"
    )

    assert "a\tb\nc-d\nold\nnew" in texts(opened(body))


def test_fields_links_comments_and_captions_are_texts() -> None:
    relations = (
        '<Relationships><Relationship Id="1" Target="mailto:john@corp.example" TargetMode="External"/>'
        '<Relationship Id="2" Target="inner.xml"/></Relationships>'
    )
    comments = (
        f'<w:comments xmlns:w="{W}"><w:comment w:author="{NAME}" w:initials="JS" w:id="0">'
        f"<w:p><w:r><w:t>{MAIL}</w:t></w:r></w:p></w:comment></w:comments>"
    )
    body = replaced(
        paragraph(f'<w:r><w:instrText> HYPERLINK "mailto:{MAIL}" </w:instrText></w:r>'),
        {"word/_rels/x.xml.rels": relations.encode(), "word/comments.xml": comments.encode()},
    )
    document = opened(body)

    assert {f"mailto:{MAIL}", NAME, "JS", MAIL, f' HYPERLINK "mailto:{MAIL}" '} <= set(texts(document))
    assert "inner.xml" not in texts(document)


def test_slides_and_their_shapes_are_masked() -> None:
    body = packed({"[Content_Types].xml": b"<Types/>", "ppt/slides/slide1.xml": SLIDE.encode()})
    document = opened(body)

    assert texts(document) == ["Box of John Smith", 'a "plan"', "John Smith\nnext"]
    assert unpacked(masked(document))["ppt/slides/slide1.xml"].decode() == SLIDE.replace(NAME, TOKENS[NAME]).replace(
        "<a:t>John </a:t></a:r><a:r><a:t>Smith</a:t>", f"<a:t>{TOKENS[NAME]}</a:t></a:r><a:r><a:t></a:t>"
    )


def test_a_workbook_is_masked_in_strings_numbers_names_and_comments() -> None:
    new = masked(opened(saved(workbook())))
    book = openpyxl.load_workbook(io.BytesIO(new))
    sheet = book[TOKENS[NAME]]

    assert [[cell.value for cell in row] for row in sheet] == [
        ["Customer", "Card", "Note"],
        [TOKENS[NAME], int(TOKENS[CARD]), 7],
        [f"{TOKENS[NAME]} & <Co>", 12, "=1+1"],
    ]
    comment = sheet["A2"].comment
    assert comment is not None
    assert (comment.text, comment.author) == (f"ask {TOKENS[MAIL]}", TOKENS[NAME])
    assert book.properties.creator == TOKENS[NAME]
    assert not [value for value in (NAME, MAIL, CARD) if value.encode() in b"".join(unpacked(new).values())]


def test_a_cell_is_labelled_by_the_first_cell_of_its_column() -> None:
    fields = opened(saved(workbook())).fields

    assert {(field.label, field.place) for field in fields if field.text == CARD} == {("Card", Place.NUMBER)}
    assert {field.label for field in fields if field.text == f"{NAME} & <Co>"} == {"Customer"}


@pytest.mark.parametrize("token", ['"CARD_X<1"', "CARD_X<1"])
def test_a_number_whose_token_is_none_becomes_a_text_cell(token: str) -> None:
    new = masked(opened(saved(workbook())), {CARD: token})
    sheet = openpyxl.load_workbook(io.BytesIO(new)).active
    assert sheet is not None

    assert sheet["B2"].value == "CARD_X<1"


def test_a_number_in_scientific_form_is_read_in_digits() -> None:
    sheet = b'<worksheet><sheetData><row><c r="A1"><v>4.111111111111111E15</v></c></row></sheetData></worksheet>'
    document = opened(packed({"[Content_Types].xml": b"<Types/>", "xl/worksheets/sheet1.xml": sheet}))

    assert texts(document) == ["4111111111111111"]
    assert (
        b'<c t="str" r="A1"><v>T</v></c>'
        in unpacked(masked(document, {"4111111111111111": '"T"'}))["xl/worksheets/sheet1.xml"]
    )


@pytest.mark.parametrize(
    ("member", "word_of_reason"),
    [
        ("word/vbaProject.bin", "macro"),
        ("word/embeddings/oleObject1.bin", "macro"),
        ("word/media/image1.png", "picture"),
        ("word/media/clip.mp4", "picture"),
    ],
)
def test_parts_that_cannot_be_read_are_refused(member: str, word_of_reason: str) -> None:
    with pytest.raises(BlockedError, match=word_of_reason) as refused:
        opened(replaced(PLAIN, {member: b"\x00"}))

    assert refused.value.reason is Reason.CONTENT_UNSUPPORTED


def test_pictures_pass_where_the_person_allows_them() -> None:
    body = replaced(word([NAME]), {"word/media/image1.png": b"\x89PNG"})

    assert unpacked(masked(opened(body, allow_media=True)))["word/media/image1.png"] == b"\x89PNG"


def test_an_embedded_file_is_masked_inside() -> None:
    body = replaced(PLAIN, {"word/embeddings/sheet.xlsx": saved(workbook())})
    inner = unpacked(masked(opened(body)))["word/embeddings/sheet.xlsx"]

    assert openpyxl.load_workbook(io.BytesIO(inner)).sheetnames == [TOKENS[NAME]]


@pytest.mark.parametrize(
    "source",
    [
        '<!DOCTYPE x [<!ENTITY e "v">]><x>&e;</x>',
        "<x>&own;</x>",
        "<x><y></x></y>",
        "<x>",
        "<x a='1>text</x>",
        "<x",
    ],
)
def test_xml_with_entities_or_out_of_order_is_refused(source: str) -> None:
    with pytest.raises(BlockedError) as refused:
        opened(replaced(PLAIN, {"word/custom.xml": source.encode()}))

    assert refused.value.reason is Reason.CONTENT_UNSUPPORTED


def test_xml_parts_in_utf_16_and_cdata_are_read() -> None:
    source = f"<?xml version='1.0' encoding='UTF-16'?><x><![CDATA[{NAME}]]><!-- {MAIL} --></x>"
    body = replaced(PLAIN, {"word/custom.xml": b"\xff\xfe" + source.encode("utf-16-le")})
    expected = source.replace(NAME, TOKENS[NAME]).replace(MAIL, TOKENS[MAIL])

    assert unpacked(masked(opened(body)))["word/custom.xml"] == b"\xff\xfe" + expected.encode("utf-16-le")


STRINGS = (
    '<sst xmlns="m"><si><t>Customer</t></si><si><t>Card no</t></si><si><t/></si>'
    "<si><r><rPr/><t>John </t></r><r><t>Smith</t></r><rPh><t>jon</t></rPh></si></sst>"
)
SHEET = (
    '<worksheet xmlns="m"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    '<row r="2"><c r="A2" t="s"><v>3</v></c><c r="B2" t="n"><v>4111111111111111</v></c>'
    '<c r="C2" t="b"><v>1</v></c></row>'
    '<row r="3"><c r="A3" t="str"><f>\'John Smith\'!A2&amp;"x"</f><v>John Smithx</v></c>'
    '<c r="B3" t="s"><v>99</v></c><c r="B4" t="e"><v>#N/A</v></c></row></sheetData></worksheet>'
)
BOOK = (
    '<workbook xmlns="m"><sheets><sheet name="John Smith" sheetId="1"/></sheets><definedNames>'
    "<definedName name=\"area\">'John Smith'!$A$1:$B$2,'Old John Smith'!A1</definedName></definedNames></workbook>"
)


def by_hand() -> bytes:
    parts = {"xl/workbook.xml": BOOK, "xl/worksheets/sheet1.xml": SHEET, "xl/sharedStrings.xml": STRINGS}
    return packed({"[Content_Types].xml": b"<Types/>", **{name: text.encode() for name, text in parts.items()}})


def test_shared_strings_are_labelled_by_the_column_that_shows_them() -> None:
    labels = {field.text: field.label for field in opened(by_hand()).fields}

    assert {text: labels[text] for text in (NAME, "jon", CARD, "Customer")} == {
        NAME: "Customer",
        "jon": "",
        CARD: "Card no",
        "Customer": "",
    }


def test_formulas_follow_the_name_of_their_sheet() -> None:
    document = opened(by_hand())
    name = next(index for index, field in enumerate(document.fields) if field.label == "sheet")
    new = unpacked(document.splice({name: [Edit(0, len(NAME), TOKENS[NAME])]}))

    assert f'<sheet name="{TOKENS[NAME]}"' in new["xl/workbook.xml"].decode()
    assert f"&#x27;{TOKENS[NAME]}&#x27;!$A$1:$B$2,'Old John Smith'!A1" in new["xl/workbook.xml"].decode()
    assert f"<f>&#x27;{TOKENS[NAME]}&#x27;!A2&amp;" in new["xl/worksheets/sheet1.xml"].decode()
    assert "<v>John Smithx</v>" in new["xl/worksheets/sheet1.xml"].decode()


def test_a_formula_that_is_masked_itself_is_edited_once() -> None:
    new = unpacked(masked(opened(by_hand())))

    assert f"<f>&#x27;{TOKENS[NAME]}&#x27;!A2&amp;" in new["xl/worksheets/sheet1.xml"].decode()
    assert f"<v>{TOKENS[NAME]}x</v>" in new["xl/worksheets/sheet1.xml"].decode()
    assert not [name for name, content in new.items() if NAME.encode() in content.replace(b"Old John Smith", b"")]


PIVOT = (
    '<pivotCacheDefinition xmlns="m"><cacheField name="Customer"><sharedItems><s v="John Smith"/>'
    '<n v="4111111111111111"/><n v="7"/><x v="1234567"/></sharedItems></cacheField>'
    '<filter val="John Smith"/><odd unknown="for John Smith"/><odd id="1234567890"/></pivotCacheDefinition>'
)


@pytest.mark.parametrize(
    ("token", "number"),
    [("4000009925846327", '<n v="4000009925846327"/>'), ('"CARD_1"', '<s v="CARD_1"/>')],
)
def test_what_a_pivot_table_keeps_of_its_cells_is_masked(token: str, number: str) -> None:
    body = packed({"[Content_Types].xml": b"<Types/>", "xl/pivotCache/pivotCacheDefinition1.xml": PIVOT.encode()})
    document = opened(body)
    new = unpacked(masked(document, {CARD: token, NAME: "PERSON_1"}))[
        "xl/pivotCache/pivotCacheDefinition1.xml"
    ].decode()

    assert "1234567890" not in texts(document)
    assert new == PIVOT.replace(f'<n v="{CARD}"/>', number).replace(NAME, "PERSON_1")


def test_words_of_the_program_are_no_texts() -> None:
    assert not {"Times New Roman", "heading 1", "Normal Table", "Office Theme"} & set(texts(opened(PLAIN)))
