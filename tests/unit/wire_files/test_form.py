"""Uploads are masked inside their forms; all that is not masked keeps its bytes."""

from base64 import b64encode
from email.parser import BytesParser
from email.policy import HTTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.errors import BlockedError, Reason
from maskwire.wire.attachments.file import Reading
from maskwire.wire.attachments.form import open_form
from maskwire.wire.attachments.multipart import MAX_PARTS
from maskwire.wire.document import Document
from tests.strategies.files import (
    BOUNDARY,
    FORM,
    MAIL,
    NAME,
    TOKENS,
    form,
    masked,
    part,
    read_word,
    texts,
    upload,
    word,
    words,
)


def opened(body: bytes, content_type: str = FORM) -> Document:
    return open_form(body, content_type, Reading())


def read(body: bytes, content_type: str = FORM) -> list[tuple[str | None, str | None, bytes]]:
    """Return name, file name and content of each part, as the standard library reads them."""
    whole = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    return [
        (
            str(each.get_param("name", header="content-disposition")),
            each.get_filename(),
            bytes(each.get_payload(decode=True)),
        )
        for each in whole.iter_parts()
    ]


def test_a_file_its_name_and_its_declared_size_are_masked_together() -> None:
    content = f"I am {NAME}\r\n--not a boundary\r\n".encode()
    disposition = f'name="file"; filename="{NAME}.txt"'
    body = form(part(content, disposition, "Content-Type: text/plain", f"Content-Length: {len(content)}"))
    new = masked(opened(body))
    expected = content.replace(NAME.encode(), TOKENS[NAME].encode())

    assert read(new) == [("file", f"{TOKENS[NAME]}.txt", expected)]
    assert f"Content-Length: {len(expected)}\r\n".encode() in new


def test_an_office_file_is_masked_inside_the_form() -> None:
    [(_, _, content)] = read(masked(opened(upload("cv.docx", word(["I am Jo", "hn Smith"]), "application/x"))))

    assert read_word(content) == [f"I am {TOKENS[NAME]}"]


def test_fields_of_a_form_are_texts_unless_they_are_ids() -> None:
    body = form(
        part(b"user_data", 'name="purpose"'),
        part(f"by {NAME}".encode(), 'name="prompt"'),
        part(f'{{"who": "{NAME}"}}'.encode(), 'name="metadata"'),
    )

    assert [(field.text, field.label) for field in opened(body).fields if "who" not in field.text] == [
        (f"by {NAME}", "prompt"),
        (NAME, "who"),
    ]


@pytest.mark.parametrize(
    ("disposition", "new"),
    [
        ('filename="a John Smith.txt"', 'filename="a PERSON_K7Q2MXA4.txt"'),
        ("filename*=UTF-8''a%20John%20Smith.txt", "filename*=UTF-8''a%20PERSON_K7Q2MXA4.txt"),
        ('filename="\\"John Smith\\".txt"', 'filename="%22PERSON_K7Q2MXA4%22.txt"'),
        (r'filename="\\\\nas\\John Smith\\a.txt"', r'filename="\\\\nas\\PERSON_K7Q2MXA4\\a.txt"'),
        (r'filename="\\nas\John Smith.txt"', r'filename="\\nas\\PERSON_K7Q2MXA4.txt"'),
        (r'filename="C:\John Smith\a.txt"', r'filename="C:\PERSON_K7Q2MXA4\a.txt"'),
        (
            "filename=\"J.txt\"; filename*=utf-8'en'John%20Smith",
            "filename=\"J.txt\"; filename*=utf-8'en'PERSON_K7Q2MXA4",
        ),
    ],
)
def test_a_file_name_is_a_text_however_it_is_written(disposition: str, new: str) -> None:
    body = form(part(b"x", f'name="file"; {disposition}'))

    assert masked(opened(body)) == body.replace(disposition.encode(), new.encode())


def test_a_name_without_quotes_is_masked_where_the_token_fits() -> None:
    body = form(part(b"x", "name=file; filename=Ada.txt"))

    assert masked(opened(body), {"Ada": "PERSON_1"}) == body.replace(b"Ada", b"PERSON_1")
    with pytest.raises(BlockedError):
        masked(opened(body), {"Ada": "two words"})


