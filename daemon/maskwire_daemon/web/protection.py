"""The two buttons in the frame of every page: pause protection, and protect again."""

from typing import Annotated

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from maskwire_daemon.api.access import Role, requires
from maskwire_daemon.pause import MAX_MINUTES
from maskwire_daemon.web import forms
from maskwire_daemon.web.rendering import redirect
from maskwire_daemon.web.services import services_of
from maskwire_daemon.web.words import duration


class _Pause(BaseModel):
    minutes: Annotated[float, Field(gt=0, le=MAX_MINUTES)] = 15


@requires(Role.ADMIN)
async def pause(request: Request) -> Response:
    """Pause for some minutes and come back to the page that was open."""
    form = await forms.read(request)
    wanted, form = form.checked(_Pause)
    back = form.value("back") or "/"
    if wanted is None:
        return redirect(request, back, f"Nothing was paused: {form.error('minutes')}")
    services_of(request).control.pause(wanted.minutes, floor=True)
    return redirect(request, back, f"Paused for {duration(wanted.minutes * 60)}. Secrets stay masked.")


@requires(Role.OPERATOR)
async def resume(request: Request) -> Response:
    """Protect again."""
    form = await forms.read(request)
    services_of(request).control.resume()
    return redirect(request, form.value("back") or "/", "Protection is on again.")


ROUTES = (Route("/pause", pause, methods=["POST"]), Route("/resume", resume, methods=["POST"]))
