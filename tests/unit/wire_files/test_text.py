"""Plain texts, tables, JSON and markup are edited in place, in the charset that they came in."""

import csv
import io
import json

import pytest
from hypothesis import given, settings

from maskwire.errors import BlockedError, Reason
from maskwire.wire.attachments.file import File, Reading
from maskwire.wire.attachments.limits import Budget, Limits
from maskwire.wire.attachments.opening import open_file
from maskwire.wire.document import Document, Place
from tests.strategies.files import CARD, MAIL, NAME, TOKENS, edits, masked, tables, texts


def opened(content: bytes, name: str = "", kind: str = "") -> Document:
    return open_file(File(name, kind, content), Reading())


@pytest.mark.parametrize(
    ("codec", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("cp1252", b""),
    ],
)
def test_a_text_keeps_its_charset(codec: str, mark: bytes) -> None:
    text = f"Café, naïve\r\n{NAME} wrote to {MAIL}\n"
    document = opened(mark + text.encode(codec), "notes.txt")

    assert texts(document) == [text]
    assert masked(document) == mark + text.replace(NAME, TOKENS[NAME]).replace(MAIL, TOKENS[MAIL]).encode(codec)


def test_a_declared_charset_is_used() -> None:
    document = opened(f"名前 {NAME}".encode("shift_jis"), "a.txt", "text/plain; charset=Shift_JIS")

    assert masked(document) == f"名前 {TOKENS[NAME]}".encode("shift_jis")


@pytest.mark.parametrize(
    ("content", "kind", "reason"),
    [
        ("田中太郎さん".encode("shift_jis"), "", Reason.CONTENT_UNSUPPORTED),
        ("Привет".encode("koi8-r"), "", Reason.CONTENT_UNSUPPORTED),
        (b"a\x00b", "", Reason.CONTENT_UNSUPPORTED),
        (b"\xff\xfe\x00\xd8", "", Reason.BODY_NOT_UNDERSTOOD),
        ("x".encode("utf-32"), "", Reason.CONTENT_UNSUPPORTED),
        (b"abc\xff", "text/plain; charset=utf-8", Reason.BODY_NOT_UNDERSTOOD),
        (b"abc", "text/plain; charset=utf-7", Reason.ENCODING_UNSUPPORTED),
        (b"abc", "text/plain; charset=nonsense", Reason.ENCODING_UNSUPPORTED),
    ],
)
def test_a_text_that_cannot_be_read_is_refused(content: bytes, kind: str, reason: Reason) -> None:
    with pytest.raises(BlockedError) as refused:
        opened(content, "a.txt", kind)

    assert refused.value.reason is reason


def test_a_charset_that_cannot_hold_the_token_is_refused() -> None:
    document = opened("naïve Jo".encode("cp1252"))

    with pytest.raises(BlockedError):
        masked(document, {"Jo": "Ωmega"})


def test_a_cell_is_labelled_by_its_header() -> None:
    document = opened(f"name,mail\n{NAME},{MAIL}\n".encode(), "people.csv")

    assert [(field.text, field.label) for field in document.fields] == [
        ("name", ""),
        ("mail", ""),
        (NAME, "name"),
        (MAIL, "mail"),
    ]


def test_a_table_without_header_gives_no_labels() -> None:
    document = opened(f"{NAME};{CARD}\nAda;4000\n".encode(), "people.csv")

    assert {field.label for field in document.fields} == {""}


def test_a_new_text_is_quoted_where_it_must_be() -> None:
    document = opened(b'name,"note"\nJohn,"said ""hi"" to John"\n', "a.csv")

    assert masked(document, {"John": 'Doe, "J"'}) == b'name,"note"\n"Doe, ""J""","said ""hi"" to Doe, ""J"""\n'


@settings(deadline=None)
@given(tables())
def test_masking_a_table_changes_only_values(case: tuple[list[list[str]], str]) -> None:
    rows, source = case
    document = opened(source.encode(), "a.csv")
    expected = [[_replaced(cell) for cell in row] for row in rows]
    delimiter = next(mark for mark in source if mark in ",;\t")
    found = masked(document).decode()

    assert document.splice({}) == source.encode()
    assert [
        row for row in csv.reader(io.StringIO(found, newline=""), delimiter=delimiter, strict=True) if row
    ] == expected


