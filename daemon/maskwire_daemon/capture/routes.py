"""The calls of the control API about the ways to the proxy."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Annotated

from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from maskwire.errors import ControlError
from maskwire.wire.hosts import known_hosts
from maskwire_daemon.api.bodies import Body, Nothing
from maskwire_daemon.api.reading import body
from maskwire_daemon.capture.captures import Captures
from maskwire_daemon.capture.switches import SWITCHES
from maskwire_daemon.config.edit import edit_capture
from maskwire_daemon.config.file import load
from maskwire_daemon.config.settings import SystemSetting
from maskwire_daemon.live import Live


class CaptureBody(Body):
    """What changes in ``[capture]``."""

    pac: bool | None = None
    system: Annotated[SystemSetting | None, Field(strict=False)] = None
    environment: bool | None = None
    base_urls: bool | None = None
    apps: list[str] | None = None


class CaptureRoutes:
    """One method for each route."""

    def __init__(self, live: Live, captures: Callable[[], Captures | None]) -> None:
        self._live = live
        self._find = captures

    @property
    def _captures(self) -> Captures:
        if (found := self._find()) is None:
            raise ControlError("the proxy is not open yet, so no way leads to it")
        return found

    def routes(self) -> Sequence[BaseRoute]:
        """Return them, for the API to serve."""
        return [
            Route("/v1/capture", self.modes, methods=["GET"]),
            Route("/v1/capture/verify", self.verify, methods=["POST"]),
            Route("/v1/capture/{mode}", self.change, methods=["PUT"]),
        ]

    async def modes(self, request: Request) -> Response:
        """Return how each way stands."""
        del request
        return JSONResponse({"modes": [asdict(mode) for mode in self._captures.modes()]})

    async def verify(self, request: Request) -> Response:
        """Prove each way that is on."""
        await body(request, Nothing)
        await self._captures.refresh()
        return await self.modes(request)

    async def change(self, request: Request) -> Response:
        """Write what the person wants of a mode to the configuration, and follow it at once."""
        mode = request.path_params["mode"]
        given = (await body(request, CaptureBody)).model_dump(exclude_none=True, mode="json")
        if mode not in SWITCHES or set(given) != {SWITCHES[mode].key}:
            raise HTTPException(400, f"a mode is {', '.join(SWITCHES)}, each with the key of its own")
        file = self._live.paths.config
        await asyncio.to_thread(edit_capture, file, given, known_hosts())
        self._live.follow(await asyncio.to_thread(load, file, known_hosts()))
        await self._captures.refresh(again=mode)
        return await self.modes(request)
