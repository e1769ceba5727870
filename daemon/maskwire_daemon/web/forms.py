"""What a form sent: its texts and files, what is wrong with each, and the page that says so. Never on disk.

A wrong form is shown again with everything that was typed, and each message stands beside its field. Sans-IO but for
``read``, which takes the request's body.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Self
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request

from maskwire.errors import BlockedError
from maskwire.wire.attachments.multipart import Part, parameters, read_parts

MAX_FIELDS = 1000
"""Fields of one form."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a form brought. ``repr`` shows neither its name nor its content."""

    name: str = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Form:
    """A form's fields as they were typed, and the message of each that is wrong. ``repr`` shows only the messages.

    A field that was sent several times has its last value in ``values`` and all of them in ``every``.
    """

    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    errors: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    every: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    files: Mapping[str, Upload] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    @classmethod
    def of(cls, **values: str) -> Self:
        """Return a form that starts with these values."""
        return cls(values)

    def value(self, name: str) -> str:
        """Return what stands in a field; nothing when it was not sent."""
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        """Return the message of a field; empty when it is right."""
        return self.errors.get(name, "")

    def wrong(self, **messages: str) -> "Form":
        """Return this form with these messages beside their fields."""
        return replace(self, errors={**self.errors, **messages})

    def checked[M: BaseModel](self, model: type[M], only: tuple[str, ...] = ()) -> "tuple[M | None, Form]":
        """Return the fields as ``model`` takes them, or ``None`` and this form with what is wrong.

        Empty fields count as not sent, so that the model's defaults hold.
        """
        wanted = only or tuple(model.model_fields)
        given = {name: self.values[name] for name in wanted if self.values.get(name, "") != ""}
        try:
            return model.model_validate(given), self
        except ValidationError as e:
            return None, self.wrong(**messages_of(e))


def messages_of(error: ValidationError) -> dict[str, str]:
    """Return the message of each wrong field; never what was typed."""
    found: dict[str, str] = {}
    for each in error.errors(include_url=False, include_input=False, include_context=False):
        name = str(each["loc"][0]) if each["loc"] else "form"
        words = "This is needed." if each["type"] == "missing" else each["msg"].removeprefix("Value error, ")
        found.setdefault(name, words[:1].upper() + words[1:].rstrip(".") + ".")
    return found


async def read(request: Request) -> Form:
    """Return the form that ``request`` brings.

    Raises:
        HTTPException: the body is no form.
    """
    body = await request.body()
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return _urlencoded(body)
    if kind == "multipart/form-data":
        return _multipart(body, content_type)
    raise HTTPException(415, "this page takes forms only")


def _urlencoded(body: bytes) -> Form:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise HTTPException(400, "the form cannot be read") from None
    return _form(pairs, {})


def _multipart(body: bytes, content_type: str) -> Form:
    try:
        parts = [(part, _names(body, part)) for part in read_parts(body, content_type)]
    except BlockedError:
        raise HTTPException(400, "the form cannot be read") from None
    pairs: list[tuple[str, str]] = []
    files: dict[str, Upload] = {}
    for part, names in parts:
        content = body[slice(*part.content)]
        if "filename" in names:
            files[names["name"]] = Upload(names["filename"], content)
        else:
            pairs.append((names["name"], content.decode("utf-8", "replace")))
    return _form(pairs, files)


def _names(body: bytes, part: Part) -> dict[str, str]:
    """Return the field's name and, for a file, the file's.

    Raises:
        BlockedError: the part has no name.
    """
    disposition = part.header("content-disposition")
    found = (
        {p.name: body[p.start : p.end].decode("utf-8", "replace") for p in parameters(body, disposition)}
        if disposition
        else {}
    )
    if "name" not in found:
        raise HTTPException(400, "the form has a part without a name")
    return found


def _form(pairs: list[tuple[str, str]], files: Mapping[str, Upload]) -> Form:
    every: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        every[name] = (*every.get(name, ()), value.replace("\r\n", "\n"))
    return Form({name: values[-1] for name, values in every.items()}, every=every, files=files)
