"""Which role each call of the API takes. What is not listed takes the highest: a new call is closed at first."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from maskwire_daemon.api.access import Endpoint, Role, principal_of, requires

ROLES: Final[Mapping[tuple[str, str], Role]] = MappingProxyType(
    {
        ("GET", "/v1/status"): Role.VIEWER,
        ("GET", "/v1/hosts"): Role.VIEWER,
        ("GET", "/v1/events"): Role.VIEWER,
        ("GET", "/v1/events/stream"): Role.VIEWER,
        ("GET", "/v1/events/verify"): Role.VIEWER,
        ("GET", "/v1/events/export"): Role.VIEWER,
        ("GET", "/v1/audit"): Role.VIEWER,
        ("GET", "/v1/report"): Role.VIEWER,
        ("GET", "/v1/vault"): Role.VIEWER,
        ("GET", "/v1/capture"): Role.VIEWER,
        ("GET", "/v1/openapi.json"): Role.VIEWER,
        ("POST", "/v1/scan"): Role.OPERATOR,
        ("POST", "/v1/mask"): Role.OPERATOR,
        ("POST", "/v1/restore"): Role.OPERATOR,
        ("POST", "/v1/detokenize"): Role.OPERATOR,
        ("POST", "/v1/sessions"): Role.OPERATOR,
        ("DELETE", "/v1/sessions/{id}"): Role.OPERATOR,
        ("POST", "/v1/sessions/{id}/mask"): Role.OPERATOR,
        ("POST", "/v1/sessions/{id}/restore"): Role.OPERATOR,
        ("POST", "/v1/sessions/{id}/detokenize"): Role.OPERATOR,
        ("POST", "/v1/resume"): Role.OPERATOR,
        ("POST", "/v1/capture/verify"): Role.OPERATOR,
    }
)
"""Only the person switches protection off or changes rules: that is for administrators alone."""

RESTORING: Final = frozenset(
    {
        "/v1/restore",
        "/v1/detokenize",
        "/v1/reveal",
        "/v1/sessions/{id}/restore",
        "/v1/sessions/{id}/detokenize",
        "/v1/login",
    }
)
"""Calls that answer values, or a login that reads them; a token may be without that right whatever its role is."""


NO_RIGHT: Final = "this token has no right to read values"
"""Said to a token that was made without it."""


def role_of(method: str, path: str) -> Role:
    """Return the role that a call of the route ``path`` takes."""
    return ROLES.get((method, path), Role.ADMIN)


def guarded(routes: Sequence[BaseRoute]) -> list[BaseRoute]:
    """Return ``routes``, each open to its role alone."""
    return [_guarded(route) for route in routes]


def _guarded(route: BaseRoute) -> BaseRoute:
    assert isinstance(route, Route)  # the API has no other kind
    methods = sorted(route.methods or ())
    roles = {role_of(method, route.path) for method in methods if method != "HEAD"}
    assert len(roles) == 1  # a route with several methods has one role
    endpoint = requires(roles.pop())(route.endpoint)
    if route.path in RESTORING:
        endpoint = _restoring(endpoint)
    return Route(route.path, endpoint, methods=methods)


def _restoring(endpoint: Endpoint) -> Endpoint:
    async def checked(request: Request) -> Response:
        if not principal_of(request).restores:
            raise HTTPException(403, NO_RIGHT)
        return await endpoint(request)

    return checked
