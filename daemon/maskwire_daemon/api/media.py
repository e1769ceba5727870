"""The route by which a person lets images and sound pass to a host for some minutes."""

from collections.abc import Callable
from typing import Annotated

from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from maskwire.wire.hosts import provider_of
from maskwire_daemon.api.access import Role, requires
from maskwire_daemon.api.bodies import Body
from maskwire_daemon.api.reading import body
from maskwire_daemon.media import MAX_MINUTES

Give = Callable[[str, float], None]


class MediaBody(Body):
    """Which host, and for how long."""

    host: Annotated[str, Field(min_length=1, max_length=253)]
    minutes: Annotated[float, Field(gt=0, le=MAX_MINUTES)]


def media_routes(give: Give) -> list[Route]:
    """Return the one route, which calls ``give`` with host and minutes."""

    @requires(Role.ADMIN)
    async def allow(request: Request) -> Response:
        """Let images and sound pass to a host for some minutes."""
        given = await body(request, MediaBody)
        if provider_of(given.host) is None:
            raise HTTPException(400, f"{given.host} is no host that maskwire reads")
        give(given.host, given.minutes)
        return JSONResponse({"host": given.host.lower(), "minutes": given.minutes})

    return [Route("/v1/media", allow, methods=["POST"])]
