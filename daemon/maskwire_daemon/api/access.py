"""Who calls and what that allows: roles, and the check that a route asks for. Sans-IO."""

import functools
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

Endpoint = Callable[[Request], Awaitable[Response]]

Again = Callable[[], Awaitable["Principal | None"]]
"""Looks once more who makes a call, as the guard did when it came. Raises ``VaultError`` when it cannot look."""


class Role(StrEnum):
    """What a caller may do; each may also do what the one before it may."""

    VIEWER = "viewer"
    """Look at what happened; no values."""
    OPERATOR = "operator"
    """Work with it: find, mask, restore, prove that it works."""
    ADMIN = "admin"
    """Pause it, change rules, read and delete single values, give access."""

    def covers(self, other: "Role") -> bool:
        """Tell whether this role may do what ``other`` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: a name for the audit log, the role, and the browser's session if it came by one.

    ``restores`` tells whether values may be read, which a token may lack whatever its role is.
    """

    name: str
    role: Role
    session: "Session | None" = None
    restores: bool = True


@dataclass(slots=True)
class Session:
    """One browser that logged in. ``said`` is what its next page has to tell; ``id`` names it, and opens nothing.

    ``ends``, and ``reads_until``, up to when the reveal passphrase that it gave holds, are seconds by ``elapsed``: a
    machine that sleeps does not stretch them.
    """

    ends: float
    said: str = ""
    open: bool = True
    id: str = field(default_factory=lambda: secrets.token_hex(6))
    reads_until: float = 0.0


def principal_of(request: Request) -> Principal:
    """Return who makes this call; the guard has put it there."""
    principal = request.state.principal
    assert isinstance(principal, Principal)  # nothing gets past the guard without one
    return principal


def requires(role: Role) -> Callable[[Endpoint], Endpoint]:
    """Return a decorator that lets only callers of ``role`` or above reach a route."""

    def decorated(endpoint: Endpoint) -> Endpoint:
        @functools.wraps(endpoint)
        async def checked(request: Request) -> Response:
            if not principal_of(request).role.covers(role):
                raise HTTPException(403, f"this takes the role {role}; you have {principal_of(request).role}")
            return await endpoint(request)

        return checked

    return decorated
