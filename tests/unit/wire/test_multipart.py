import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.errors import BlockedError, Reason
from maskwire.wire.multipart import MAX_PARTS, parse_multipart
from tests.vectors.corpus import vector

KIND = 'multipart/form-data; boundary="b--x"'


def form(*parts: bytes) -> bytes:
    return b"".join(b"--b--x\r\n" + part + b"\r\n" for part in parts) + b"--b--x--\r\n"


def field(name: bytes, content: bytes, more: bytes = b"", header: bytes = b"") -> bytes:
    return b'Content-Disposition: form-data; name="' + name + b'"' + more + header + b"\r\n\r\n" + content


def test_the_parts_of_a_recorded_upload_are_found() -> None:
    found = vector("openai_files_multipart")
    body = found.read("request")
    parts = parse_multipart(body, found.entry["headers"]["content-type"])

    assert [(part.name, part.kind) for part in parts] == [("purpose", ""), ("file", "application/jsonl")]
    assert body[slice(*parts[0].content)] == b"batch"
    assert parts[1].filename is not None
    assert body[slice(*parts[1].filename)] == b"in.jsonl"


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from([b"a", b"file"]), st.binary(max_size=30)), max_size=5))
def test_any_content_is_found_exactly(given_parts: list[tuple[bytes, bytes]]) -> None:
    whole = [(name, content) for name, content in given_parts if b"\r\n--b--x" not in b"\r\n" + content]
    body = form(*[field(name, content) for name, content in whole])
    parts = parse_multipart(body, KIND)

    assert [(part.name.encode(), body[slice(*part.content)]) for part in parts] == whole


def test_a_declared_size_is_found() -> None:
    body = form(
        field(
            b"f", b"12345", b'; filename="n.txt"', b"\r\nContent-Type: Text/Plain; charset=utf-8\r\nContent-Length: 5"
        )
    )
    [part] = parse_multipart(body, KIND)

    assert part.kind == "text/plain"
    assert part.size is not None
    assert body[slice(*part.size)] == b"5"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (form(field(b"a", b"x")), "multipart/form-data"),
        (b"preamble\r\n" + form(field(b"a", b"x")), KIND),
        (form(field(b"a", b"x")) + b"more", KIND),
        (form(field(b"a", b"x"))[:-8], KIND),
        (form(b'Content-Disposition: form-data; name="a"\r\nno end of header'), KIND),
        (form(b"Content-Type: text/plain\r\n\r\nx"), KIND),
        (form(field(b"a", b"x", b"; filename*=UTF-8''n")), KIND),
        (form(field(b"a", b"eA==", b"", b"\r\nContent-Transfer-Encoding: base64")), KIND),
        (form(field(b"a", b"x")).replace(b"\r\n", b"\n"), KIND),
        (b"", KIND),
        (form(*[field(b"a", b"x")] * (MAX_PARTS + 1)), KIND),
    ],
)
def test_what_is_not_exactly_a_form_is_refused(body: bytes, kind: str) -> None:
    with pytest.raises(BlockedError, match="not a form that maskwire reads") as caught:
        parse_multipart(body, kind)

    assert caught.value.reason is Reason.BODY_NOT_UNDERSTOOD
