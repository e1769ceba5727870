"""Where the team's Redis is, as ``vault.redis_url`` says it. Sans-IO.

Source: https://www.iana.org/assignments/uri-schemes/prov/redis, https://www.iana.org/assignments/uri-schemes/prov/rediss
"""

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from maskwire_daemon.urls import parts_of

PASSWORD_VARIABLE: Final = "MASKWIRE_REDIS_PASSWORD"  # noqa: S105 - the name of a variable
"""Holds the password of Redis; it comes before the one that was sealed when the machine joined."""

DEFAULT_PORT: Final = 6379

_FORM: Final = 'is written "rediss://host:port", "rediss://user@host:port/0", "redis://…", or "unix:///path/redis.sock"'


@dataclass(frozen=True, slots=True)
class Address:
    """One database of one Redis. ``socket`` is set instead of ``host`` for a socket file."""

    host: str = ""
    port: int = DEFAULT_PORT
    socket: str = ""
    user: str = ""
    number: int = 0
    tls: bool = False
    ca: Path | None = None

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.socket or f"{self.host}:{self.port}"

    @property
    def guarded(self) -> bool:
        """Whether nobody on the way can listen: TLS, or a way that does not leave this machine."""
        return self.tls or bool(self.socket) or _loopback(self.host)


def url_problem(url: str) -> str:
    """Return what is wrong with a URL, without what it says; ``""`` when nothing is."""
    found = parts_of(url)
    if found is None:
        return _FORM
    if found.password is not None:
        return "must not hold the password: take it out; `maskwire team create` and `maskwire team join` keep it sealed"
    if found.query or found.fragment:
        return _FORM
    if found.scheme == "unix":
        return "" if found.path.startswith("/") and len(found.path) > 1 and not found.netloc else _FORM
    number = found.path.removeprefix("/")
    good = found.scheme in ("redis", "rediss") and found.hostname and found.port != 0
    return "" if good and (not number or (number.isascii() and number.isdecimal())) else _FORM


def address_of(url: str, ca: Path | None = None) -> Address:
    """Return the address that a good URL names; ``ca`` is a PEM file of authorities to trust instead of the system's.

    Raises:
        ValueError: ``url_problem`` finds something wrong with it.
    """
    if problem := url_problem(url):
        raise ValueError(problem)
    found = urlsplit(url)
    if found.scheme == "unix":
        return Address(socket=unquote(found.path))
    assert found.hostname is not None  # url_problem has looked
    return Address(
        host=found.hostname,
        port=found.port or DEFAULT_PORT,
        user=unquote(found.username or ""),
        number=int(found.path.removeprefix("/") or 0),
        tls=found.scheme == "rediss",
        ca=ca,
    )


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
