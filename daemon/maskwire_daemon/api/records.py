"""The routes of the control API about what is kept: proof of the journal, its export, the audit log."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import asdict

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from maskwire_daemon.api.reading import number, unix_time
from maskwire_daemon.storage import Storage
from maskwire_daemon.store.audit import Entry
from maskwire_daemon.store.chain import Verdict
from maskwire_daemon.store.export import NotAnExport

MAX_ENTRIES = 1000
"""Entries of the audit log in one answer."""

LINES = "application/x-ndjson"
"""The media type of JSON lines."""


def record_routes(opened: Callable[[], Storage]) -> list[BaseRoute]:
    """Return the routes; ``opened`` returns the storage, or raises ``ControlError`` while there is none."""
    routes = _Routes(opened)
    return [
        Route("/v1/events/verify", routes.verify, methods=["GET"]),
        Route("/v1/events/verify", routes.verify_export, methods=["POST"]),
        Route("/v1/events/export", routes.export, methods=["GET"]),
        Route("/v1/audit", routes.audit, methods=["GET"]),
    ]


class _Routes:
    """One method for each route. What touches the disk runs in a thread."""

    def __init__(self, opened: Callable[[], Storage]) -> None:
        self._opened = opened

    async def verify(self, request: Request) -> Response:
        """Check the journal and the audit log; name the first record that was changed, removed or moved."""
        del request
        storage = self._opened()
        return JSONResponse(
            {
                "exchanges": as_json(await asyncio.to_thread(storage.journal.verify)),
                "audit": as_json(await asyncio.to_thread(storage.audit.verify)),
            }
        )

    async def verify_export(self, request: Request) -> Response:
        """Check an export of the journal, sent as the body."""
        lines = (await request.body()).decode("utf-8", "replace").splitlines()
        try:
            verdict = await asyncio.to_thread(self._opened().journal.verify_export, lines)
        except NotAnExport as e:
            raise HTTPException(400, str(e)) from None
        return JSONResponse(as_json(verdict))

    async def export(self, request: Request) -> Response:
        """Answer a period of the journal as JSON lines that prove themselves."""
        since, until = unix_time(request, "since", 0.0), unix_time(request, "until", 2.0**62)
        return StreamingResponse(_threaded(self._opened().journal.export(since, until)), media_type=LINES)

    async def audit(self, request: Request) -> Response:
        """Answer who did what, newest first."""
        limit, before = number(request, "limit", 100, MAX_ENTRIES), number(request, "before", 0)
        found = await asyncio.to_thread(self._opened().audit.entries, limit, before_id=before or None)
        return JSONResponse({"entries": [entry_json(entry) for entry in found]})


def as_json(verdict: Verdict) -> dict[str, object]:
    """Return a verdict as the API answers it."""
    return {"ok": verdict.ok, **asdict(verdict)}


def entry_json(entry: Entry) -> dict[str, object]:
    """Return an entry of the audit log as the API answers it."""
    return {"id": entry.id, **asdict(entry.act)}


async def _threaded(lines: Iterator[str], batch: int = 500) -> AsyncIterator[str]:
    """Yield ``lines``, which block, some at a time; all are read in one thread, as SQLite's snapshot asks."""

    def some() -> str:
        return "".join(line for _, line in zip(range(batch), lines, strict=False))

    while piece := await asyncio.to_thread(some):
        yield piece
