"""The routes of the control API: JSON in, JSON out, over a ``Control``."""

import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from maskwire.errors import BlockedError, ConfigError, ControlError, VaultError
from maskwire_client.models import NewAllowance, NewSecret
from maskwire_daemon.api.access import principal_of
from maskwire_daemon.api.answers import plain_json
from maskwire_daemon.api.bodies import (
    AllowanceBody,
    CanaryBody,
    HostBody,
    NamesBody,
    Nothing,
    PauseBody,
    ProofBody,
    PurgeBody,
    SecretsBody,
    TextsBody,
    TokenBody,
    ValueBody,
)
from maskwire_daemon.api.control import Control
from maskwire_daemon.api.entrance import Entrance
from maskwire_daemon.api.guard import TOO_LARGE, BodyTooLarge, Guard
from maskwire_daemon.api.openapi import openapi_route
from maskwire_daemon.api.reading import body, number
from maskwire_daemon.api.rights import guarded
from maskwire_daemon.api.streams import FULL, EventStream, Readers, still_may
from maskwire_daemon.reveal import Asked, Withheld

MAX_EVENTS = 1000
"""Exchanges of one answer."""


def build(control: Control, port: int, token: str, more: Sequence[BaseRoute] = ()) -> ASGIApp:
    """Return the API behind its guard, for a server on ``port``; ``more`` are the routes of parts of their own."""
    return Guard(routed(control, more), port, Entrance(token, port))


def routed(control: Control, more: Sequence[BaseRoute] = ()) -> Starlette:
    """Return the API without its guard."""
    own = [*_own_routes(_Routes(control)), *more]
    return Starlette(
        routes=guarded([*own, openapi_route(own)]),
        exception_handlers={
            HTTPException: _refused(lambda e: (e.status_code, e.detail)),
            ValidationError: _refused(lambda e: (400, _what_is_wrong(e))),
            ConfigError: _refused(lambda e: (400, str(e))),
            ControlError: _refused(lambda e: (503, str(e))),
            BlockedError: _refused(lambda e: (503, str(e))),
            VaultError: _refused(lambda e: (503, str(e))),
            Withheld: _refused(lambda e: (e.status, str(e))),
            BodyTooLarge: _refused(lambda _: (413, TOO_LARGE)),
            Exception: _refused(lambda _: (500, "maskwire failed inside: its log says where")),
        },
    )


def _own_routes(routes: "_Routes") -> list[Route]:
    return [
        Route("/v1/status", routes.status, methods=["GET"]),
        Route("/v1/pause", routes.pause, methods=["POST"]),
        Route("/v1/resume", routes.resume, methods=["POST"]),
        Route("/v1/hosts", routes.hosts, methods=["GET"]),
        Route("/v1/hosts/{host:path}", routes.set_host, methods=["PUT"]),
        Route("/v1/events", routes.events, methods=["GET"]),
        Route("/v1/events/stream", routes.follow, methods=["GET"]),
        Route("/v1/scan", routes.scan, methods=["POST"]),
        Route("/v1/mask", routes.mask, methods=["POST"]),
        Route("/v1/restore", routes.restore, methods=["POST"]),
        Route("/v1/reveal", routes.reveal, methods=["POST"]),
        Route("/v1/purge", routes.purge, methods=["POST"]),
        Route("/v1/secrets", routes.secrets, methods=["GET"]),
        Route("/v1/secrets", routes.learn, methods=["POST"]),
        Route("/v1/secrets", routes.forget, methods=["DELETE"]),
        Route("/v1/allowances", routes.allow, methods=["POST"]),
        Route("/v1/allowances", routes.disallow, methods=["DELETE"]),
        Route("/v1/canary", routes.open_canary, methods=["POST"]),
        Route("/v1/canary", routes.close_canary, methods=["DELETE"]),
        Route("/v1/shutdown", routes.shutdown, methods=["POST"]),
    ]


