"""The one place where a call's principal is decided: bearer tokens, one-time login codes, sessions of browsers.

Only hashes of codes and session cookies are kept. Sans-IO but for chance and the clock that it is given.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from maskwire_daemon.api.access import Principal, Role, Session
from maskwire_daemon.countdown import elapsed

CODE_S = 60.0
"""Seconds that a login code holds: a browser takes a few to start."""

SESSION_S = 12 * 3600.0
"""Seconds that a browser stays logged in: a working day."""

MOST = 64
"""Codes and sessions kept at once; the oldest make room."""


Find = Callable[[str], Principal | None]
"""Returns whose token of access this is."""


def nobody(token: str) -> None:
    """Know no token."""
    del token


@dataclass(slots=True)
class _Code:
    """A code that was handed out; ``session`` is what it was exchanged for."""

    ends: float
    session: Session | None = field(default=None, repr=False)


class Entrance:
    """Knows the daemon's token, the codes that are good for one login, and the browsers that logged in."""

    def __init__(self, token: str, port: int, clock: Callable[[], float] = elapsed, find: Find = nobody) -> None:
        """Know ``token`` as this computer's own; ``find`` knows the tokens of other programs."""
        self._find = find
        self._token = f"Bearer {token}".encode()
        self._clock = clock
        self._codes: dict[bytes, _Code] = {}
        self._sessions: dict[bytes, Session] = {}
        self.port = port
        self.cookie = f"maskwire-{port}"
        """Name of the session's cookie: browsers keep one jar for all ports of a host."""

    def issue(self) -> str:
        """Return a new login code, good for one exchange within ``CODE_S``."""
        code = secrets.token_urlsafe(32)
        self._forget()
        self._codes[_hash(code)] = _Code(self._clock() + CODE_S)
        return code

    def redeem(self, code: str) -> str | None:
        """Return a new session's cookie for ``code``, or ``None`` when it is unknown, too old or used.

        A code that comes twice was seen by somebody else: the session that it gave ends too.
        Source: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2
        """
        self._forget()
        if (known := self._codes.get(_hash(code))) is None:
            return None
        if known.session is not None:
            known.session.open = False
            return None
        cookie = secrets.token_urlsafe(32)
        known.session = self._sessions[_hash(cookie)] = Session(self._clock() + SESSION_S)
        return cookie

    def own(self, authorization: bytes) -> Principal | None:
        """Return this computer, if the ``Authorization`` header holds its token."""
        return Principal("this computer", Role.ADMIN) if hmac.compare_digest(authorization, self._token) else None

    def by_bearer(self, authorization: bytes) -> Principal | None:
        """Return whose token of access the ``Authorization`` header holds. As blocking as ``find``.

        Raises:
            VaultError: as ``find``.
        """
        kind, _, token = authorization.decode("latin-1").partition(" ")
        return self._find(token) if kind.lower() == "bearer" and token else None

    def by_cookie(self, cookie: str) -> Principal | None:
        """Return whose session ``cookie`` belongs to."""
        session = self._sessions.get(_hash(cookie))
        if session is None or not self.alive(session):
            return None
        return Principal("browser", Role.ADMIN, session)

    def sessions(self) -> list[Session]:
        """Return the browsers that are logged in, the last first."""
        return [session for session in reversed(self._sessions.values()) if self.alive(session)]

    def left_s(self, session: Session) -> float:
        """Return for how many seconds ``session`` still holds."""
        return max(0.0, session.ends - self._clock())

    def alive(self, session: Session) -> bool:
        """Tell whether ``session`` still holds."""
        return session.open and self._clock() < session.ends

    def _forget(self) -> None:
        """Drop what is over, and the oldest of what is too much."""
        now = self._clock()
        self._codes = {k: c for k, c in list(self._codes.items())[-MOST + 1 :] if c.ends > now}
        self._sessions = {k: s for k, s in list(self._sessions.items())[-MOST + 1 :] if self.alive(s)}


def _hash(secret: str) -> bytes:
    """Return what is compared in a secret's place: how long that takes says nothing of the secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
