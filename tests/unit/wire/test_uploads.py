"""Uploads are masked inside their forms, and stored files come back restored."""

import json
import re

import pytest

from maskwire.errors import BlockedError, Reason
from maskwire.wire.document import Edit
from maskwire.wire.formats import surface_of
from maskwire.wire.surface import Surface
from tests.fakes.resolving import TOKENS, VALUES, restoration
from tests.strategies.files import read_word, word
from tests.vectors.corpus import Vector, fill, vector

KIND = "multipart/form-data; boundary=b"
NAMES = ["openai_files_multipart", "anthropic_files_multipart"]
SIMPLE = {"EMAIL": "jane@corp.com", "PERSON": "Zoë Brien", "PHONE": "+49 30 1234567", "SECRET": "sk-123"}


def surface(method: str, host: str, path: str) -> Surface:
    found = surface_of(method, host, path)
    assert found is not None
    return found


FILES = surface("POST", "api.openai.com", "/v1/files")


def put(raw: bytes, values: dict[str, str]) -> bytes:
    return re.sub(rb"\{\{(\w+)\}\}", lambda found: values[found[1].decode()].encode(), raw)


def upload(name: str, content: bytes, kind: str = "", size: bytes = b"", purpose: str = "user_data") -> bytes:
    header = f'Content-Disposition: form-data; name="file"; filename="{name}"'.encode()
    header += f"\r\nContent-Type: {kind}".encode() if kind else b""
    header += b"\r\nContent-Length: " + size if size else b""
    purpose_part = f'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n{purpose}\r\n'.encode()
    return purpose_part + b"--b\r\n" + header + b"\r\n\r\n" + content + b"\r\n--b--\r\n"


def texts(body: bytes, *, allow_media: bool = False) -> list[str]:
    return [field.text for field in FILES.parse(body, KIND, allow_media=allow_media).fields]


@pytest.mark.parametrize("name", NAMES)
def test_masking_an_upload_changes_only_the_values(name: str) -> None:
    found: Vector = vector(name)
    at = surface("POST", found.host, found.entry["path"])
    document = at.parse(put(found.read("request"), SIMPLE), found.entry["headers"]["content-type"])
    edits = {
        index: sorted(
            (
                Edit(m.start(), m.end(), TOKENS[key])
                for key, value in SIMPLE.items()
                for m in re.finditer(re.escape(value), field.text)
            ),
            key=lambda edit: edit.start,
        )
        for index, field in enumerate(document.fields)
    }

    assert document.splice(edits) == put(found.read("request"), dict(TOKENS))
    assert document.splice({}) == put(found.read("request"), SIMPLE)


def test_a_line_of_a_batch_is_read_as_the_request_that_it_is() -> None:
    chat = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
    lines = [
        {"custom_id": "r1", "method": "POST", "url": "/v1/chat/completions", "body": chat},
        {"custom_id": "Jane Doe", "method": "POST", "url": "/v1/nowhere", "body": {"role": "x"}},
    ]
    body = upload("in.jsonl", b"\n".join(json.dumps(line).encode() for line in lines), purpose="batch")

    assert texts(body)[:2] == ["in.jsonl", "hello"]
    assert {"Jane Doe", "role", "x"} <= set(texts(body)[2:])


def test_a_batch_line_with_an_image_is_refused() -> None:
    part = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    line = {"url": "/v1/chat/completions", "body": {"messages": [{"role": "user", "content": [part]}]}}

    with pytest.raises(BlockedError, match="line of the batch"):
        texts(upload("in.jsonl", json.dumps(line).encode()), allow_media=True)


@pytest.mark.parametrize(
    ("name", "kind"), [("a.txt", ""), ("a.csv", "text/csv"), ("a.py", "application/octet-stream"), ("noname", "")]
)
def test_text_of_any_name_is_one_field(name: str, kind: str) -> None:
    assert texts(upload(name, "é\njane".encode(), kind)) == [name, "é\njane"]


def test_a_json_file_is_read_leaf_by_leaf() -> None:
    assert texts(upload("a.json", b'{"k": ["v", 12345678]}')) == ["a.json", "k", "v", "12345678"]


