"""Notes every call that changes something, and every one that was refused to a known caller: plain ASGI.

What is kept is who, which path, how it ended and when; neither query nor body, so no value. Paths that no route takes
are not kept either: they are whatever somebody made up. Of a call that had no right to its path, and of sessions, only
the route is kept, so that all of one kind are alike.
"""

import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from maskwire_daemon.api.access import Principal
from maskwire_daemon.store.act import Act

READING = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing."""

SESSION = "/v1/sessions/{"
"""Begins the routes of one session: which one it was is known to its caller alone."""

NOBODY = "nobody"
"""The actor of a call that came without a principal: a login."""


class Audited:
    """Wraps API and dashboard inside their guard; ``note`` takes each act at once."""

    def __init__(self, app: ASGIApp, note: Callable[[Act], None], clock: Callable[[], float] = time.time) -> None:
        self._app = app
        self._note = note
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call, as ASGI asks."""
        status = 500

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        finally:
            self._judge(scope, status)

    def _judge(self, scope: Scope, status: int) -> None:
        """Note the call that ended with ``status`` if it is one to remember."""
        known = "endpoint" in scope  # the router found it
        if not known or (scope["method"] in READING and status != 403):
            return
        principal = scope.get("state", {}).get("principal")
        actor = principal.name if isinstance(principal, Principal) else NOBODY
        self._note(Act(self._clock(), actor, scope["method"], _subject(scope, status), status))


def note_as(request: Request, subject: str) -> None:
    """Let the log call what this call did ``subject``, where the path alone does not tell."""
    request.state.noted = subject


def _subject(scope: Scope, status: int) -> str:
    if isinstance(noted := scope.get("state", {}).get("noted"), str):
        return noted
    route = scope.get("route")
    if isinstance(route, Route) and (status == 403 or route.path.startswith(SESSION)):
        return route.path.replace(":path}", "}")
    path: str = scope["path"]
    return path
