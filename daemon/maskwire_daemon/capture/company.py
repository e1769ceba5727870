"""The proxy that a network demands, as the settings name it, and its password from elsewhere. IO: the keyring."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from maskwire.errors import ConfigError
from maskwire_daemon.urls import parts_of

if TYPE_CHECKING:
    from maskwire_daemon.config.settings import Upstream
    from maskwire_daemon.proxy import CompanyProxy
    from maskwire_daemon.store.system_keyring import Backend

ENTRY = "password of the company's proxy"
"""The keyring's entry is called after this, the user and the proxy, so that two proxies never share one."""


@dataclass(frozen=True, slots=True)
class Address:
    """Host and port of the proxy, and the user that it knows."""

    host: str
    port: int
    user: str = ""

    @property
    def entry(self) -> str:
        """What the keyring calls the password."""
        return f"{ENTRY} {self.user}@{self.host}:{self.port}"


def company_problem(url: str) -> str:
    """Return what is wrong with ``upstream.proxy``, without what it says; ``""`` when nothing is."""
    if not url:
        return ""
    found = parts_of(url)
    if found is None:
        return _FORM
    if found.password is not None:
        return "must not hold the password: take it out, then `maskwire capture password` keeps it in the keyring"
    named = found.hostname is not None and _HOST.fullmatch(found.hostname)
    good = found.scheme == "http" and named and found.port and found.path in ("", "/")
    return "" if good and not found.query and not found.fragment else _FORM


_HOST = re.compile(r"[\w.:-]+")
"""A name or an address; what else ``urlsplit`` takes for a host would be read as something else further on."""

_FORM = 'is written "http://host:port" or "http://user@host:port"'


def address_of(url: str) -> Address:
    """Return the address that a good ``upstream.proxy`` names."""
    found = urlsplit(url)
    assert found.hostname is not None  # company_problem has looked
    assert found.port is not None  # as above
    return Address(found.hostname, found.port, unquote(found.username or ""))


def company_proxy(settings: "Upstream", environ: Mapping[str, str] = os.environ) -> "CompanyProxy | None":
    """Return the proxy with its login, ``None`` when the settings name none. Blocks on the keyring.

    Raises:
        ConfigError: it has a user, and the password is nowhere.
    """
    from maskwire_daemon.proxy import CompanyProxy

    if not settings.proxy:
        return None
    address = address_of(settings.proxy)
    login = f"{address.user}:{_password(address, settings, environ)}" if address.user else ""
    return CompanyProxy(address.host, address.port, login, tuple(settings.no_proxy))


def _password(address: Address, settings: "Upstream", environ: Mapping[str, str]) -> str:
    from maskwire_daemon.store.system_keyring import SERVICE, system_backend

    if name := settings.proxy_password_env:
        if (found := environ.get(name)) is None:
            raise ConfigError(f"the variable {name} is not set", key="upstream.proxy_password_env")
        return found
    try:
        kept = system_backend().get_password(SERVICE, address.entry)
    except Exception as e:
        raise ConfigError(
            f"the keyring with the password does not answer ({type(e).__name__}): unlock it, or name a variable in "
            "upstream.proxy_password_env",
            key="upstream.proxy",
        ) from e
    if kept is None:
        raise ConfigError("the password is missing: `maskwire capture password` asks for it", key="upstream.proxy")
    return kept


def keep_password(address: Address, password: str, backend: "Backend") -> None:
    """Put the password into the keyring."""
    from maskwire_daemon.store.system_keyring import SERVICE

    backend.set_password(SERVICE, address.entry, password)
