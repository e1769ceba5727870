"""A call whose answer has no end: asked of an ASGI application, read while it comes."""

import asyncio
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any, Self

from starlette.types import ASGIApp

WAIT_S = 20.0
"""Seconds within which what is waited for must come, on a busy machine too."""


class Streamed:
    """One ``GET`` as a context: sent at its beginning, given up at its end. ``held`` is what came of the body."""

    def __init__(self, app: ASGIApp, url: str, headers: Mapping[str, str]) -> None:
        """Ask ``app`` for ``url``, path and query, as ``headers`` say; one of them must be the host."""
        self._app = app
        path, _, query = url.partition("?")
        self._scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        self._left = asyncio.Event()
        self._asked = False
        self._came = asyncio.Condition()
        self.status = 0
        self.held = ""

    async def __aenter__(self) -> Self:
        self._task = asyncio.ensure_future(self._app(self._scope, self._receive, self._send))
        await self._until(lambda: self.status > 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, e: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.leave()

    async def until(self, text: str) -> None:
        """Wait until ``text`` came."""
        await self._until(lambda: text in self.held)

    async def ended(self) -> None:
        """Wait until the answer is over, though nobody left."""
        await asyncio.wait_for(asyncio.shield(self._task), WAIT_S)

    async def leave(self) -> None:
        """Close the connection, as a reader does, and wait until that was noticed."""
        self._left.set()
        await asyncio.wait_for(self._task, WAIT_S)

    async def _until(self, met: Any) -> None:
        async with asyncio.timeout(WAIT_S), self._came:
            await self._came.wait_for(met)

    async def _receive(self) -> MutableMapping[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        async with self._came:
            self.status = message.get("status", self.status)
            self.held += message.get("body", b"").decode()
            self._came.notify_all()
