"""How a browser logs in and out: a one-time code becomes a cookie that no script can read."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from maskwire_daemon.api.access import principal_of
from maskwire_daemon.api.entrance import SESSION_S
from maskwire_daemon.web import refused
from maskwire_daemon.web.services import entrance_of


async def log_in(request: Request) -> Response:
    """Exchange the code of the address for a session, and lead to an address without it."""
    entrance = entrance_of(request)
    cookie = entrance.redeem(request.query_params.get("code", ""))
    if cookie is None:
        return refused.answer(request, 401, "this link was used before or is older than a minute")
    answer = RedirectResponse("/", status_code=303)
    answer.set_cookie(entrance.cookie, cookie, max_age=int(SESSION_S), path="/", httponly=True, samesite="strict")
    return answer


async def log_out(request: Request) -> Response:
    """End the session of this browser."""
    entrance = entrance_of(request)
    if (session := principal_of(request).session) is not None:
        session.open = False
    answer = refused.answer(request, 401, "this browser is logged out")
    answer.delete_cookie(entrance.cookie, path="/", httponly=True, samesite="strict")
    return answer


ROUTES = (Route("/login", log_in, methods=["GET"]), Route("/logout", log_out, methods=["POST"]))
