"""The dashboard as a whole: all sections, what they share, and what is shown when something goes wrong.

A new page is a module with a ``SECTION``, named in ``SECTIONS``, and a template that extends ``page.html``.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from maskwire.errors import BlockedError, ConfigError, ControlError, VaultError
from maskwire_daemon.api.entrance import Entrance
from maskwire_daemon.api.guard import TOO_LARGE, BodyTooLarge
from maskwire_daemon.api.streams import Readers
from maskwire_daemon.web import (
    access_page,
    hosts_page,
    live_page,
    login,
    playground_page,
    protection,
    refused,
    report_page,
    rules_page,
    vault_page,
)
from maskwire_daemon.web.rendering import STATIC
from maskwire_daemon.web.section import Section
from maskwire_daemon.web.services import Services

SECTIONS: tuple[Section, ...] = (
    live_page.SECTION,
    playground_page.SECTION,
    rules_page.SECTION,
    hosts_page.SECTION,
    vault_page.SECTION,
    report_page.SECTION,
    access_page.SECTION,
)
"""The navigation, in its order."""


def build(services: Services, entrance: Entrance) -> Starlette:
    """Return the dashboard; it must stand behind the guard."""
    app = Starlette(
        routes=[
            *(route for section in SECTIONS for route in section.routes),
            *protection.ROUTES,
            *login.ROUTES,
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        exception_handlers={
            HTTPException: _page(lambda e: (e.status_code, e.detail)),
            ValidationError: _page(lambda _: (400, "the form has a field that this page does not take")),
            ConfigError: _page(lambda e: (400, str(e))),
            ControlError: _page(lambda e: (503, str(e))),
            BlockedError: _page(lambda e: (503, str(e))),
            VaultError: _page(lambda e: (503, str(e))),
            BodyTooLarge: _page(lambda _: (413, TOO_LARGE)),
            Exception: _failed,
        },
    )
    app.state.services = services
    app.state.entrance = entrance
    app.state.readers = Readers()
    app.state.sections = SECTIONS
    return app


def _page(read: Callable[[Any], tuple[int, str]]) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        return await refused.inside(request, *read(error))

    return answer


async def _failed(request: Request, error: Exception) -> Response:
    """Answer after a mistake of ours: with a page that asks nothing of the daemon, which may fail again."""
    del error
    return refused.answer(request, 500, "maskwire failed inside")
