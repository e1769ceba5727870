"""The playground: what is found in a text and why, how it would leave, and back again. Works without script.

Text and values are in the answer alone: never in an address, a log or the session.
"""

import re
from dataclasses import dataclass, replace
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from maskwire.errors import BlockedError, ConfigError, VaultError
from maskwire_client.models import Restored
from maskwire_daemon.api.access import Role, principal_of, requires
from maskwire_daemon.api.auditing import note_as
from maskwire_daemon.web import forms
from maskwire_daemon.web.forms import Form
from maskwire_daemon.web.pieces import Piece, masked_pieces, original_pieces
from maskwire_daemon.web.rendering import page, sentence_of
from maskwire_daemon.web.section import Section
from maskwire_daemon.web.services import services_of
from maskwire_daemon.web.unlocked import LOCKED, reads_now
from maskwire_daemon.web.workbench import Choices, Examined

MAX_TEXT = 200_000
"""Characters of one text: a page with more is no help to a reader."""

RULE = "/playground/rule"
"""What the audit log calls a decision for good."""

MOST_ROWS = 300
"""Findings that the table explains; all are marked in the text."""

MOST_CHOICES = 200
"""Decisions by hand that one form carries."""

EXAMPLE = """\
Hi Dana, please call Jane Miller on +1 415 555 2671 or write to jane.miller@northwind-traders.com.
Her card number is 4111 1111 1111 1111, the admin password: Winter-Moss-41!
Best, Priya Raman"""


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the page shows beside the form."""

    examined: Examined | None = None
    restored: Restored | None = None
    said: str = ""


async def show(request: Request) -> Response:
    """Show the page with nothing on it yet."""
    return await _page(request, Form(), Choices(), _Shown())


@requires(Role.OPERATOR)
async def work(request: Request) -> Response:
    """Do what the button says, and show the text again with what is found in it now."""
    form = await forms.read(request)
    choices = _choices(form)
    do = form.value("do")
    if do == "restore":
        return await _restore(request, form, choices)
    if do == "download":
        return await _download(request, form, choices)
    said = ""
    try:
        form = await _with_file(request, form)
        if do == "example":
            form = _with_text(form, EXAMPLE)
        form, choices, said = await _decide(request, form, choices, do)
        form = _checked(form)
        if form.errors.keys() & {"text", "file"}:
            return await _page(request, form, choices, _Shown())
        examined = await services_of(request).workbench.examine(form.value("text"), choices)
    except (BlockedError, VaultError, ConfigError) as e:
        return await _page(request, form.wrong(text=sentence_of(e)), choices, _Shown())
    if not form.errors:
        form = replace(form, values={**form.values, "also": ""})
    return await _page(request, form, choices, _Shown(examined, said=said))


async def _restore(request: Request, form: Form, choices: Choices) -> Response:
    if not principal_of(request).restores:
        raise HTTPException(403, "this token may mask, and not read values")
    if not await reads_now(request):
        return await _page(request, form.wrong(answer=LOCKED), choices, _Shown())
    answer = form.value("answer")
    if not answer.strip() or len(answer) > MAX_TEXT:
        problem = "Paste a text with tokens in it." if not answer.strip() else _too_long(answer)
        return await _page(request, form.wrong(answer=problem), choices, _Shown())
    try:
        restored = await services_of(request).workbench.restore(answer)
    except VaultError as e:
        return await _page(request, form.wrong(answer=sentence_of(e)), choices, _Shown())
    return await _page(request, form, choices, _Shown(restored=restored))


async def _download(request: Request, form: Form, choices: Choices) -> Response:
    """Answer with the file itself, masked in place."""
    file = form.files.get("file")
    if file is None or not file.content:
        return await _page(request, form.wrong(file="Choose a file first."), choices, _Shown())
    try:
        masked = await services_of(request).workbench.mask_file(file.name, file.content)
    except (BlockedError, VaultError) as e:
        return await _page(request, form.wrong(file=sentence_of(e)), choices, _Shown())
    suffix = re.sub(r"[^\w.]", "", "." + file.name.rpartition(".")[2]) if "." in file.name else ""
    disposition = f"attachment; filename*=UTF-8''{quote('masked' + suffix[:20])}"
    return Response(masked, media_type="application/octet-stream", headers={"content-disposition": disposition})


async def _with_file(request: Request, form: Form) -> Form:
    """Return the form with the texts of a file that came with it in place of what stood there."""
    file = form.files.get("file")
    if file is None or not file.content:
        return form
    try:
        return _with_text(form, await services_of(request).workbench.texts_of(file.name, file.content))
    except BlockedError as e:
        return form.wrong(file=sentence_of(e))


async def _decide(request: Request, form: Form, choices: Choices, do: str) -> tuple[Form, Choices, str]:
    """Return what holds after the button ``do``, and what it did for good."""
    word, text = form.value("also").strip(), form.value("text")
    if do in ("also", "always"):
        if not word:
            return form.wrong(also="Type the word that is to be masked."), choices, ""
        if do == "also" and word not in text:
            return form.wrong(also="The text does not hold this word, letter by letter."), choices, ""
        if do == "also":
            return form, replace(choices, also=tuple(dict.fromkeys([*choices.also, word]))), ""
        _needs(request, Role.ADMIN)
        await services_of(request).workbench.always_mask(word)
        note_as(request, RULE)
        return form, choices, "This word is masked everywhere from now on: it stands in words.terms of your settings."
    verb, _, value = do.partition(":")
    if verb == "leave":
        return form, replace(choices, leave=tuple(dict.fromkeys([*choices.leave, value]))), ""
    if verb == "mask":
        return form, replace(choices, leave=tuple(each for each in choices.leave if each != value)), ""
    if verb != "allow" or not value:
        return form, choices, ""
    _needs(request, Role.ADMIN)
    await services_of(request).workbench.always_allow(value)
    note_as(request, RULE)
    return form, choices, "This value passes everywhere from now on: your settings hold its keyed hash, not the value."


def _needs(request: Request, role: Role) -> None:
    if not principal_of(request).role.covers(role):
        raise HTTPException(403, f"changing rules takes the role {role}")


def _checked(form: Form) -> Form:
    text = form.value("text")
    if not text.strip() and not form.errors:
        return form.wrong(text="Paste a text, or choose a file.")
    return form.wrong(text=_too_long(text)) if len(text) > MAX_TEXT else form


def _too_long(text: str) -> str:
    return f"This is {len(text)} characters long; {MAX_TEXT} are the most here. `maskwire scan FILE` takes any length."


def _with_text(form: Form, text: str) -> Form:
    return replace(form, values={**form.values, "text": text})


def _choices(form: Form) -> Choices:
    leave, also = (form.every.get(name, ())[:MOST_CHOICES] for name in ("left", "marked"))
    return Choices(tuple(filter(None, leave)), tuple(filter(None, also)))


async def _page(request: Request, form: Form, choices: Choices, shown: _Shown) -> Response:
    examined = shown.examined
    original: list[Piece] = original_pieces(examined) if examined else []
    values = {
        "form": form,
        "choices": choices,
        "examined": examined,
        "original": original,
        "rows": examined.findings[:MOST_ROWS] if examined else [],
        "masked": masked_pieces(examined) if examined else [],
        "restored": shown.restored,
        "done": shown.said,
        "may_restore": principal_of(request).restores,
        "may_change": principal_of(request).role.covers(Role.ADMIN),
    }
    return await page(request, "playground.html", values, 422 if form.errors else 200)


SECTION = Section(
    "Playground",
    "/playground",
    "playground",
    (Route("/playground", show, methods=["GET"]), Route("/playground", work, methods=["POST"])),
)
