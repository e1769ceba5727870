"""The routes of the control API about the vault as a whole: its counts, its keys, its end."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from maskwire.errors import MaskwireError
from maskwire_daemon.api.access import principal_of
from maskwire_daemon.api.bodies import Body
from maskwire_daemon.api.reading import body
from maskwire_daemon.api.records import LINES
from maskwire_daemon.destroying import destroy
from maskwire_daemon.reveal import Gate, Lock
from maskwire_daemon.storage import Storage
from maskwire_daemon.store.care import KeyCare


class RotateBody(Body):
    """What to change: the master key, or the key under which every value is encrypted."""

    values: bool = False


class PassphraseBody(Body):
    """The present passphrase and the next."""

    old: SecretStr
    new: SecretStr


class RevealPassphraseBody(Body):
    """The present passphrase, which the first setting does without, and the next."""

    old: Annotated[SecretStr, Field(max_length=1000)] = SecretStr("")
    new: Annotated[SecretStr, Field(max_length=1000)]


class DestroyBody(Body):
    """The word that confirms it."""

    confirm: Literal["destroy"]


def vault_routes(opened: Callable[[], Storage], restart: Callable[[], None], settings: Path) -> list[BaseRoute]:
    """Return the routes. ``opened`` returns the storage or raises ``ControlError``; ``restart`` begins anew.

    ``settings`` is the file whose earlier versions go with the vault.
    """
    routes = _Routes(opened, restart, settings)
    return [
        Route("/v1/vault", routes.counts, methods=["GET"]),
        Route("/v1/vault/rotate", routes.rotate, methods=["POST"]),
        Route("/v1/vault/passphrase", routes.passphrase, methods=["POST"]),
        Route("/v1/reveal/passphrase", routes.reveal_passphrase, methods=["PUT"]),
        Route("/v1/vault/destroy", routes.destroy, methods=["POST"]),
    ]


class _Routes:
    """One method for each route. What touches the disk runs in a thread."""

    def __init__(self, opened: Callable[[], Storage], restart: Callable[[], None], settings: Path) -> None:
        self._opened = opened
        self._restart = restart
        self._settings = settings

    async def counts(self, request: Request) -> Response:
        """Answer how many values of each kind the vault holds, and which passphrase reading one takes."""
        del request
        storage = self._opened()
        counts = await asyncio.to_thread(storage.vault.count)
        return JSONResponse(
            {
                "values": counts,
                "provider": storage.provider,
                "persistent": storage.persistent,
                "reveal": await asyncio.to_thread(lambda: Gate(storage).lock),
            }
        )

    async def rotate(self, request: Request) -> Response:
        """Answer JSON lines: ``{"done", "total"}`` as it goes, ``{"rotated"}`` or ``{"error"}``."""
        values = (await body(request, RotateBody)).values
        return StreamingResponse(_rotating(self._opened().key_care, values=values), media_type=LINES)

    async def passphrase(self, request: Request) -> Response:
        """Lock the vault's key with another passphrase."""
        given = await body(request, PassphraseBody)
        care = self._opened().key_care
        await asyncio.to_thread(care.change_passphrase, given.old.get_secret_value(), given.new.get_secret_value())
        return JSONResponse({})

    async def reveal_passphrase(self, request: Request) -> Response:
        """Set or change the reveal passphrase; the vault's own has a call of its own."""
        given = await body(request, RevealPassphraseBody)
        gate = Gate(self._opened())
        if await asyncio.to_thread(lambda: gate.lock) is Lock.VAULT:
            raise HTTPException(409, "the vault's own passphrase is asked for: change that one")
        old, new = given.old.get_secret_value(), given.new.get_secret_value()
        await asyncio.to_thread(gate.change, principal_of(request).name, old, new)
        return JSONResponse({})

    async def destroy(self, request: Request) -> Response:
        """Make every value unreadable for good, take all tokens of access back, and begin anew."""
        await body(request, DestroyBody)
        await asyncio.to_thread(destroy, self._opened(), self._settings)
        self._restart()
        return JSONResponse({"destroyed": True})


async def _rotating(care: KeyCare, *, values: bool) -> AsyncIterator[str]:
    """Rotate in a thread and yield how far it is."""
    lines: asyncio.Queue[dict[str, object] | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def tell(line: dict[str, object] | None) -> None:
        loop.call_soon_threadsafe(lines.put_nowait, line)

    def work() -> None:
        try:
            if values:
                done = care.rotate_values(lambda at, total: tell({"done": at, "total": total}))
                tell({"rotated": done})
            else:
                care.rotate_master()
        except MaskwireError as e:
            tell({"error": str(e)})
        finally:
            tell(None)

    working = loop.run_in_executor(None, work)
    while (line := await lines.get()) is not None:
        yield json.dumps(line) + "\n"
    await working
