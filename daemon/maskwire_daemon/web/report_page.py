"""The report's page: a period, what was protected in it, and the same as a file. Works without script."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from maskwire_daemon.report import Period
from maskwire_daemon.report_lines import as_csv, as_json_lines
from maskwire_daemon.web.forms import Form
from maskwire_daemon.web.rendering import page
from maskwire_daemon.web.section import Section
from maskwire_daemon.web.services import services_of

DAYS = 30
"""Days of a report when none are asked for."""


@dataclass(frozen=True, slots=True)
class _Days:
    """The first and the last day of a period, both included, in local time."""

    first: date
    last: date

    @property
    def period(self) -> Period:
        return Period(_midnight(self.first), _midnight(self.last + timedelta(days=1)))

    @property
    def query(self) -> str:
        return f"since={self.first}&until={self.last}"


async def show(request: Request) -> Response:
    """Show the report of a period."""
    wanted, form = _wanted(request)
    check = request.query_params.get("verify") == "on"
    found = await services_of(request).reports.made(wanted.period, check=check)
    values = {"report": found, "form": form, "days": wanted}
    return await page(request, "report.html", values, 422 if form.errors else 200)


async def as_table(request: Request) -> Response:
    """Answer the report as CSV."""
    return await _download(request, "csv")


async def as_lines(request: Request) -> Response:
    """Answer the report as JSON lines."""
    return await _download(request, "jsonl")


async def _download(request: Request, kind: str) -> Response:
    wanted, _ = _wanted(request)
    found = await services_of(request).reports.made(wanted.period, check=True)
    content, media_type = {
        "csv": (as_csv, "text/csv; charset=utf-8"),
        "jsonl": (as_json_lines, "application/x-ndjson"),
    }[kind]
    name = f"maskwire-{wanted.first}-{wanted.last}.{kind}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content(found), media_type=media_type, headers=headers)


def _wanted(request: Request) -> tuple[_Days, Form]:
    """Return the days that the address asks for; those of the last month while it is wrong."""
    today = datetime.now(UTC).astimezone().date()
    usual = _Days(today - timedelta(days=DAYS - 1), today)
    form = Form.of(
        since=request.query_params.get("since", "").strip()[:40] or str(usual.first),
        until=request.query_params.get("until", "").strip()[:40] or str(usual.last),
    )
    found: dict[str, date] = {}
    for name in ("since", "until"):
        try:
            found[name] = date.fromisoformat(form.value(name))
        except ValueError:
            form = form.wrong(**{name: "Write a day as 2026-11-22."})
    if form.errors:
        return usual, form
    if not date(1970, 1, 2) <= found["since"] <= date(9999, 1, 1):
        return usual, form.wrong(since="Take a day after 1970.")
    if not found["since"] <= found["until"] <= date(9999, 1, 1):
        return usual, form.wrong(until="The last day comes before the first.")
    return _Days(found["since"], found["until"]), form


def _midnight(day: date) -> float:
    """Return when a day begins here, as Unix time."""
    return datetime(day.year, day.month, day.day).astimezone().timestamp()


SECTION = Section(
    "Report",
    "/report",
    "report",
    (
        Route("/report", show, methods=["GET"]),
        Route("/report/maskwire.csv", as_table, methods=["GET"]),
        Route("/report/maskwire.jsonl", as_lines, methods=["GET"]),
    ),
)