def _replaced(text: str) -> str:
    for value, token in TOKENS.items():
        text = text.replace(value, token)
    return text


@pytest.mark.parametrize("source", ['a,b\n"open,1\n', "Dear all, we met\nand spoke\nat length\n", "one column\nonly\n"])
def test_what_is_no_table_is_one_text(source: str) -> None:
    assert texts(opened(source.encode(), "a.csv")) == [source]


def test_a_table_with_too_many_cells_is_refused() -> None:
    with pytest.raises(BlockedError) as refused:
        open_file(File("a.csv", "", b"a,b\n" * 100), Reading(budget=Budget(Limits(cells=50))))

    assert refused.value.reason is Reason.BODY_TOO_LARGE


def test_json_is_edited_inside_its_strings() -> None:
    body = b'{ "who": "John \\u0053mith", "card": 4111111111111111, "n": [1, "x"] }'

    assert masked(opened(body, "a.json")) == b'{ "who": "PERSON_K7Q2MXA4", "card": 4000009925846327, "n": [1, "x"] }'


def test_json_in_another_charset_keeps_it() -> None:
    source = json.dumps({"who": NAME})
    body = b"\xff\xfe" + source.encode("utf-16-le")
    document = opened(body, "a.json")

    assert document.splice({}) is body
    assert masked(document) == b"\xff\xfe" + source.replace(NAME, TOKENS[NAME]).encode("utf-16-le")


def test_json_lines_keep_their_ends() -> None:
    body = f'{{"a": "{NAME}"}}\r\n\r\n{{"b": 1}}\n"{MAIL}"'.encode()

    assert masked(opened(body, "a.jsonl")) == body.replace(NAME.encode(), TOKENS[NAME].encode()).replace(
        MAIL.encode(), TOKENS[MAIL].encode()
    )


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_what_is_no_json_is_one_text(name: str) -> None:
    assert texts(opened(b"// hello\n{a: 1}\n", name)) == ["// hello\n{a: 1}\n"]


def test_a_long_number_stays_a_number() -> None:
    document = opened(b'{"card": 4111111111111111}', "a.json")

    assert [field.place for field in document.fields if field.text == CARD] == [Place.NUMBER]


def test_references_in_markup_are_read_and_written() -> None:
    body = b"<p title='john&#64;corp.example'>Q&amp;A &eacute;t&eacute;, John&#x20;Smith</p><!-- &lt; -->"
    document = opened(body, "a.html")

    assert texts(document) == ["<p title='john@corp.example'>Q&A été, John Smith</p><!-- < -->"]
    assert masked(document, {NAME: "A<B", MAIL: "m"}) == (
        b"<p title='m'>Q&amp;A &eacute;t&eacute;, A&lt;B</p><!-- &lt; -->"
    )


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "a.doc", "docx"),
        (b"{\\rtf1 x}", "a.rtf", "docx"),
        (b"\x1f\x8b\x08", "a.tar.gz", "zip"),
        (b"\x89PNG\r\n\x1a\n", "a.txt", "media"),
        (b"RIFF\x00\x00\x00\x00WAVE", "", "media"),
        (b"plain", "a.mp3", "media"),
        (b"Content-Transfer-Encoding: base64\n\naaaa", "a.eml", "text of the mail"),
    ],
)
def test_a_type_that_cannot_be_masked_is_refused_with_a_remedy(content: bytes, name: str, word: str) -> None:
    with pytest.raises(BlockedError, match=word) as refused:
        opened(content, name)

    assert refused.value.reason is Reason.CONTENT_UNSUPPORTED


def test_media_pass_where_the_person_allows_them() -> None:
    content = b"\x89PNG\r\n\x1a\n"
    document = open_file(File("a.png", "", content), Reading(allow_media=True))

    assert (texts(document), document.splice({})) == ([], content)


@pytest.mark.parametrize("text", ["BMW is a maker", "ID3 is a format", "it says %PDF- first", "the ftyp box"])
def test_a_text_is_not_taken_for_something_else(text: str) -> None:
    assert texts(opened(text.encode(), "a.txt")) == [text]


def test_no_edit_gives_the_same_object() -> None:
    for name in ("a.txt", "a.csv", "a.json", "a.jsonl", "a.html"):
        body = b'{"a": "b,c"}\n'
        document = opened(body, name)

        assert document.splice(edits(document)) is body
