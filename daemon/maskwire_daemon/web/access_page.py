"""Who may call: tokens of other programs, browsers that are logged in, and the log of what was done."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from maskwire_daemon.api.access import Role, principal_of, requires
from maskwire_daemon.api.tokens import AccessBody
from maskwire_daemon.store.access import NameTaken
from maskwire_daemon.web import forms
from maskwire_daemon.web.access_desk import Deeds
from maskwire_daemon.web.forms import Form
from maskwire_daemon.web.rendering import page, redirect, sentence_of
from maskwire_daemon.web.section import Section
from maskwire_daemon.web.services import entrance_of, services_of

ROWS = 50
"""Entries of the log on one page."""

MAX_TEXT = 200
"""Characters of a filter."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A token that was just made. ``repr`` does not show it."""

    name: str
    token: str

    def __repr__(self) -> str:
        return f"<_Made {self.name}>"


class _NewToken(AccessBody):
    """A form's fields: a tick is sent as ``on``."""

    restores: bool = False


async def show(request: Request) -> Response:
    """Show the page, or an older one of the log."""
    return await _page(request, Form())


@requires(Role.ADMIN)
async def add(request: Request) -> Response:
    """Make a token and show it, in this answer alone."""
    form = await forms.read(request)
    wanted, form = form.checked(_NewToken)
    if wanted is None:
        return await _page(request, form)
    if wanted.restores and not principal_of(request).restores:
        return await _page(request, form.wrong(restores="Nobody gives a right that they do not have."))
    try:
        token = await services_of(request).access.add(wanted.name, wanted.role, restores=wanted.restores)
    except NameTaken as e:
        return await _page(request, form.wrong(name=sentence_of(e)))
    return await _page(request, Form(), _Made(wanted.name, token))


@requires(Role.ADMIN)
async def remove(request: Request) -> Response:
    """Take a token back."""
    form = await forms.read(request)
    name = form.value("token_name")
    if not await services_of(request).access.remove(name):
        raise HTTPException(404, "there is no token of that name")
    return redirect(request, "/access", f"{name} has no access any more.")


@requires(Role.ADMIN)
async def log_out(request: Request) -> Response:
    """Log one browser out, or all but this one."""
    form = await forms.read(request)
    own = principal_of(request).session
    wanted = form.value("session")
    ended = 0
    for session in entrance_of(request).sessions():
        if session is not own and wanted in ("all", session.id):
            session.open = False
            ended += 1
    return redirect(
        request, "/access", "One browser was logged out." if ended == 1 else f"{ended} browsers were logged out."
    )


async def _page(request: Request, form: Form, made: _Made | None = None) -> Response:
    principal, access, entrance = principal_of(request), services_of(request).access, entrance_of(request)
    query = request.query_params
    wanted = Deeds(*(query.get(name, "").strip()[:MAX_TEXT] for name in ("actor", "text", "ended")))
    if wanted.ended not in ("", "done", "refused"):
        raise HTTPException(400, "a deed was done or refused")
    found = await access.deeds(wanted, ROWS, _number(query, "before"))
    admin = principal.role.covers(Role.ADMIN)
    values = {
        "form": form,
        "made": made,
        "tokens": await access.tokens() if admin else (),
        "sessions": [(s, entrance.left_s(s)) for s in entrance.sessions()] if admin else (),
        "wanted": wanted,
        "filtered": any(asdict(wanted).values()),
        "actors": await access.actors(),
        "log": found,
        "older": _older(wanted, found.entries[-1].id) if found.more else "",
        "newest": not _number(query, "before"),
    }
    return await page(request, "access.html", values, 422 if form.errors else 200)


def _number(query: Mapping[str, str], name: str) -> int:
    given = query.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else 0


def _older(wanted: Deeds, before: int) -> str:
    query = {name: value for name, value in {**asdict(wanted), "before": before}.items() if value}
    return f"/access?{urlencode(query)}#log"


SECTION = Section(
    "Access",
    "/access",
    "access",
    (
        Route("/access", show, methods=["GET"]),
        Route("/access/tokens", add, methods=["POST"]),
        Route("/access/remove", remove, methods=["POST"]),
        Route("/access/logout", log_out, methods=["POST"]),
    ),
)
