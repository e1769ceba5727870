"""What stands in the body and the query of a call, read strictly."""

import json
from datetime import UTC, datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request

from maskwire_daemon.api.bodies import Body


async def body[B: Body](request: Request, model: type[B]) -> B:
    """Return the call's body as ``model``; an empty body is an empty object.

    Raises:
        HTTPException: 400, it is not JSON.
        ValidationError: it is not such an object.
    """
    raw = await request.body()
    try:
        given = json.loads(raw) if raw else {}
    except (ValueError, RecursionError):
        raise HTTPException(400, "the body is not JSON") from None
    return model.model_validate(given)


def number(request: Request, name: str, default: int, most: int = 2**62) -> int:
    """Return a whole number of the query.

    Raises:
        HTTPException: 400, it is none, or is above ``most``.
    """
    text = request.query_params.get(name, str(default))
    if not text.isdecimal() or len(text) > len(str(most)) or int(text) > most:
        raise HTTPException(400, f"{name} must be a number from 0 to {most}")
    return int(text)


def unix_time(request: Request, name: str, default: float) -> float:
    """Return a time of the query as Unix time: given so in seconds, or as an ISO date or date and time (UTC).

    Raises:
        HTTPException: 400, it is none.
    """
    text = request.query_params.get(name, "")
    if not text:
        return default
    try:
        return moment(text)
    except ValueError:
        raise HTTPException(400, f"{name} must be a date such as 2026-11-22, or Unix time in seconds") from None


def moment(text: str) -> float:
    """Return ``text``, a number of seconds or an ISO date or date and time, as Unix time; without a zone it is UTC.

    Raises:
        ValueError: it is neither.
    """
    if text.replace(".", "", 1).isdecimal():
        return float(text)
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