class _Routes:
    """One method for each route."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._readers = Readers()

    async def status(self, request: Request) -> Response:
        """Answer how protection stands, and why."""
        del request
        return JSONResponse(asdict(await self._control.status()))

    async def pause(self, request: Request) -> Response:
        """Pause protection for some minutes; secrets stay masked unless `floor` is false."""
        given = await body(request, PauseBody)
        self._control.pause(given.minutes, floor=given.floor)
        return JSONResponse(asdict(await self._control.status()))

    async def resume(self, request: Request) -> Response:
        """End a pause now."""
        await body(request, Nothing)
        self._control.resume()
        return JSONResponse(asdict(await self._control.status()))

    async def hosts(self, request: Request) -> Response:
        """Answer every known host and what happens to its traffic."""
        del request
        return JSONResponse({"hosts": [asdict(h) for h in self._control.hosts()]})

    async def set_host(self, request: Request) -> Response:
        """Write a host's mode to the settings and follow it at once."""
        mode = (await body(request, HostBody)).mode
        await self._control.set_host(request.path_params["host"], mode)
        return await self.hosts(request)

    async def events(self, request: Request) -> Response:
        """Answer exchanges, oldest first: the newest `limit`, or those `after` an id."""
        limit, after = number(request, "limit", 50, MAX_EVENTS), number(request, "after", 0)
        return JSONResponse({"events": list(await self._control.events(limit, after))})

    async def follow(self, request: Request) -> Response:
        """Answer exchanges as they end, as server-sent events."""
        events = _server_sent(self._control.follow(number(request, "after", 0)), request)
        return EventStream(request, events, self._readers, JSONResponse({"error": FULL}, status_code=503))

    async def scan(self, request: Request) -> Response:
        """Answer the findings of each text; offsets count code points."""
        found = await self._control.scan((await body(request, TextsBody)).strings())
        spans = [
            [{"start": s.start, "end": s.end, "entity": s.entity, "score": round(s.score, 4)} for s in of_one]
            for of_one in found
        ]
        return JSONResponse({"spans": spans})

    async def mask(self, request: Request) -> Response:
        """Answer each text with tokens in place of its values."""
        masked = await self._control.mask((await body(request, TextsBody)).strings())
        return plain_json({"texts": list(masked)})

    async def restore(self, request: Request) -> Response:
        """Answer each text with values in place of the vault's tokens; others stay and are counted."""
        found = await self._control.restore((await body(request, TextsBody)).strings())
        return plain_json({"texts": list(found.texts), "restored": found.restored, "unresolved": found.unresolved})

    async def reveal(self, request: Request) -> Response:
        """Answer the value behind one token, however it is spelled."""
        given = await body(request, TokenBody)
        asked = Asked(given.token, principal_of(request).name, given.passphrase.get_secret_value())
        value = await self._control.reveal(asked)
        if value is None:
            raise HTTPException(404, "this vault does not know that token")
        return plain_json({"value": value})

    async def purge(self, request: Request) -> Response:
        """Delete values and exchanges that are older; 0 days deletes all."""
        return JSONResponse(asdict(await self._control.purge((await body(request, PurgeBody)).older_than_days)))

    async def learn(self, request: Request) -> Response:
        """Keep keyed fingerprints of secrets; they are found in any form from now on."""
        given = (await body(request, SecretsBody)).secrets
        learned = await self._control.learn([NewSecret(s.name, s.source, str(s.value)) for s in given])
        return JSONResponse({"learned": learned})

    async def secrets(self, request: Request) -> Response:
        """Answer the names of the secrets that were learned."""
        del request
        return plain_json({"secrets": [asdict(secret) for secret in await self._control.secrets()]})

    async def forget(self, request: Request) -> Response:
        """Forget secrets by name or source; none given is all."""
        return JSONResponse({"forgotten": await self._control.forget((await body(request, NamesBody)).names)})

    async def allow(self, request: Request) -> Response:
        """Let one value pass; only its keyed hash is written."""
        given = await body(request, AllowanceBody)
        await self._control.allow(NewAllowance(str(given.value), given.host, given.until))
        return JSONResponse({})

    async def disallow(self, request: Request) -> Response:
        """Take every allowance of a value back."""
        return JSONResponse({"removed": await self._control.disallow(str((await body(request, ValueBody)).value))})

    async def open_canary(self, request: Request) -> Response:
        """Lead the canary's host to a stand-in on this machine for a minute."""
        given = await body(request, CanaryBody)
        return JSONResponse({"host": await self._control.open_canary(given.address, given.pem)})

    async def close_canary(self, request: Request) -> Response:
        """Lead the canary's host nowhere again."""
        await self._control.close_canary(proven=(await body(request, ProofBody)).proven)
        return JSONResponse({})

    async def shutdown(self, request: Request) -> Response:
        """Stop the daemon."""
        await body(request, Nothing)
        self._control.shutdown()
        return JSONResponse({"stopping": True}, status_code=202)


async def _server_sent(looks: AsyncIterator[Sequence[Mapping[str, Any]]], request: Request) -> AsyncIterator[str]:
    """Yield events for as long as this call may have them; each look may find none."""
    yield ": follows\n\n"
    with contextlib.suppress(ControlError, VaultError):  # what can be said of it, the next call says
        async for events in looks:
            if not await still_may(request):
                return
            if events:
                yield "".join(f"id: {event['id']}\ndata: {json.dumps(event)}\n\n" for event in events)


def _what_is_wrong(error: ValidationError) -> str:
    """Return which key is wrong and how; never what was sent."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    if first["type"] == "extra_forbidden":
        return "the body has a key that this call does not take"
    return f"{'.'.join(map(str, first['loc'])) or 'body'}: {first['msg']}"


def _refused(read: Callable[[Any], tuple[int, str]]) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        del request
        status, sentence = read(error)
        return JSONResponse({"error": sentence}, status_code=status)

    return answer