def test_other_headers_are_texts() -> None:
    body = form(
        part(b"x", 'name="file"', f"Content-Description: from {NAME}", f'Content-Type: text/plain; name="{NAME}"')
    )

    assert masked(opened(body)) == body.replace(NAME.encode(), TOKENS[NAME].encode())


def test_a_part_in_base64_is_read_and_encoded_again() -> None:
    body = form(part(b64encode(NAME.encode()), 'name="file"; filename="a"', "Content-Transfer-Encoding: base64"))

    assert b64encode(TOKENS[NAME].encode()) in masked(opened(body))


def test_a_related_body_holds_json_and_a_file() -> None:
    metadata = f'Content-Type: application/json\r\n\r\n{{"file": {{"displayName": "{NAME}"}}}}'.encode()
    body = form(metadata, b"Content-Type: text/plain\r\n\r\n" + NAME.encode())

    assert masked(opened(body, FORM.replace("form-data", "related"))) == body.replace(
        NAME.encode(), TOKENS[NAME].encode()
    )


GOOD = upload("a.txt", b"hello")
MARK = b"--" + BOUNDARY.encode()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (GOOD, "multipart/form-data"),
        (GOOD, FORM + "; boundary=other"),
        (b"preamble\r\n" + GOOD, FORM),
        (GOOD + b"epilogue", FORM),
        (GOOD.replace(b"\r\n", b"\n"), FORM),
        (GOOD[:-20], FORM),
        (GOOD.replace(MARK + b"--", MARK + b"X"), FORM),
        (GOOD.replace(b"hello", b"hello\r\n" + MARK + b"ish"), FORM),
        (form(part(b"x", 'filename="a"')), FORM),
        (form(part(b"x", 'name="a"; name="b"')), FORM),
        (form(part(b"x", 'name="a"', 'Content-Disposition: form-data; name="b"')), FORM),
        (form(part(b"x", 'name="a"', "Content-Type: text/plain;\r\n charset=utf-7")), FORM),
        (form(part(b"x", 'name="a"', "Content-Transfer-Encoding: quoted-printable")), FORM),
        (form(part(b"x", 'name="a"; filename="x"', "Content-Type: multipart/mixed; boundary=y")), FORM),
        (form(part(b"x", 'name="a"; filename="x"', "Content-MD5: abc")), FORM),
        (form(part(b"x", "name=\"a\"; filename*=latin-1''x")), FORM),
        (form(part(b"x", 'name="a"; filename="x')), FORM),
        (form(part(b"x", 'name="a"', "no header")), FORM),
        (form(b"no header"), FORM),
        (form(b"\r\nbody"), FORM),
        (form(part(b"x", 'name="a"', "X: " + "y" * 20_000)), FORM),
        (form(*[part(b"x", 'name="a"')] * (MAX_PARTS + 1)), FORM),
        (b"", FORM),
    ],
)
def test_what_two_readers_could_take_apart_in_two_ways_is_refused(body: bytes, content_type: str) -> None:
    with pytest.raises(BlockedError) as refused:
        opened(body, content_type)

    assert refused.value.reason is Reason.BODY_NOT_UNDERSTOOD


@settings(deadline=None)
@given(st.lists(st.tuples(words, st.booleans()), min_size=1, max_size=4))
def test_any_form_keeps_what_is_not_masked(pieces: list[tuple[str, bool]]) -> None:
    if any(MARK.decode() in text for text, _ in pieces):
        return
    body = form(
        *(
            part(text.encode(), f'name="f"; filename="{i}.txt"' if is_file else 'name="f"')
            for i, (text, is_file) in enumerate(pieces)
        )
    )
    expected = body
    for value, token in TOKENS.items():
        expected = expected.replace(value.encode(), token.encode())
    document = opened(body)

    assert document.splice({}) is body
    assert all(text in texts(document) for text, is_file in pieces if text and is_file)
    assert masked(document) == expected


@settings(deadline=None)
@given(st.binary(max_size=40), st.integers(0, len(GOOD)), st.integers(0, 8))
def test_any_damage_is_refused_or_harmless(noise: bytes, at: int, cut: int) -> None:
    body = GOOD[:at] + noise + GOOD[at + cut :]
    try:
        document = opened(body)
    except BlockedError:
        return

    assert document.splice({}) is body


def test_a_mail_address_is_no_id() -> None:
    body = form(part(MAIL.encode(), 'name="user"'))

    assert texts(opened(body)) == [MAIL]
