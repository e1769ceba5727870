"""Whether a browser may restore texts now: behind a passphrase, only for a while after it was given.

Programs come without a browser's session; the right to read values is theirs or not.
"""

from typing import Final

from starlette.requests import Request

from maskwire_daemon.api.access import principal_of
from maskwire_daemon.countdown import elapsed
from maskwire_daemon.reveal import Lock
from maskwire_daemon.web.services import services_of

UNLOCKED_S: Final = 300.0
"""Seconds for which a passphrase holds: to read an answer or two."""

LOCKED: Final = "Show a value on the Vault page first: its passphrase opens this for five minutes."
"""Said to a browser that has not given it."""


def unlock(request: Request) -> None:
    """Remember that this browser just gave the passphrase."""
    if (session := principal_of(request).session) is not None:
        session.reads_until = elapsed() + UNLOCKED_S


async def reads_now(request: Request) -> bool:
    """Tell whether this caller may restore texts now."""
    session = principal_of(request).session
    if session is None or elapsed() < session.reads_until:
        return True
    return await services_of(request).vault.lock() is Lock.NONE
