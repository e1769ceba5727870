"""What happens while somebody watches, as server-sent events: new rows, the figures above them, the state.

Nothing is queued for a reader: each look takes what is new since the last one that this reader has taken, and no more
rows than its table holds. A reader that is slow looks less often.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from maskwire.errors import ControlError, VaultError
from maskwire_daemon.api.access import Role, principal_of
from maskwire_daemon.api.streams import FULL, EventStream, still_may
from maskwire_daemon.web import refused
from maskwire_daemon.web.exchanges import Filter
from maskwire_daemon.web.live_view import ROWS, figures_html, filter_of, rows_html, state_html
from maskwire_daemon.web.services import Services, readers_of, services_of

LOOK_S = 0.25
"""Seconds between two looks for new rows: quick for an eye, and four queries a second."""

FIGURES_S = 1.0
"""Seconds between two looks at the figures while there are new rows."""

QUIET_S = 10.0
"""Seconds after which the figures are sent though nothing is new: the chart moves on, and a dead reader is noticed."""


async def stream(request: Request) -> Response:
    """Answer with what happens from now on, or from the event that the browser saw last."""
    services, wanted = services_of(request), partial(still_may, request)
    watch = Watch(services, filter_of(request.query_params), wanted, principal_of(request).role)
    events = watch.events(_after(request) or await services.records.last_id())
    return EventStream(request, events, readers_of(request), refused.answer(request, 503, FULL))


def _after(request: Request) -> int:
    """Return the last id that the browser saw: what it says after a lost connection, else what the page was made of."""
    given = request.headers.get("last-event-id") or request.query_params.get("after", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else 0


@dataclass(eq=False)
class Watch:
    """One reader. ``wanted`` tells whether it still may read, ``role`` which buttons it gets."""

    services: Services
    filter: Filter
    wanted: Callable[[], Awaitable[bool]]
    role: Role

    async def events(self, after: int) -> AsyncIterator[str]:
        """Yield events until the reader leaves, may no longer read, or the daemon stops."""
        try:
            yield "retry: 2000\n\n"
            figures_at, state = 0.0, ("", False)
            while await self.wanted():
                last = await self.services.records.last_id()
                if last < after:
                    after = 0  # the journal was deleted
                if last > after:
                    rows = await self.services.records.since(self.filter, ROWS, after)
                    after = max(last, rows[0].id if rows else 0)  # more may have been written since
                    yield _event("rows", rows_html(rows), after)
                    due = time.monotonic() - figures_at >= FIGURES_S
                else:
                    due = time.monotonic() - figures_at >= QUIET_S
                if due:
                    figures_at = time.monotonic()
                    yield _event("figures", figures_html(await self.services.records.sums()))
                status = await self.services.control.status()
                if (status.state, status.paused_until is None) != state:
                    state = status.state, status.paused_until is None
                    yield _event("state", state_html(status, self.role))
                if await self.services.records.ended(LOOK_S):
                    return
        except (ControlError, VaultError):
            return


def _event(name: str, data: str, row_id: int | None = None) -> str:
    """Return one event; each line of ``data`` is a line of its own."""
    lines = "".join(f"data: {line}\n" for line in data.splitlines())
    number = "" if row_id is None else f"id: {row_id}\n"
    return f"{number}event: {name}\n{lines}\n"
