"""Requests that may not leave this machine go to a model that runs on it: the action ``route_local``.

Nothing is masked on that way, since nothing leaves; the provider's key does not go along.
"""

from maskwire.errors import BlockedError, Reason
from maskwire.mitm.engine import http
from maskwire.mitm.flow import set_body
from maskwire.wire.local import LocalServer, operation, with_model
from maskwire.wire.refusals import Shape
from maskwire.wire.surface import Surface

_PRIVATE = (
    "authorization",
    "api-key",
    "x-api-key",
    "x-goog-api-key",
    "x-amz-security-token",
    "cookie",
    "openai-organization",
    "openai-project",
    "proxy-authorization",
)
"""Headers that are for the provider alone."""


LOCAL_NAME = "the local model of [local] in maskwire's configuration"
"""What it is called when it cannot be reached."""


def send_to(server: LocalServer | None, flow: http.HTTPFlow, surface: Surface, body: bytes) -> None:
    """Send ``flow``, a request to ``surface``, to ``server`` instead, with ``body`` as it was asked.

    Raises:
        BlockedError: there is no such server, or it does not answer this kind of request.
    """
    asked = operation(flow.request.path) if surface.shape is Shape.OPENAI else None
    if server is None:
        raise BlockedError(
            Reason.POLICY_BLOCKED,
            "this holds data that may go to a local model only, and none is set up: set url in [local] of maskwire's "
            "configuration (`maskwire config path`)",
        )
    if asked is None:
        raise BlockedError(
            Reason.POLICY_BLOCKED,
            "this holds data that may go to a local model only, and a local model does not answer this kind of "
            "request; ask by an OpenAI-compatible program",
        )
    if server.model:
        set_body(flow, with_model(body, server.model))
    for name in _PRIVATE:
        flow.request.headers.pop(name, None)
    if server.key:
        flow.request.headers["authorization"] = f"Bearer {server.key}"
    flow.request.scheme = "http"
    flow.request.host, flow.request.port = server.host, server.port
    flow.request.path = f"{server.prefix}/{asked}"
