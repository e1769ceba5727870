"""Uploads whose body is the file itself."""

import re

import pytest

from maskwire.errors import BlockedError, Reason
from maskwire.wire.document import Document, Edit
from maskwire.wire.formats import surface_of
from maskwire.wire.surface import Surface, Treatment
from tests.strategies.files import read_word, word

GOOGLE = ("generativelanguage.googleapis.com", "/upload/v1beta/files?upload_id=a&upload_protocol=resumable")
CHATGPT = ("files.oaiusercontent.com", "/file-abc123?se=2026-11-22&sig=x")
COPILOT = ("copilot.microsoft.com", "/c/api/attachments")
GEMINI = ("content-push.googleapis.com", "/upload/?upload_id=a&upload_protocol=resumable")
PLACES = [("POST", *GOOGLE), ("PUT", *CHATGPT), ("POST", *COPILOT), ("POST", *GEMINI)]


def surface(method: str, host: str, path: str) -> Surface:
    found = surface_of(method, host, path)
    assert found is not None
    assert found.treatment is Treatment.MASK
    return found


def masked(document: Document, token: str) -> bytes:
    edits = {
        index: [Edit(at.start(), at.end(), token) for at in re.finditer("Jane Doe", field.text)]
        for index, field in enumerate(document.fields)
    }
    return document.splice(edits)


FILES = {
    "text": (b"I am Jane Doe.\n", "text/plain", b"I am PERSON_1.\n"),
    "no type": (b"I am Jane Doe.\n", "", b"I am PERSON_1.\n"),
    "json": (b'{"name": "Jane Doe"}', "", b'{"name": "PERSON_1"}'),
    "escaped json": (b'{"name": "J\\u0061ne Doe"}', "application/octet-stream", b'{"name": "PERSON_1"}'),
    "json lines": (b'{"a": 1}\n{"b": "Jane Doe"}\n', "", b'{"a": 1}\n{"b": "PERSON_1"}\n'),
    "csv": (b"name,age\nJane Doe,5\n", "text/csv", b"name,age\nPERSON_1,5\n"),
    "not quite json": (b"[note] Jane Doe", "", b"[note] PERSON_1"),
}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: str(place[1]))
@pytest.mark.parametrize("name", FILES)
def test_a_file_is_masked_by_what_it_is(place: tuple[str, str, str], name: str) -> None:
    body, kind, expected = FILES[name]

    assert masked(surface(*place).parse(body, kind), "PERSON_1").rstrip(b"\n") == expected.rstrip(b"\n")


def test_an_office_file_without_a_name_or_type_is_known_by_its_first_bytes() -> None:
    out = masked(surface("POST", *GOOGLE).parse(word("I am Jane Doe"), ""), "PERSON_1")

    assert read_word(out) == ["I am PERSON_1"]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: str(place[1]))
def test_a_picture_is_refused_unless_it_is_let_through(place: tuple[str, str, str]) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(20)
    with pytest.raises(BlockedError) as caught:
        surface(*place).parse(picture, "image/png")

    assert caught.value.reason is Reason.CONTENT_UNSUPPORTED
    assert surface(*place).parse(picture, "image/png", allow_media=True).splice({}) == picture


def test_a_text_that_becomes_shorter_keeps_the_size_that_chatgpt_was_told() -> None:
    body = b"I am Jane Doe.\n"
    out = masked(surface("PUT", *CHATGPT).parse(body, "text/plain"), "P_1")

    assert out == b"I am P_1.\n" + b"\n" * 5
    assert len(out) == len(body)


def test_a_text_that_becomes_longer_is_sent_as_it_is() -> None:
    assert masked(surface("PUT", *CHATGPT).parse(b"Jane Doe", ""), "PERSON_K7Q2MXA4") == b"PERSON_K7Q2MXA4"


def test_an_archive_is_never_filled_up() -> None:
    body = word("I am Jane Doe, that is all. " * 20)
    out = masked(surface("PUT", *CHATGPT).parse(body, ""), "P")

    assert not out.endswith(b"\n\n")
    assert "Jane" not in "".join(read_word(out))


def test_a_file_without_findings_leaves_as_it_came() -> None:
    body = b"nothing of anybody"

    assert surface("PUT", *CHATGPT).parse(body, "").splice({}) is body


def test_the_request_that_starts_an_upload_is_masked() -> None:
    document = surface("POST", GOOGLE[0], "/upload/v1beta/files").parse(
        b'{"file": {"displayName": "Jane Doe.txt"}}', "application/json"
    )

    assert "Jane Doe.txt" in [field.text for field in document.fields]


def test_a_put_to_any_other_place_of_chatgpt_is_refused() -> None:
    found = surface_of("PUT", "chatgpt.com", "/backend-api/files/library")
    assert found is not None

    assert found.treatment is Treatment.REFUSE
