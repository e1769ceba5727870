"""The first page: how protection stands and what happened last."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from maskwire_daemon.web.rendering import page
from maskwire_daemon.web.section import Section


async def show(request: Request) -> Response:
    """Show the page."""
    return await page(request, "live.html", {})


SECTION = Section("Live", "/", "live", (Route("/", show, methods=["GET"]),))
