"""Files in base64 inside JSON bodies are read as files; returned files come back restored."""

import io
import json
from base64 import b64decode, b64encode, urlsafe_b64encode

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.errors import BlockedError, Reason
from maskwire.tokens import numeric
from maskwire.wire.attachments.attached import AttachedDocument
from maskwire.wire.attachments.encoded import open_encoded
from maskwire.wire.attachments.file import File, Reading
from maskwire.wire.attachments.returned import restore_file
from maskwire.wire.documents import JsonDocument, read
from maskwire.wire.jsonspan import Node
from maskwire.wire.literal import Source
from maskwire.wire.rules import Verdict, rules
from maskwire.wire.walk import Leaf, Walk
from tests.fakes.resolving import TOKENS as KNOWN
from tests.fakes.resolving import VALUES, restoration
from tests.strategies.files import DOCX, MAIL, NAME, TOKENS, masked, packed, read_word, texts, unpacked, word

FREE = rules(free="**")


def attached(value: object, *keys: str) -> AttachedDocument:
    """Return a body whose members named ``keys`` are files."""
    body = json.dumps(value).encode()
    source, root = read(body, "")
    leaves = list(Walk(FREE).leaves(source, root))
    files = [
        leaf._replace(context=leaf.context._replace(verdict=Verdict.FILE)) for leaf in leaves if is_file(leaf, keys)
    ]
    all_leaves = [*(leaf for leaf in leaves if not is_file(leaf, keys)), *files]
    document = JsonDocument(body, root, all_leaves, [True] * len(all_leaves))
    return AttachedDocument(document, files, Reading())


def is_file(leaf: Leaf, keys: tuple[str, ...]) -> bool:
    return leaf.context.label in keys


def encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "value",
    [
        {
            "source": {"type": "base64", "media_type": "text/plain", "data": encoded(f"Ünï {NAME}")},
            "title": f"of {NAME}",
        },
        {"inlineData": {"mimeType": "text/plain", "data": encoded(f"Ünï {NAME}"), "displayName": f"of {NAME}"}},
        {"document": {"format": "txt", "name": f"of {NAME}", "source": {"data": encoded(f"Ünï {NAME}")}}},
        {"filename": f"of {NAME}", "data": "data:text/plain;base64," + encoded(f"Ünï {NAME}")},
    ],
    ids=["anthropic", "gemini", "bedrock", "openai"],
)
def test_a_file_in_a_body_is_masked_with_the_rest(value: object) -> None:
    document = attached(value, "data")
    expected = json.dumps(value).replace(encoded(f"Ünï {NAME}"), encoded(f"Ünï {TOKENS[NAME]}"))

    assert f"Ünï {NAME}" in texts(document)
    assert masked(document).decode() == expected.replace(NAME, TOKENS[NAME])
    assert not [text for text in texts(document) if "base64," in text]


def test_two_files_keep_their_edits_apart() -> None:
    csv, plain = encoded(f"name,mail\n{NAME},{MAIL}\n"), encoded(MAIL)
    document = attached(
        {"a": {"mimeType": "text/csv", "data": csv}, "b": {"mimeType": "text/plain", "data": plain}}, "data"
    )
    new = json.loads(masked(document))

    assert b64decode(new["a"]["data"]).decode() == f"name,mail\n{TOKENS[NAME]},{TOKENS[MAIL]}\n"
    assert b64decode(new["b"]["data"]).decode() == TOKENS[MAIL]


def test_an_office_file_in_a_body_is_masked() -> None:
    content = b64encode(word(["Jo", "hn Smith"])).decode()
    new = json.loads(masked(attached({"media_type": DOCX, "data": content}, "data")))

    assert read_word(b64decode(new["data"])) == [TOKENS[NAME]]


def test_a_file_inside_json_in_a_string_is_refused() -> None:
    with pytest.raises(BlockedError) as refused:
        attached({"x": json.dumps({"data": encoded("x")})}, "data")

    assert refused.value.reason is Reason.CONTENT_UNSUPPORTED


