"""Who may call the control API and the dashboard, checked before any route: plain ASGI.

Loopback alone is no protection: every page in a browser, and every program on the machine, can reach it. So the
``Host`` must be ours (a foreign name resolved to 127.0.0.1 is DNS rebinding), a browser must say that the call
comes from ourselves (cross-site request forgery), and the caller must prove who it is: programs by the token of the
runtime file, a browser by the cookie that it got for a one-time code.

Source: https://fetch.spec.whatwg.org/#origin-header, https://www.w3.org/TR/fetch-metadata/
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from maskwire.errors import VaultError
from maskwire_daemon.api.access import Again, Principal
from maskwire_daemon.api.entrance import Entrance

MAX_BODY = 32 * 1024 * 1024
"""Bytes of one call's body: as much text as the proxy takes in one request."""

API = "/v1/"
"""Where the API stands; all else is the dashboard."""

OPEN = ("/login", "/static/")
"""What the dashboard shows before anyone logged in: nothing there tells anything."""

_ALWAYS: tuple[tuple[bytes, bytes], ...] = (
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)

HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    *_ALWAYS,
)
"""On every answer of the API: nothing is embedded, kept, guessed or passed on."""

PAGE_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        b"form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    *_ALWAYS,
)
"""On every page: our own files alone, nothing inline."""


class BodyTooLarge(Exception):
    """More arrived than a call may bring."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a call may not pass."""

    status: int
    sentence: str


ShowRefusal = Callable[[Refusal], bytes]
"""Makes the page that a browser gets for a refusal."""


class Guard:
    """Wraps API and dashboard; lets a call through only when host, origin, caller and size are right."""

    def __init__(self, app: ASGIApp, port: int, entrance: Entrance, show: ShowRefusal | None = None) -> None:
        """Guard ``app``; without ``show`` refusals are JSON everywhere."""
        self._app = app
        self._hosts = {f"{name}:{port}".encode() for name in ("127.0.0.1", "localhost", "[::1]")}
        self._entrance = entrance
        self._show = show

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call, as ASGI asks."""
        if scope["type"] != "http":
            _refuse_protocol(scope["type"])
        in_api = scope["path"].startswith(API)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                strict = HEADERS if in_api else PAGE_HEADERS
                message = {**message, "headers": [*message["headers"], *strict]}
            await send(message)

        found: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            found.setdefault(name, []).append(value)
        principal, refusal = await self._judged(scope, found, in_api=in_api)
        if refusal is not None:
            show = None if in_api else self._show
            return await _answer(send_guarded, refusal, show)
        again: Again = partial(self._principal, found, in_api=in_api)
        scope.setdefault("state", {}).update(principal=principal, again=again)
        return await self._app(scope, _limited(receive), send_guarded)

    async def _judged(
        self, scope: Scope, headers: Mapping[bytes, Sequence[bytes]], *, in_api: bool
    ) -> tuple[Principal | None, Refusal | None]:
        """Return who calls, and why the call may not pass. Nobody is looked up for a name that is not ours."""
        if len(hosts := headers.get(b"host", ())) != 1 or hosts[0].lower() not in self._hosts:
            return None, Refusal(421, "this is maskwire's control API; it answers only under its own loopback address")
        try:
            principal = await self._principal(headers, in_api=in_api)
        except VaultError:
            return None, Refusal(503, "tokens of access cannot be looked up now")
        return principal, self._refusal(scope, headers, principal)

    async def _principal(self, headers: Mapping[bytes, Sequence[bytes]], *, in_api: bool) -> Principal | None:
        """Return who calls. The API takes no cookies; whoever shows a wrong token is nobody.

        Raises:
            VaultError: tokens of access cannot be read.
        """
        if given := headers.get(b"authorization"):
            if len(given) != 1:
                return None
            return self._entrance.own(given[0]) or await asyncio.to_thread(self._entrance.by_bearer, given[0])
        cookie = None if in_api else _cookie(headers.get(b"cookie", ()), self._entrance.cookie)
        return None if cookie is None else self._entrance.by_cookie(cookie)

    def _refusal(
        self, scope: Scope, headers: Mapping[bytes, Sequence[bytes]], principal: Principal | None
    ) -> Refusal | None:
        """Return why a call to our own name may not pass."""
        if (foreign := self._foreign(scope, headers, principal)) is not None:
            return foreign
        path: str = scope["path"]
        if principal is None and not path.startswith(OPEN):
            if path.startswith(API):
                return Refusal(401, "the token of the runtime file is missing or wrong")
            return Refusal(401, "this browser is not logged in, or its session has ended")
        length = headers.get(b"content-length", [b"0"])[0]
        if not length.isdigit() or int(length) > MAX_BODY:
            return Refusal(413, TOO_LARGE)
        return None

    def _foreign(
        self, scope: Scope, headers: Mapping[bytes, Sequence[bytes]], principal: Principal | None
    ) -> Refusal | None:
        """Return the refusal of a call that another site caused, or may have: a cookie alone proves nothing."""
        if (site := headers.get(b"sec-fetch-site")) is not None:
            return None if site in ([b"same-origin"], [b"none"]) else Refusal(403, "calls from other sites are refused")
        origins = [origin.removeprefix(b"http://") for origin in headers.get(b"origin", ())]
        if any(origin not in self._hosts for origin in origins):
            return Refusal(403, "calls from other origins are refused")
        changes = scope["method"] not in ("GET", "HEAD")
        if changes and not origins and principal is not None and principal.session is not None:
            return Refusal(403, "a browser that does not say where a call comes from is refused")
        return None


TOO_LARGE = f"a call may bring at most {MAX_BODY // 2**20} MB: send fewer texts at once"
"""Said for a body that announces or turns out to be too large."""


def _cookie(headers: Sequence[bytes], name: str) -> str | None:
    """Return the value of the cookie ``name`` when it came exactly once."""
    found = [part.partition("=") for part in b"; ".join(headers).decode("latin-1").split(";")]
    values = [value.strip() for key, _, value in found if key.strip() == name]
    return values[0] if len(values) == 1 else None


def _limited(receive: Receive) -> Receive:
    """Return ``receive`` that stops once the body passes its limit: a length may be absent or a lie."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MAX_BODY:
            raise BodyTooLarge
        return message

    return counted


async def _answer(send: Send, refusal: Refusal, show: ShowRefusal | None) -> None:
    if show is None:
        kind, body = b"application/json", json.dumps({"error": refusal.sentence}).encode()
    else:
        kind, body = b"text/html; charset=utf-8", show(refusal)
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    if refusal.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _refuse_protocol(kind: str) -> NoReturn:
    raise RuntimeError(f"the control API speaks HTTP only, not {kind}")
