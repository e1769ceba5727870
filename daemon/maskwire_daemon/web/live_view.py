"""The pieces of the live page that are also sent while somebody watches, as HTML."""

import time
from collections.abc import Mapping, Sequence

from maskwire.exchange import Outcome
from maskwire_client.models import Status
from maskwire_daemon.api.access import Role
from maskwire_daemon.store.history import Event
from maskwire_daemon.web.chart import chart_of
from maskwire_daemon.web.exchanges import Filter
from maskwire_daemon.web.rendering import render
from maskwire_daemon.web.summary import Sums

ROWS = 100
"""Rows of the table; more are on the next page."""

MAX_TEXT = 200
"""Characters of a filter."""


def filter_of(query: Mapping[str, str]) -> Filter:
    """Return the filter that an address asks for; a result that does not exist is left out."""
    found = {name: query.get(name, "").strip()[:MAX_TEXT] for name in ("host", "program", "entity", "result", "text")}
    if found["result"] not in set(Outcome):
        found["result"] = ""
    return Filter(**found)


def rows_html(events: Sequence[Event]) -> str:
    """Return the rows of ``events``."""
    return render("live_rows.html", {"events": events})


def figures_html(sums: Sums) -> str:
    """Return the figures and the chart."""
    average = sums.day.added_ms / sums.day.exchanges if sums.day.exchanges else 0.0
    return render("live_figures.html", {"day": sums.day, "chart": chart_of(sums.minutes), "average_ms": average})


def state_html(status: Status, role: Role) -> str:
    """Return the state with the buttons of ``role``, which lead to the first page unless the page says otherwise."""
    values = {"status": status, "now": time.time(), "address": "/", "role": role}
    return render("state.html", values)
