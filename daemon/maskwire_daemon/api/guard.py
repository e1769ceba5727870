"""Who may call the control API, checked before any route: plain ASGI.

Loopback alone is no protection: every page in a browser, and every program on the machine, can reach it. So the
``Host`` must be ours (a foreign name resolved to 127.0.0.1 is DNS rebinding), a browser must say that the call
comes from ourselves (cross-site request forgery), and the caller must hold the token of the runtime file.

Source: https://fetch.spec.whatwg.org/#origin-header, https://www.w3.org/TR/fetch-metadata/
"""

import hmac
import json
from collections.abc import Iterable
from typing import NoReturn

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 32 * 1024 * 1024
"""Bytes of one call's body: as much text as the proxy takes in one request."""

HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)
"""On every answer: nothing is embedded, kept, guessed or passed on."""


class BodyTooLarge(Exception):
    """More arrived than a call may bring."""


class Guard:
    """Wraps the API; lets a call through only when host, origin, token and size are right."""

    def __init__(self, app: ASGIApp, port: int, token: str) -> None:
        self._app = app
        self._hosts = {f"{name}:{port}".encode() for name in ("127.0.0.1", "localhost", "[::1]")}
        self._token = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call, as ASGI asks."""
        if scope["type"] != "http":
            _refuse_protocol(scope["type"])

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *HEADERS]}
            await send(message)

        if (refusal := self._refusal(scope["headers"])) is not None:
            return await _answer(send_guarded, *refusal)
        return await self._app(scope, _limited(receive), send_guarded)

    def _refusal(self, headers: Iterable[tuple[bytes, bytes]]) -> tuple[int, str] | None:
        """Return the status and sentence of a call that may not pass."""
        found: dict[bytes, list[bytes]] = {}
        for name, value in headers:
            found.setdefault(name, []).append(value)
        if len(hosts := found.get(b"host", [])) != 1 or hosts[0].lower() not in self._hosts:
            return 421, "this is maskwire's control API; it answers only under its own loopback address"
        if (site := found.get(b"sec-fetch-site")) is not None:
            if site not in ([b"same-origin"], [b"none"]):
                return 403, "calls from other sites are refused"
        elif any(o.removeprefix(b"http://") not in self._hosts for o in found.get(b"origin", [])):
            return 403, "calls from other origins are refused"
        given = found.get(b"authorization", [])
        if len(given) != 1 or not hmac.compare_digest(given[0], self._token):
            return 401, "the token of the runtime file is missing or wrong"
        length = found.get(b"content-length", [b"0"])[0]
        if not length.isdigit() or int(length) > MAX_BODY:
            return 413, TOO_LARGE
        return None


TOO_LARGE = f"a call may bring at most {MAX_BODY // 2**20} MB: send fewer texts at once"
"""Said for a body that announces or turns out to be too large."""


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


async def _answer(send: Send, status: int, sentence: str) -> None:
    body = json.dumps({"error": sentence}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _refuse_protocol(kind: str) -> NoReturn:
    raise RuntimeError(f"the control API speaks HTTP only, not {kind}")
