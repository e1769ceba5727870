"""Makes pages of templates: strict about names, escaped everywhere, with what every page shows. IO: reads templates."""

import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from maskwire_daemon.api.access import Role, principal_of
from maskwire_daemon.web import deeds, words
from maskwire_daemon.web.services import services_of

HERE = Path(__file__).parent

STATIC = HERE / "static"
"""Scripts, styles and icons."""


async def page(request: Request, template: str, values: Mapping[str, Any], status_code: int = 200) -> Response:
    """Return the page that ``template`` makes of ``values``, inside the frame of all pages."""
    principal = principal_of(request)
    said = ""
    if principal.session is not None:
        said, principal.session.said = principal.session.said, ""
    frame = {
        "status": await services_of(request).control.status(),
        "sections": request.app.state.sections,
        "here": request.url.path,
        "address": _address(request),
        "said": said,
        "principal": principal,
        "role": principal.role,
        "now": time.time(),
    }
    return HTMLResponse(render(template, {**frame, **values}), status_code)


def redirect(request: Request, path: str, said: str = "") -> Response:
    """Send the browser to the page at ``path``, which then tells ``said``; never elsewhere than to ourselves."""
    session = principal_of(request).session
    if session is not None and said:
        session.said = said
    return RedirectResponse(local(path), status_code=303)


def local(path: str) -> str:
    """Return ``path`` when it is one of ours, else the first page: a form's field may hold anything."""
    parts = urlsplit(path)
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if plain and not parts.netloc and not parts.scheme else "/"


def render(template: str, values: Mapping[str, Any]) -> str:
    """Return what ``template`` makes of ``values``.

    Raises:
        jinja2.UndefinedError: it needs a name that is not there.
    """
    return _environment().get_template(template).render(values)


def sentence_of(error: Exception) -> str:
    """Return what an error of ours says, as a sentence for a page."""
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(
        clock=words.clock,
        day=words.day,
        moment=words.moment,
        duration=words.duration,
        number=words.number,
        size=words.size,
        ms=words.milliseconds,
        kind=words.kind,
        told=deeds.told,
        about=deeds.about,
    )
    made.globals.update(state_words=words.state_words, Role=Role)
    return made


def _address(request: Request) -> str:
    """Return path and query of this page, to come back to it."""
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")