@settings(deadline=None)
@given(st.text(max_size=30), st.booleans(), st.booleans())
def test_base64_keeps_its_spelling(text: str, safe: bool, padded: bool) -> None:
    content = f"ÿÿ>{NAME}{text}".encode()
    written = (urlsafe_b64encode if safe else b64encode)(content).decode()
    written = written if padded else written.rstrip("=")
    try:
        document = open_encoded("text/plain", written)
    except BlockedError:
        assert any(c < " " for c in text)
        return
    new = masked(document).decode()

    assert document.splice({}).decode() == written
    assert b64decode(new.rstrip("=") + "=" * (-len(new.rstrip("=")) % 4), b"-_" if safe else None) == content.replace(
        NAME.encode(), TOKENS[NAME].encode()
    )
    assert padded or len(written) % 4 == 0 or "=" not in new


@pytest.mark.parametrize("data", ["not base64!", "a", "aé==", "data:text/plain,hello", "ab-_+/"])
def test_what_is_no_base64_is_refused(data: str) -> None:
    with pytest.raises(BlockedError) as refused:
        open_encoded("text/plain", data)

    assert refused.value.reason is Reason.BODY_NOT_UNDERSTOOD


def test_a_picture_in_base64_is_refused_by_its_bytes() -> None:
    with pytest.raises(BlockedError, match="media"):
        open_encoded("text/plain", b64encode(b"\x89PNG\r\n\x1a\n").decode())


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.txt", lambda text: text),
        ("a.csv", lambda text: 'a,b\n"' + text.replace('"', '""') + '",1\n'),
        ("a.json", lambda text: json.dumps({"a": [text]}, ensure_ascii=False)),
        ("a.jsonl", lambda text: "1\n" + json.dumps(text, ensure_ascii=False) + "\n"),
    ],
)
@pytest.mark.parametrize("key", sorted(VALUES))
def test_a_returned_file_is_restored_as_its_type_demands(name: str, write: object, key: str) -> None:
    assert callable(write)
    body = write(f"it is {KNOWN[key]}").encode()
    expected = write(f"it is {VALUES[key]}")
    restored = restore_file(File(name, "", body), restoration()).decode()

    if name.startswith("a.json"):
        assert [json.loads(line) for line in restored.splitlines()] == [
            json.loads(line) for line in expected.splitlines()
        ]
    else:
        assert restored == expected


def test_a_returned_archive_is_restored_inside() -> None:
    body = packed({"a.txt": KNOWN["EMAIL"].encode()})

    assert unpacked(restore_file(File("", "", body), restoration())) == {"a.txt": VALUES["EMAIL"].encode()}


def test_a_returned_sheet_is_restored_in_its_cells() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = KNOWN["PHONE"]
    made = io.BytesIO()
    book.save(made)
    restored = openpyxl.load_workbook(io.BytesIO(restore_file(File("", "", made.getvalue()), restoration()))).active
    assert restored is not None

    assert restored["A1"].value == VALUES["PHONE"]


def test_a_returned_number_becomes_a_text_where_its_value_is_one() -> None:
    digits = numeric(KNOWN["PHONE"])
    assert digits is not None
    restored = restore_file(File("a.json", "", f'{{"n": {digits}, "m": 12345678}}'.encode()), restoration())

    assert json.loads(restored) == {"n": VALUES["PHONE"], "m": 12345678}


@pytest.mark.parametrize("body", [b"\x89PNG\r\n\x1a\nPERSON", b"PK\x03\x04broken", b"\x00\x01", b"no token here"])
def test_a_file_that_cannot_be_restored_comes_back_as_it_was(body: bytes) -> None:
    assert restore_file(File("", "", body), restoration()) is body


def unused(source: Source, root: Node) -> list[Leaf]:
    return []


def test_lines_are_read_by_the_reader_that_is_given() -> None:
    body = b64encode(b'{"url": "/v1/x", "body": {}}\n').decode()

    assert texts(open_encoded("application/jsonl", body, reading=Reading(line=unused))) == []
