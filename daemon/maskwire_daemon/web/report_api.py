"""The route of the control API that answers a report as a file."""

import asyncio
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from maskwire_daemon import report
from maskwire_daemon.api.reading import unix_time
from maskwire_daemon.report import Period, Report
from maskwire_daemon.report_lines import as_csv, as_json_lines
from maskwire_daemon.storage import Storage
from maskwire_daemon.web.report_file import as_html

FORMATS: Mapping[str, tuple[Callable[[Report], str], str]] = MappingProxyType(
    {
        "html": (as_html, "text/html; charset=utf-8"),
        "csv": (as_csv, "text/csv; charset=utf-8"),
        "jsonl": (as_json_lines, "application/x-ndjson"),
    }
)
"""How a report can be written, with the media type of each."""

LATEST = 7_258_118_400.0
"""The last time that a report may name: the year 2200."""


def report_routes(opened: Callable[[], Storage]) -> list[BaseRoute]:
    """Return the route; ``opened`` returns the storage, or raises ``ControlError`` while there is none."""

    async def answer(request: Request) -> Response:
        """Answer the report of a period as `html`, `csv` or `jsonl`, with journal and audit log verified."""
        if (found := FORMATS.get(request.query_params.get("format", "jsonl"))) is None:
            raise HTTPException(400, f"format must be one of {', '.join(FORMATS)}")
        write, media_type = found
        period = Period(unix_time(request, "since", 0.0), unix_time(request, "until", time.time()))
        if not period.since < period.until <= LATEST:
            raise HTTPException(400, "since must come before until, and until before the year 2200")
        storage = opened()
        text = await asyncio.to_thread(lambda: write(report.whole(storage, period)))
        return Response(text, media_type=media_type)

    return [Route("/v1/report", answer, methods=["GET"])]
