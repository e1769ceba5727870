"""mitmproxy's flows as the core's values, and back. Pure functions: they read or set one flow and decide nothing."""

from collections.abc import Iterable
from urllib.parse import parse_qsl

from maskwire.errors import BlockedError, Reason
from maskwire.mitm import coding
from maskwire.mitm.bypass import agreed, without_port
from maskwire.mitm.engine import http
from maskwire.wire.surface import Refusal

DIGESTS = ("content-md5", "digest", "content-digest", "repr-digest")
"""Headers that describe the bytes of a body, and are wrong once it was edited. RFC 9530 tells editors to drop them."""

UNTOUCHABLE = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "x-api-key",
        "api-key",
        "x-goog-api-key",
        "x-amz-security-token",
        "host",
        "content-length",
        "content-type",
        "content-encoding",
        "transfer-encoding",
        "accept",
        "accept-encoding",
        "connection",
        "te",
    }
)
"""Request headers that prove who asks or frame the message: never read for values, never edited."""

_SIGNATURES = ("aws4-hmac-sha256", "aws4-ecdsa-p256-sha256")
"""Authorization schemes whose signature covers the body.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
"""


def authorities(request: http.Request) -> list[str]:
    """Return each authority that the request itself names: Host headers and ``:authority`` or absolute target."""
    return [a for a in (*request.headers.get_all("host"), request.authority) if a]


def named_hosts(flow: http.HTTPFlow) -> list[str]:
    """Return every host that plays a part: destination, TLS name, authorities; without ports."""
    names = [flow.request.host, flow.client_conn.sni or "", *map(without_port, authorities(flow.request))]
    return [n for n in names if n]


def host_of(flow: http.HTTPFlow) -> str:
    """Return the one host that the request is for, normalised.

    Raises:
        BlockedError: its places name different hosts.
    """
    return agreed(flow.request.host, flow.client_conn.sni, authorities(flow.request))


def is_upgrade(request: http.Request) -> bool:
    """Tell whether the client wants to leave HTTP, for a WebSocket or anything else.

    HTTP/2 asks by extended CONNECT (RFC 8441), which mitmproxy does not offer.
    """
    return "upgrade" in request.headers and request.headers["upgrade"].strip().lower() != "h2c"


def is_signed(request: http.Request) -> bool:
    """Tell whether the sender signed body and address, so that an edit would break the signature."""
    if request.headers.get("authorization", "").lstrip().lower().startswith(_SIGNATURES):
        return True
    query = request.path.partition("?")[2]
    return any(name.lower() == "x-amz-signature" for name, _ in parse_qsl(query, keep_blank_values=True))


def announced_bytes(request: http.Request) -> int:
    """Return the length that the headers announce, 0 when they do not."""
    length = request.headers.get("content-length", "")
    return int(length) if length.isdigit() else 0


def body_of(flow: http.HTTPFlow, limit: int) -> bytes:
    """Return the request's body without its content-encoding.

    Raises:
        BlockedError: the body is not there as a whole, too large, or not decodable.
    """
    raw = flow.request.raw_content
    if raw is None or flow.request.stream:
        raise too_large(limit)
    name = coding.name_of(flow.request.headers.get("content-encoding", ""))
    return coding.decode(raw, name, limit)


def too_large(limit: int) -> BlockedError:
    """Return the refusal of a body over ``limit`` bytes."""
    return BlockedError(
        Reason.BODY_TOO_LARGE,
        f"the request body is larger than {limit // (1024 * 1024)} MiB; send less, or raise limits.body_bytes",
    )


def set_body(flow: http.HTTPFlow, body: bytes) -> None:
    """Put an edited body into the request, in the content-encoding that it came in."""
    headers = flow.request.headers
    packed = coding.encode(body, coding.name_of(headers.get("content-encoding", "")))
    flow.request.raw_content = packed
    if "transfer-encoding" not in headers:
        headers["content-length"] = str(len(packed))
    drop(headers, DIGESTS)


def drop(headers: http.Headers, names: Iterable[str]) -> None:
    """Remove headers that may be there."""
    for name in names:
        headers.pop(name, None)


def touchable(request: http.Request) -> list[tuple[int, str, str]]:
    """Return number, name and value of each header that may be edited."""
    fields = [(name.decode("latin-1").lower(), value) for name, value in request.headers.fields]
    return [
        (i, name, value.decode("utf-8", "surrogateescape"))
        for i, (name, value) in enumerate(fields)
        if name not in UNTOUCHABLE
    ]


def set_header(request: http.Request, number: int, value: str) -> None:
    """Replace the value of header ``number``."""
    fields = list(request.headers.fields)
    fields[number] = (fields[number][0], value.encode("utf-8", "surrogateescape"))
    request.headers.fields = tuple(fields)


def answer(refusal: Refusal) -> http.Response:
    """Return a refusal as a response; mitmproxy adds the content-length."""
    headers = http.Headers([(name.encode(), value.encode()) for name, value in refusal.headers])
    return http.Response.make(refusal.status, refusal.body, headers)


def has_body(flow: http.HTTPFlow) -> bool:
    """Tell whether the response can carry a body at all."""
    response = flow.response
    assert response is not None  # asked in responseheaders and later only
    empty = response.status_code < 200 or response.status_code in {204, 304}
    return not (empty or flow.request.method.upper() == "HEAD" or response.headers.get("content-length") == "0")


def frame_anew(flow: http.HTTPFlow) -> None:
    """Let the response's length be free: chunked for HTTP/1.1, nothing for HTTP/2, until the end for HTTP/1.0."""
    response = flow.response
    assert response is not None  # asked in responseheaders only
    drop(response.headers, ("content-length", *DIGESTS))
    if flow.request.http_version == "HTTP/1.1":
        response.headers["transfer-encoding"] = "chunked"
    else:
        drop(response.headers, ("transfer-encoding",))


def kill(flow: http.HTTPFlow) -> None:
    """End the exchange without an answer; the client sees a connection that breaks off."""
    if flow.killable:
        flow.kill()  # type: ignore[no-untyped-call]


def discard_message(flow: http.HTTPFlow, *, forward: bool) -> None:
    """Keep no WebSocket message in memory, and pass the last one on only if ``forward``."""
    assert flow.websocket is not None  # mitmproxy calls its hook for WebSockets only
    if not forward:
        flow.websocket.messages[-1].drop()  # type: ignore[no-untyped-call]
    flow.websocket.messages.clear()
