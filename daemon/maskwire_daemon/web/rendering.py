"""Makes pages of templates: strict about names, escaped everywhere, with what every page shows. IO: reads templates."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from maskwire.entities import kind_of
from maskwire.errors import ControlError, VaultError
from maskwire_client.models import Status
from maskwire_daemon.api.access import principal_of
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


SHOWN = (ControlError, VaultError)
"""Errors whose sentence a page may show."""


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
        clock=clock, day=day, moment=moment, duration=duration, number=number, size=size, ms=milliseconds, kind=kind
    )
    made.globals.update(state_words=state_words)
    return made


def _address(request: Request) -> str:
    """Return path and query of this page, to come back to it."""
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def _local_time(unix_s: float) -> datetime:
    return datetime.fromtimestamp(unix_s, UTC).astimezone()


def clock(unix_s: float) -> str:
    """Return a time of day, as ``14:03:07``."""
    return _local_time(unix_s).strftime("%H:%M:%S")


def day(unix_s: float) -> str:
    """Return a day, as ``2026-11-22``."""
    return _local_time(unix_s).strftime("%Y-%m-%d")


def moment(unix_s: float) -> str:
    """Return a time as HTML's ``datetime`` takes it."""
    return _local_time(unix_s).isoformat(timespec="seconds")


def duration(seconds: float) -> str:
    """Return a length of time in its two largest units, as ``2 h 5 min``."""
    whole = max(0, round(seconds))
    units = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
    parts = []
    for length, name in units:
        if whole >= length:
            parts.append(f"{whole // length} {name}")
            whole %= length
    return " ".join(parts[:2]) or "0 s"


def number(count: float) -> str:
    """Return a count with thin spaces between thousands."""
    return f"{count:,.0f}".replace(",", "\u202f")


def size(count: int) -> str:
    """Return a number of bytes in the unit that fits."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:.1f} kB"
    return f"{count / 1_000_000:.1f} MB"


def milliseconds(count: float) -> str:
    """Return a delay as people compare it: ``0.4 ms``, ``12 ms``, ``3.4 s``."""
    if count < 10:
        return f"{count:.1f} ms"
    if count < 1000:
        return f"{count:.0f} ms"
    return f"{count / 1000:.1f} s"


def kind(entity: str) -> str:
    """Return the kind of an entity, by which it is coloured."""
    return "own" if entity == "CUSTOM" else str(kind_of(entity))


def state_words(status: Status) -> str:
    """Return the state in words."""
    return {"protecting": "Protecting", "paused": "Paused", "attention": "Needs attention"}.get(
        status.state, status.state
    )
