"""The first page: how protection stands, what it did in the last hour and day, and the exchanges as they end."""

from collections.abc import Mapping
from dataclasses import asdict
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from maskwire.exchange import Outcome
from maskwire_daemon.web.exchange_view import stages_of
from maskwire_daemon.web.exchanges import Filter
from maskwire_daemon.web.live_stream import stream
from maskwire_daemon.web.live_view import ROWS, figures_html, filter_of, rows_html
from maskwire_daemon.web.rendering import page
from maskwire_daemon.web.section import Section
from maskwire_daemon.web.services import services_of


async def show(request: Request) -> Response:
    """Show the page, or an older or newer one of the same filter."""
    records, wanted = services_of(request).records, filter_of(request.query_params)
    before, after = (_id(request.query_params, name) for name in ("before", "after"))
    found = await records.page(wanted, ROWS, before=before, after=after)
    sums = await records.sums()
    ids = [event.id for event in found.events]
    newest = not found.newer
    values = {
        "figures": figures_html(sums),
        "rows": rows_html(found.events),
        "count": len(found.events),
        "filter": wanted,
        "filtered": any(asdict(wanted).values()),
        "results": list(Outcome),
        "sums": sums,
        "older": _address(wanted, before=min(ids)) if ids and found.older else "",
        "newer": _address(wanted, after=max(ids)) if ids and found.newer else "",
        "live": _address(wanted, after=sums.last_id).replace("/", "/live/stream", 1) if newest else "",
        "keep": ROWS,
    }
    return await page(request, "live.html", values)


async def show_one(request: Request) -> Response:
    """Show one exchange in all its stages."""
    row_id: int = request.path_params["id"]
    event = await services_of(request).records.one(row_id)
    if event is None:
        raise HTTPException(404, "the journal holds no exchange of this number, or no longer")
    values = {"event": event, "exchange": event.exchange, "stages": stages_of(event.exchange)}
    return await page(request, "exchange.html", values)


def _id(query: Mapping[str, str], name: str) -> int:
    given = query.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else 0


def _address(wanted: Filter, **cursor: int) -> str:
    """Return the address of a page of this filter."""
    query = {name: value for name, value in {**asdict(wanted), **cursor}.items() if value}
    return "/" + (f"?{urlencode(query)}" if query else "")


SECTION = Section(
    "Live",
    "/",
    "live",
    (
        Route("/", show, methods=["GET"]),
        Route("/live/stream", stream, methods=["GET"]),
        Route("/exchanges/{id:int}", show_one, methods=["GET"]),
    ),
)