def test_a_declared_size_is_corrected() -> None:
    document = FILES.parse(upload("a.txt", b"jane", size=b"4"), KIND)
    masked = document.splice({1: [Edit(0, 4, "PERSON_K7Q2MXA4")]})

    assert masked == upload("a.txt", b"PERSON_K7Q2MXA4", size=b"15")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.7 text"),
        ("a.docx", b"PK\x03\x04\x00"),
        ("a.bin", b"\xff\xfe\x00"),
        ("a.txt", b"a\x00b"),
        ("a.txt", b"\x01"),
    ],
)
def test_a_file_that_is_no_text_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(BlockedError, match=r"not text|not valid|cannot be masked") as caught:
        texts(upload(name, content), allow_media=True)

    assert caught.value.reason in (Reason.CONTENT_UNSUPPORTED, Reason.BODY_NOT_UNDERSTOOD)


@pytest.mark.parametrize(
    ("name", "kind"), [("a.png", ""), ("noname", "audio/wav"), ("a.MP3", "application/octet-stream")]
)
def test_an_image_or_sound_passes_only_with_leave(name: str, kind: str) -> None:
    body = upload(name, b"\x89PNG", kind)
    with pytest.raises(BlockedError, match="image or sound"):
        texts(body)

    assert texts(body, allow_media=True) == [name]


def test_the_prompt_of_a_transcription_is_text_and_its_model_is_none() -> None:
    found = vector("openai_audio_transcription")
    at = surface("POST", found.host, found.entry["path"])
    kind = found.entry["headers"]["content-type"]
    document = at.parse(put(found.read("request"), SIMPLE), kind, allow_media=True)

    assert [field.text for field in document.fields] == ["Names: Zoë Brien", "a.wav"]


@pytest.mark.parametrize("kind", ["text/plain; charset=utf-8", "text/vtt", "application/x-subrip"])
def test_a_transcript_is_restored_as_text(kind: str) -> None:
    at = surface("POST", "api.openai.com", "/v1/audio/transcriptions")
    raw = f"Call {TOKENS['PERSON']}.\n".encode()
    restorer = at.stream(kind, restoration())

    assert at.restore(raw, kind, restoration()) == f"Call {VALUES['PERSON']}.\n".encode()
    assert restorer.feed(raw[:9]) + restorer.feed(raw[9:]) + restorer.flush() == f"Call {VALUES['PERSON']}.\n".encode()
    assert at.restore(b"\xff", kind, restoration()) == b"\xff"


def test_results_of_a_batch_are_restored_whatever_their_type() -> None:
    found = vector("openai_files_multipart")
    at = surface("GET", "api.openai.com", "/v1/files/file-1/content")

    def output(values: dict[str, str]) -> bytes:
        lines = [json.loads(line) for line in found.read("output").splitlines()]
        return b"".join(json.dumps(fill(line, values), ensure_ascii=False).encode() + b"\n" for line in lines)

    assert at.restore(output(dict(TOKENS)), "application/octet-stream", restoration()) == output(dict(VALUES))
    text = f"name\n{TOKENS['PERSON']}\n".encode()
    assert at.restore(text, "text/csv", restoration()).decode() == f"name\n{VALUES['PERSON']}\n"
    assert at.restore(b"\x89PNG", "image/png", restoration()) == b"\x89PNG"


def test_an_office_file_is_masked_inside_its_form() -> None:
    document = FILES.parse(upload("cv.docx", word(["I am Jo", "hn Smith"])), KIND)
    [index] = [number for number, field in enumerate(document.fields) if field.text == "I am John Smith"]
    new = document.splice({index: [Edit(5, 15, TOKENS["PERSON"])]})
    content = new.partition(b'.docx"\r\n\r\n')[2].removesuffix(b"\r\n--b--\r\n")

    assert read_word(content) == [f"I am {TOKENS['PERSON']}"]


def test_a_related_body_of_gemini_is_masked() -> None:
    body = b'--b\r\nContent-Type: application/json\r\n\r\n{"file": {"displayName": "Jane"}}\r\n'
    body += b"--b\r\nContent-Type: text/plain\r\n\r\nI am Jane\r\n--b--"
    at = surface("POST", "generativelanguage.googleapis.com", "/upload/v1beta/files?uploadType=multipart")
    document = at.parse(body, "multipart/related; boundary=b")

    assert [field.text for field in document.fields if "Jane" in field.text] == ["Jane", "I am Jane"]
