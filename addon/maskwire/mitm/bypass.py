"""What is decrypted and what is never touched: hosts against the person's settings. Sans-IO.

mitmproxy reads an empty ``allow_hosts`` as "decrypt everything" and searches its patterns in
``host:port`` of the CONNECT address, of the peer, of the SNI and of the Host header.
"""

import ipaddress
import re
from collections.abc import Iterable, Sequence

from maskwire.errors import BlockedError, Reason
from maskwire.policy import Mode, Policy

NOTHING = "(?!)"
"""A pattern that matches no text: what stands in ``allow_hosts`` when nothing is decrypted."""


def normal(host: str) -> str:
    """Return ``host`` as it is compared: lower case, no final dot, no brackets, Punycode for other scripts."""
    name = host.strip().lower().rstrip(".").removeprefix("[").removesuffix("]")
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def without_port(authority: str) -> str:
    """Return the host of ``host``, ``host:port``, ``[v6]`` or ``[v6]:port``."""
    if authority.startswith("["):
        return authority.partition("]")[0] + "]"
    host, colon, port = authority.rpartition(":")
    return host if colon and ":" not in host and (port == "" or port.isdigit()) else authority


def is_address(host: str) -> bool:
    """Tell whether ``host`` is an IP address instead of a name."""
    try:
        ipaddress.ip_address(normal(host).partition("%")[0])
    except ValueError:
        return False
    return True


def is_this_machine(host: str) -> bool:
    """Tell whether ``host`` is loopback or the unspecified address, which connects to loopback too."""
    name = normal(host)
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback or (mapped or address).is_unspecified)


class Scope:
    """The hosts that may be decrypted at all, exact names and ``*.suffix`` patterns."""

    def __init__(self, hosts: Iterable[str]) -> None:
        self._patterns = sorted({host.lower().rstrip(".") for host in hosts})
        self._exact = frozenset(p for p in self._patterns if not p.startswith("*."))
        self._suffixes = frozenset(p[2:] for p in self._patterns if p.startswith("*."))

    def holds(self, host: str) -> bool:
        """Tell whether ``host`` (no port) is one of them."""
        name = normal(host)
        if name in self._exact:
            return True
        parts = name.split(".")
        return any(".".join(parts[i:]) in self._suffixes for i in range(1, len(parts)))

    def decrypts(self, host: str, policy: Policy) -> bool:
        """Tell whether the connection to ``host`` is opened under ``policy``; else it is tunnelled."""
        return self.holds(host) and not passes_all(policy, normal(host))

    def allow_hosts(self, policy: Policy) -> list[str]:
        """Return mitmproxy's ``allow_hosts`` for this policy; never empty, see ``NOTHING``.

        A name with a final dot reaches the same host, so it is matched too. What the person bypasses inside
        a pattern is left to ``decrypts``, which is asked again for each connection.
        """
        if policy.paused and policy.pause_secrets:
            return [NOTHING]
        mine = [p for p in policy.hosts if self.holds(p.replace("*", "x", 1))]
        names = sorted({p.lower() for p in (*self._patterns, *mine) if policy.host(p).mode is not Mode.BYPASS})
        return [rf"^(?:{'|'.join(map(_pattern, names))})\.?:\d+$"] if names else [NOTHING]


def passes_all(policy: Policy, host: str) -> bool:
    """Tell whether the person has switched off all protection of ``host``, secrets included."""
    return (policy.paused and policy.pause_secrets) or policy.host(host).mode is Mode.BYPASS


def agreed(connect: str, sni: str | None, hosts: Sequence[str]) -> str:
    """Return the one host that a request names in all its places, normalised.

    ``connect`` is where the connection goes, ``hosts`` are the authorities of the request (Host header,
    ``:authority``, absolute target), each with or without a port. Behind an IP address the SNI is the
    name, since the certificate was checked against it.

    Raises:
        BlockedError: two of them differ, so that policy and destination could be told apart.
    """
    names = [normal(without_port(h)) for h in hosts if h]
    if sni:
        names.append(normal(sni))
    if not is_address(connect) or not names:
        names.append(normal(connect))
    if len(set(names)) != 1:
        raise BlockedError(
            Reason.HOST_MISMATCH,
            "the request names different hosts in its connection, TLS name and Host header; send it to one host",
        )
    return names[0]


def _pattern(host: str) -> str:
    return rf"[^:/]+\.{re.escape(host[2:])}" if host.startswith("*.") else re.escape(host)
