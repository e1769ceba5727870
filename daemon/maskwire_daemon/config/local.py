"""The local model of the settings, as the proxy takes it. Sans-IO."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from maskwire.wire.local import LocalServer
from maskwire_daemon.config.settings import Local
from maskwire_daemon.urls import parts_of

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def local_problem(url: str) -> str:
    """Return why ``url`` cannot be the base URL of a local model, ``""`` when it can."""
    parts = parts_of(url)
    if parts is None:
        return "is no URL"
    if parts.scheme != "http" or parts.hostname not in LOOPBACK or parts.port is None:
        return "must be a server on this machine with its port, as http://127.0.0.1:11434/v1"
    if parts.query or parts.fragment or parts.username:
        return "must be an address alone, without query or user"
    return ""


def local_server(local: Local, environ: Mapping[str, str]) -> LocalServer | None:
    """Return the server that ``local`` names, ``None`` when there is none."""
    if not local.url:
        return None
    parts = urlsplit(local.url)
    assert parts.hostname is not None  # ``local_problem`` has looked
    assert parts.port is not None
    key = environ.get(local.key_env, "") if local.key_env else ""
    return LocalServer(parts.hostname, parts.port, parts.path.rstrip("/"), local.model, key)
