"""The routes of the control API for programs that mask and restore texts themselves: strictly, and in sessions."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Annotated, Final

from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from maskwire.policy import Action, Policy
from maskwire.session import Session, UnknownToken
from maskwire.vault import Finding
from maskwire_daemon.api.access import principal_of
from maskwire_daemon.api.answers import plain_json
from maskwire_daemon.api.bodies import Body, TextsBody
from maskwire_daemon.api.control import Control
from maskwire_daemon.api.reading import body
from maskwire_daemon.sessions import LONGEST_S, Full, NoSession, Opened, Sessions, TooMany
from maskwire_daemon.storage import Storage

LOOK_S: Final = 5.0
"""Seconds between looks for sessions whose time is over: so much later their values go at most."""


class SessionBody(Body):
    """How long a session lasts, in seconds."""

    ttl_s: Annotated[float, Field(gt=0, le=LONGEST_S)] = 3600.0


class SessionRoutes:
    """One method for each route. Texts are searched as everywhere; only the vault is another."""

    def __init__(
        self, control: Control, opened: Callable[[], Storage], policy: Callable[[], Policy], sessions: Sessions
    ) -> None:
        self._control = control
        self._opened = opened
        self._policy = policy
        self._sessions = sessions
        self._looking: asyncio.TimerHandle | None = None

    def routes(self) -> list[BaseRoute]:
        """Return them, for the API to serve."""
        return [
            Route("/v1/detokenize", self.detokenize, methods=["POST"]),
            Route("/v1/sessions", self.open, methods=["POST"]),
            Route("/v1/sessions/{id}", self.end, methods=["DELETE"]),
            Route("/v1/sessions/{id}/mask", self.mask, methods=["POST"]),
            Route("/v1/sessions/{id}/restore", self.restore, methods=["POST"]),
            Route("/v1/sessions/{id}/detokenize", self.detokenize_in, methods=["POST"]),
        ]

    async def detokenize(self, request: Request) -> Response:
        """Answer the value behind each token, or refuse all when one is unknown."""
        tokens = (await body(request, TextsBody)).strings()
        return await asyncio.to_thread(_detokenized, Session(self._opened().vault), tokens)

    async def open(self, request: Request) -> Response:
        """Open a session whose values live in memory until it ends."""
        ttl_s = (await body(request, SessionBody)).ttl_s
        try:
            name = self._sessions.open(principal_of(request).name, ttl_s)
        except TooMany as e:
            raise HTTPException(429, str(e)) from None
        if self._looking is None:
            self._look()
        return JSONResponse({"session": name, "ttl_s": ttl_s}, status_code=201)

    async def end(self, request: Request) -> Response:
        """End a session and forget its values."""
        self._session(request)
        self._sessions.end(principal_of(request).name, request.path_params["id"])
        return JSONResponse({})

    async def mask(self, request: Request) -> Response:
        """Answer each text with tokens of the session in place of its values."""
        session, texts = self._session(request).texts, (await body(request, TextsBody)).strings()
        found = await self._control.scan(texts)
        policy = self._policy()

        def decide(entity: str, score: float) -> Action:
            return Action.MASK if policy.action(entity, score, "") is not Action.ALLOW else Action.ALLOW

        def scoped(finding: Finding) -> Finding:
            return policy.scoped(finding, "")

        def masked() -> list[str]:
            return [session.mask_text(text, spans, decide, scoped) for text, spans in zip(texts, found, strict=True)]

        try:
            return plain_json({"texts": await asyncio.to_thread(masked)})
        except Full as e:
            raise HTTPException(507 if e.all_full else 413, str(e)) from None

    async def restore(self, request: Request) -> Response:
        """Answer each text with the session's values back in place."""
        session, texts = self._session(request).texts, (await body(request, TextsBody)).strings()
        return plain_json({"texts": await asyncio.to_thread(lambda: [session.restore_text(text) for text in texts])})

    async def detokenize_in(self, request: Request) -> Response:
        """Answer the session's value behind each token, or refuse all when one is unknown."""
        session, tokens = self._session(request).texts, (await body(request, TextsBody)).strings()
        return await asyncio.to_thread(_detokenized, session, tokens)

    def _look(self) -> None:
        """Let values go whose time is over, for as long as there are sessions."""
        self._sessions.expire()
        later = asyncio.get_running_loop().call_later
        self._looking = later(LOOK_S, self._look) if len(self._sessions) else None

    def _session(self, request: Request) -> Opened:
        try:
            return self._sessions.get(principal_of(request).name, request.path_params["id"])
        except NoSession as e:
            raise HTTPException(404, str(e)) from None


def _detokenized(session: Session, tokens: Sequence[str]) -> Response:
    values: list[str] = []
    for number, token in enumerate(tokens):
        try:
            values.append(session.detokenize(token))
        except UnknownToken as e:
            raise HTTPException(404, f"texts.{number}: {e}") from None
    return plain_json({"values": values})
