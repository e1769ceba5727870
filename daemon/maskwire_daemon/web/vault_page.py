"""The vault's page: what it holds and how old, single values behind their gate, keys, removal. Works without script.

A value is in the answer to the form that asked for it and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from maskwire.errors import ConfigError
from maskwire_daemon.api.access import Role, principal_of, requires
from maskwire_daemon.reveal import Asked, Lock, Withheld
from maskwire_daemon.store.passphrase import SHORTEST
from maskwire_daemon.web import forms
from maskwire_daemon.web.forms import Form
from maskwire_daemon.web.rendering import page, redirect, sentence_of
from maskwire_daemon.web.section import Section
from maskwire_daemon.web.services import services_of
from maskwire_daemon.web.unlocked import unlock

PASSPHRASES = ("passphrase", "old", "new", "again")
"""Fields that are never shown again."""

WORD = "destroy"
"""What is typed to destroy the vault."""

UNKNOWN = "This vault does not know that token, or no longer."
"""Said of a token whose value is not there."""


@dataclass(frozen=True, slots=True)
class _Revealed:
    """What a token stood for. ``repr`` is not used anywhere; the value is for one answer."""

    token: str
    value: str

    def __repr__(self) -> str:
        return "<_Revealed>"


class _Token(BaseModel):
    token: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]


class _Purge(BaseModel):
    days: Annotated[float, Field(ge=0, le=36500, allow_inf_nan=False)] = 0
    entity: str = ""


async def show(request: Request) -> Response:
    """Show the page."""
    return await _page(request, Form.of(days="90"))


@requires(Role.ADMIN)
async def reveal(request: Request) -> Response:
    """Show the value behind one token, once, in this answer."""
    principal = principal_of(request)
    if not principal.restores:
        raise HTTPException(403, "this token has no right to read values")
    form = await forms.read(request)
    wanted, form = form.checked(_Token)
    if wanted is None:
        return await _page(request, form)
    try:
        asked = Asked(wanted.token, principal.name, form.value("passphrase"))
        value = await services_of(request).vault.reveal(asked)
    except Withheld as e:
        locked = await services_of(request).vault.lock() is not Lock.NONE
        return await _page(request, form.wrong(**{"passphrase" if locked else "token": sentence_of(e)}))
    if value is None:
        return await _page(request, form.wrong(token=UNKNOWN))
    unlock(request)
    return await _page(request, form, _Revealed(wanted.token, value))


@requires(Role.ADMIN)
async def purge(request: Request) -> Response:
    """Remove values that were not used for a while, of one kind or all."""
    form = await forms.read(request)
    wanted, form = form.checked(_Purge)
    if wanted is None:
        return await _page(request, form)
    if not wanted.days and not wanted.entity:
        return await _page(request, form.wrong(days="Say how many days, or choose a kind: Destroy removes everything."))
    removed = await services_of(request).vault.purge(wanted.days, wanted.entity)
    values = "value is" if removed == 1 else "values are"
    return redirect(request, "/vault", f"{removed} {values} gone. Their tokens stay tokens wherever they stand.")


@requires(Role.ADMIN)
async def rotate(request: Request) -> Response:
    """Begin a change of keys and lead to its progress."""
    form = await forms.read(request)
    services_of(request).vault.rotate(values=form.value("what") == "values")
    return redirect(request, "/vault/rotation")


async def progress(request: Request) -> Response:
    """Show how far the change of keys is."""
    rotation = services_of(request).vault.rotation
    if rotation is None:
        return redirect(request, "/vault", "No keys are being changed.")
    return await page(request, "vault_rotation.html", {"rotation": rotation})


@requires(Role.ADMIN)
async def passphrase(request: Request) -> Response:
    """Set or change the passphrase that reading single values takes."""
    form = await forms.read(request)
    vault = services_of(request).vault
    before = await vault.lock()
    if (wrong := _wrong_passphrases(form, needs_old=before is not Lock.NONE)) is not None:
        return await _page(request, wrong)
    try:
        await vault.change_passphrase(principal_of(request).name, form.value("old"), form.value("new"))
    except Withheld as e:
        return await _page(request, form.wrong(old=sentence_of(e)))
    except ConfigError as e:
        return await _page(request, form.wrong(new=sentence_of(Exception(e.problem))))
    said = "From now on a value is shown only for that passphrase." if before is Lock.NONE else "It is changed."
    return redirect(request, "/vault", said)


@requires(Role.ADMIN)
async def destroy(request: Request) -> Response:
    """Make every value unreadable for good, once the word was typed."""
    form = await forms.read(request)
    if form.value("confirm").strip().lower() != WORD:
        return await _page(request, form.wrong(confirm=f"Type the word {WORD} to go on; nothing was destroyed."))
    await services_of(request).vault.destroy()
    return await page(request, "vault_destroyed.html", {})


def _wrong_passphrases(form: Form, *, needs_old: bool) -> Form | None:
    wrong = form
    if needs_old and not form.value("old"):
        wrong = wrong.wrong(old="This is needed.")
    if len(form.value("new")) < SHORTEST:
        wrong = wrong.wrong(new=f"Take at least {SHORTEST} characters.")
    elif form.value("new") != form.value("again"):
        wrong = wrong.wrong(again="The two are not the same.")
    return wrong if wrong.errors else None


async def _page(request: Request, form: Form, revealed: _Revealed | None = None) -> Response:
    """Show the page with a form as it was typed, but for passphrases."""
    kept: Mapping[str, str] = {name: value for name, value in form.values.items() if name not in PASSPHRASES}
    form = replace(form, values={"days": "90", **kept})
    values = {"stock": await services_of(request).vault.stock(), "form": form, "revealed": revealed, "Lock": Lock}
    return await page(request, "vault.html", values, 422 if form.errors else 200)


SECTION = Section(
    "Vault",
    "/vault",
    "vault",
    (
        Route("/vault", show, methods=["GET"]),
        Route("/vault/reveal", reveal, methods=["POST"]),
        Route("/vault/purge", purge, methods=["POST"]),
        Route("/vault/rotate", rotate, methods=["POST"]),
        Route("/vault/rotation", progress, methods=["GET"]),
        Route("/vault/passphrase", passphrase, methods=["POST"]),
        Route("/vault/destroy", destroy, methods=["POST"]),
    ),
)
