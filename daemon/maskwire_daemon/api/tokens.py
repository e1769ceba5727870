"""The routes of the control API about access for other programs."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from maskwire_daemon.api.access import Principal, Role, principal_of
from maskwire_daemon.api.bodies import Body
from maskwire_daemon.api.reading import body
from maskwire_daemon.api.rights import NO_RIGHT
from maskwire_daemon.storage import Storage
from maskwire_daemon.store.access import NameTaken


class AccessBody(Body):
    """A new token: its name in the audit log, its role, and whether it may read values."""

    name: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[\w .-]+$")]
    role: Role
    restores: Annotated[bool, Field(strict=True)] = False


def finder(storage: Callable[[], Storage | None]) -> Callable[[str], Principal | None]:
    """Return what tells whose token of access one is; nobody's before the vault is open."""

    def find(token: str) -> Principal | None:
        opened = storage()
        found = None if opened is None else opened.access.find(token)
        return None if found is None else Principal(found.name, Role(found.role), restores=found.restores)

    return find


def access_routes(opened: Callable[[], Storage]) -> list[BaseRoute]:
    """Return the routes; ``opened`` returns the storage, or raises ``ControlError`` while there is none."""

    async def listed(request: Request) -> Response:
        """Answer the tokens of access by name, without the tokens."""
        del request
        found = await asyncio.to_thread(opened().access.tokens)
        return JSONResponse({"tokens": [asdict(token) for token in found]})

    async def added(request: Request) -> Response:
        """Make a token of access; this answer is the only one that holds it."""
        given = await body(request, AccessBody)
        if given.restores and not principal_of(request).restores:
            raise HTTPException(403, NO_RIGHT)  # nobody gives what they do not have
        try:
            token = await asyncio.to_thread(opened().access.add, given.name, given.role, restores=given.restores)
        except NameTaken as e:
            raise HTTPException(409, str(e)) from None
        return JSONResponse({"token": token}, status_code=201)

    async def removed(request: Request) -> Response:
        """Take a token of access back."""
        if not await asyncio.to_thread(opened().access.remove, request.path_params["name"]):
            raise HTTPException(404, "there is no token of that name")
        return JSONResponse({})

    return [
        Route("/v1/access", listed, methods=["GET"]),
        Route("/v1/access", added, methods=["POST"]),
        Route("/v1/access/{name}", removed, methods=["DELETE"]),
    ]
