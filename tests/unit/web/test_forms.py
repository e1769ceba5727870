"""Whatever was typed comes back, and what is wrong stands beside its field."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request

from maskwire_daemon.web import forms
from maskwire_daemon.web.rendering import local, render

TYPED = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=30)


def request_of(body: bytes, content_type: str) -> Request:
    async def receive() -> Mapping[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", content_type.encode())]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": headers}, receive)  # type: ignore[arg-type]


async def read(body: bytes, content_type: str = "application/x-www-form-urlencoded") -> forms.Form:
    return await forms.read(request_of(body, content_type))


@settings(max_examples=50)
@given(st.dictionaries(st.text(st.characters(codec="ascii"), max_size=8), TYPED, max_size=5))
async def test_typed_text_comes_back_as_it_was(values: dict[str, str]) -> None:
    form = await read(urlencode(values).encode())

    assert dict(form.values) == values


@settings(max_examples=50)
@given(TYPED.filter(lambda text: "\n" not in text), st.binary(max_size=100))
async def test_files_and_fields_come_together(typed: str, content: bytes) -> None:
    request = httpx2.Request(
        "POST", "http://x/", data={"note": typed}, files={"file": ("a.txt", content)}, headers={"x": "y"}
    )
    form = await read(request.read(), request.headers["content-type"])

    assert form.value("note") == typed
    assert form.files["file"] == forms.Upload("a.txt", content)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "application/json", 415),
        (b"\xff=1", "application/x-www-form-urlencoded", 400),
        (b"a=1&" * 2000, "application/x-www-form-urlencoded", 400),
        (b"--b\r\nno end", "multipart/form-data; boundary=b", 400),
        (b"--b\r\nX-Y: z\r\n\r\nv\r\n--b--", "multipart/form-data; boundary=b", 400),
    ],
)
async def test_what_is_no_form_is_refused(body: bytes, content_type: str, status: int) -> None:
    with pytest.raises(HTTPException) as refused:
        await read(body, content_type)

    assert refused.value.status_code == status


class Wanted(BaseModel):
    name: str
    days: Annotated[int, Field(ge=1)] = 30


def test_wrong_fields_have_messages_without_what_was_typed() -> None:
    found, form = forms.Form.of(days="hunter2").checked(Wanted)

    assert found is None
    assert form.error("name") == "This is needed."
    assert form.error("days")
    assert "hunter2" not in "".join(form.errors.values())
    assert form.value("days") == "hunter2"


def test_empty_fields_take_their_defaults() -> None:
    found, form = forms.Form.of(name="a", days="").checked(Wanted)

    assert found == Wanted(name="a", days=30)
    assert form.errors == {}


PIECES = '{% from "parts.html" import text, area, choice, tick, problems %}'


async def test_a_field_names_its_help_and_message_and_keeps_its_text() -> None:
    from maskwire_daemon.web import rendering

    form = forms.Form.of(note='a"<b>').wrong(note="Too long.")
    shown = (
        rendering._environment()
        .from_string(PIECES + '{{ text(form, "note", "Note", help="What for") }}{{ problems(form) }}')
        .render(form=form)
    )

    assert 'value="a&#34;&lt;b&gt;"' in shown
    assert 'aria-describedby="note-error note-help" aria-invalid="true"' in shown
    assert '<p class="error" id="note-error">Too long.</p>' in shown
    assert 'href="#note"' in shown


@pytest.mark.parametrize(
    "path", ["https://evil.example", "//evil.example", "/\\evil.example", "", "x", "/\nx", "http:/x"]
)
def test_a_form_leads_to_our_own_pages_alone(path: str) -> None:
    assert local(path) == "/"


def test_a_form_leads_back_to_the_page_with_its_query() -> None:
    assert local("/rules?kind=PERSON") == "/rules?kind=PERSON"
    assert render("refused.html", {"status_code": 1, "title": "<t>", "sentence": "s", "remedy": ""}).count("&lt;t&gt;")
