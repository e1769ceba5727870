"""What answers on the control port: the API and the dashboard, side by side behind one guard."""

from collections.abc import Callable, Sequence

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from maskwire_daemon.api.access import Role, requires
from maskwire_daemon.api.app import routed
from maskwire_daemon.api.auditing import Audited
from maskwire_daemon.api.entrance import Entrance
from maskwire_daemon.api.guard import API, Guard
from maskwire_daemon.store.act import Act
from maskwire_daemon.web import refused, site
from maskwire_daemon.web.services import Services

Note = Callable[[Act], None]
"""Keeps one act in the audit log; returns at once."""


def build(
    services: Services, entrance: Entrance, note: Note = lambda _: None, more: Sequence[BaseRoute] = ()
) -> ASGIApp:
    """Return API and dashboard behind their guard; ``more`` are further routes of the API, ``note`` keeps acts."""

    @requires(Role.ADMIN)
    async def issue(request: Request) -> Response:
        """Give out the address that logs one browser in, once."""
        del request
        path = f"/login?code={entrance.issue()}"
        return JSONResponse({"path": path}, background=BackgroundTask(services.records.warm))

    login = Route("/v1/login", issue, methods=["POST"])
    split = _Split(routed(services.control, [login, *more]), site.build(services, entrance))
    return Guard(Audited(split, note), entrance.port, entrance, refused.show)


class _Split:
    """Leads calls of the API to it, and all others to the dashboard."""

    def __init__(self, api: ASGIApp, dashboard: ASGIApp) -> None:
        self._api = api
        self._dashboard = dashboard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one call on, as ASGI asks."""
        wanted = self._api if scope["path"].startswith(API) else self._dashboard
        await wanted(scope, receive, send)
