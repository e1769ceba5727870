"""The API described for programs, made from its routes, their roles and the bodies that they take.

Source: https://spec.openapis.org/oas/v3.1.0
"""

import inspect
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from maskwire_daemon.api import bodies
from maskwire_daemon.api.rights import RESTORING, role_of
from maskwire_daemon.api.sessions import SessionBody
from maskwire_daemon.api.tokens import AccessBody
from maskwire_daemon.api.vault import DestroyBody, PassphraseBody, RevealPassphraseBody, RotateBody
from maskwire_daemon.version import VERSION

TAKES: Final[Mapping[tuple[str, str], type[bodies.Body]]] = MappingProxyType(
    {
        ("POST", "/v1/pause"): bodies.PauseBody,
        ("PUT", "/v1/hosts/{host}"): bodies.HostBody,
        ("POST", "/v1/scan"): bodies.TextsBody,
        ("POST", "/v1/mask"): bodies.TextsBody,
        ("POST", "/v1/restore"): bodies.TextsBody,
        ("POST", "/v1/detokenize"): bodies.TextsBody,
        ("POST", "/v1/reveal"): bodies.TokenBody,
        ("POST", "/v1/purge"): bodies.PurgeBody,
        ("POST", "/v1/secrets"): bodies.SecretsBody,
        ("DELETE", "/v1/secrets"): bodies.NamesBody,
        ("POST", "/v1/allowances"): bodies.AllowanceBody,
        ("DELETE", "/v1/allowances"): bodies.ValueBody,
        ("POST", "/v1/sessions"): SessionBody,
        ("POST", "/v1/sessions/{id}/mask"): bodies.TextsBody,
        ("POST", "/v1/sessions/{id}/restore"): bodies.TextsBody,
        ("POST", "/v1/sessions/{id}/detokenize"): bodies.TextsBody,
        ("POST", "/v1/canary"): bodies.CanaryBody,
        ("DELETE", "/v1/canary"): bodies.ProofBody,
        ("POST", "/v1/access"): AccessBody,
        ("POST", "/v1/vault/rotate"): RotateBody,
        ("POST", "/v1/vault/passphrase"): PassphraseBody,
        ("PUT", "/v1/reveal/passphrase"): RevealPassphraseBody,
        ("POST", "/v1/vault/destroy"): DestroyBody,
    }
)
"""The body of each call that takes one; the others take none, or an empty object."""


def openapi_route(routes: Sequence[BaseRoute]) -> Route:
    """Return the route that answers the description of ``routes``."""
    described = document([route for route in routes if isinstance(route, Route)])

    async def answer(request: Request) -> Response:
        del request
        return JSONResponse(described)

    return Route("/v1/openapi.json", answer, methods=["GET"])


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """Return the OpenAPI description of ``routes``."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        path = route.path.replace(":path}", "}")
        for method in sorted((route.methods or set()) - {"HEAD"}):
            paths.setdefault(path, {})[method.lower()] = _operation(route, method, path)
    return {
        "openapi": "3.1.0",
        "info": {"title": "maskwire control API", "version": VERSION},
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "security": [{"token": []}],
        "paths": paths,
    }


def _operation(route: Route, method: str, path: str) -> dict[str, Any]:
    role = f"Takes the role {role_of(method, route.path)}"
    restoring = " and the right to read values" if route.path in RESTORING else ""
    operation: dict[str, Any] = {
        "summary": (inspect.getdoc(route.endpoint) or "").split("\n\n")[0].replace("\n", " "),
        "description": f"{role}{restoring}.",
        "responses": {
            "200": {"description": "Done."},
            "4XX": {"description": "Refused.", "content": {"application/json": {"schema": _ERROR}}},
        },
    }
    if names := [part[1:-1] for part in path.split("/") if part.startswith("{")]:
        operation["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
        ]
    if (taken := TAKES.get((method, path))) is not None:
        schema = taken.model_json_schema()
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation


_ERROR: Final = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}
