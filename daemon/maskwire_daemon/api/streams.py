"""Answers without an end: how many there are at once, and that each ends with the right to it.

A stream outlives the check of its call. So it asks again and again whether the same call would still be let in, and
ends when a token was taken back, a role is another one, or a browser was logged out.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from maskwire.errors import VaultError
from maskwire_daemon.api.access import Again, principal_of

MOST = 32
"""Streams of one kind at once: each takes a database connection while it looks."""

MOST_OF_ONE = 16
"""Streams of one caller at once, so that none takes those of all: a person has a page or two, a program one."""

STALLED_S = 60.0
"""Seconds for which a reader may take nothing of what is sent: then it is left, and may come again."""

FULL = "too many of these are followed at once: close some"
"""Said to whoever finds no place."""


class Readers:
    """The places for readers of one kind of stream."""

    def __init__(self, most: int = MOST, most_of_one: int = MOST_OF_ONE) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self._by_name: Counter[str] = Counter()

    def enter(self, name: str) -> bool:
        """Take a place for a caller; tell whether there was one. Nothing is awaited, so no two take the last."""
        if self._by_name.total() >= self._most or self._by_name[name] >= self._most_of_one:
            return False
        self._by_name[name] += 1
        return True

    def leave(self, name: str) -> None:
        """Give a caller's place back."""
        self._by_name[name] -= 1
        self._by_name += Counter()  # forgets names without a place


class EventStream(StreamingResponse):
    """Server-sent events for one caller, who holds a place among ``readers`` until the last of them was sent.

    ``full`` is answered where there is no place.
    """

    def __init__(self, request: Request, events: AsyncIterator[str], readers: Readers, full: Response) -> None:
        """Answer ``request`` with ``events``."""
        super().__init__(events, media_type="text/event-stream")
        self._name = principal_of(request).name
        self._readers = readers
        self._full = full

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, as ASGI asks."""
        if not self._readers.enter(self._name):
            return await self._full(scope, receive, send)

        async def send_soon(message: Message) -> None:
            async with asyncio.timeout(STALLED_S):
                await send(message)

        try:
            with contextlib.suppress(TimeoutError):
                await super().__call__(scope, receive, send_soon)
        finally:
            self._readers.leave(self._name)
        return None


async def still_may(request: Request) -> bool:
    """Tell whether this call would be let in again, as the same caller with the same rights."""
    again: Again = request.state.again  # the guard has put it there beside the principal
    try:
        return await again() == principal_of(request)
    except VaultError:
        return False
