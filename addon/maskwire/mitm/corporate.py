"""A company's proxy before the internet: which hosts go past it, and what it said when it refused. Sans-IO.

mitmproxy's ``upstream`` mode leads everything through one proxy; hosts that the person excepts, and this machine,
are dialled directly.
"""

import ipaddress
import re
from collections.abc import Sequence

from maskwire.mitm.bypass import is_this_machine, normal
from maskwire.mitm.engine import http
from maskwire.mitm.patches import DIRECT

_REFUSED = re.compile(r"Upstream proxy \S+ refused HTTP CONNECT request: (?P<status>\d{3})\b")
"""How mitmproxy says what the proxy answered. Only the number is taken."""


def excepted(host: str, no_proxy: Sequence[str]) -> bool:
    """Tell whether ``host`` is dialled directly: a name, a suffix with or without a dot or star, or a network.

    This is how curl and Python read ``NO_PROXY``; ``*`` alone excepts all.
    """
    name = normal(host)
    return is_this_machine(name) or any(_matches(name, entry.strip().lower()) for entry in no_proxy)


def _matches(name: str, entry: str) -> bool:
    if not entry:
        return False
    if entry == "*":
        return True
    try:
        return ipaddress.ip_address(name) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        suffix = entry.lstrip("*").lstrip(".")
        return name == suffix or name.endswith("." + suffix)


def refused_status(message: str) -> int | None:
    """Return the status with which a company's proxy refused, ``None`` when ``message`` says something else."""
    found = _REFUSED.search(message)
    return int(found["status"]) if found else None


def refusal_sentence(status: int) -> str:
    """Return what a person should know and do about a refusal."""
    if status == 407:
        return "the company's proxy did not accept user and password (407): `maskwire capture password` sets them"
    return f"the company's proxy refused the connection ({status}): ask who runs it, or see upstream.no_proxy"


class Corporate:
    """Marks flows that go past the company's proxy. Without one, ``active`` is false and nothing is marked."""

    def __init__(self) -> None:
        self.active = False
        self.no_proxy: Sequence[str] = ()

    def http_connect(self, flow: http.HTTPFlow) -> None:
        """Decide about a tunnel."""
        self._mark(flow)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Decide about a request outside a tunnel; what runs inside one has its way already."""
        if not flow.server_conn.connected and self._mark(flow) and not flow.request.is_http2:
            flow.request.authority = ""  # the host itself gets a path, as a proxy gets a whole address

    def _mark(self, flow: http.HTTPFlow) -> bool:
        if not self.active or flow.response is not None or not excepted(flow.request.host, self.no_proxy):
            return False
        flow.server_conn.via = None
        flow.metadata[DIRECT] = True
        return True
