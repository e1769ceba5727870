"""Addresses for programs that take one in place of the provider's: ``http://127.0.0.1:PORT/openai`` and the like.

The first part of the path names the provider; the rest goes to its real host, over TLS, as if the program had asked
for that. It stands before the addon, which then sees nothing but a request to a protected host.

Every page in a browser can reach loopback, and a page must not spend the person's keys or read what is restored.
So the Host must be ours (else a foreign name was pointed at 127.0.0.1), and a request that says that it comes from
a page is refused unless the person named that page's origin.
"""

import json
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

from maskwire.mitm.bypass import Scope
from maskwire.mitm.engine import http
from maskwire.mitm.flow import kill
from maskwire.mitm.patches import ANSWER
from maskwire.mitm.probe import PROBE_HOST, PROBE_PATH

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "openai": "api.openai.com",
        "anthropic": "api.anthropic.com",
        "gemini": "generativelanguage.googleapis.com",
        "mistral": "api.mistral.ai",
        "groq": "api.groq.com",
        "openrouter": "openrouter.ai",
        "deepseek": "api.deepseek.com",
        "xai": "api.x.ai",
        "cohere": "api.cohere.com",
    }
)
"""Short names of providers. Every other protected host goes by its own name, as ``/api.together.xyz``."""

BASE = "maskwire.base"
"""Key in ``flow.metadata``: the address that the program was given for this host."""

_ADDRESSES = ("location", "x-goog-upload-url", "x-goog-upload-control-url")
"""Headers of answers that send the program on to another address of the same host, which must be ours again."""


class BaseUrls:
    """Leads requests of the listener on ``port`` (0: there is none) to the hosts in ``scope``."""

    def __init__(self, scope: Callable[[], Scope]) -> None:
        self.port = 0
        self.origins: Collection[str] = ()
        self._scope = scope

    def http_connect(self, flow: http.HTTPFlow) -> None:
        """Refuse a tunnel: this listener is no proxy."""
        if self._is_ours(flow):
            flow.response = _refusal(405, "this address is no proxy: give it to a program as its base URL")

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Send a request on to the host that its path names, or refuse it."""
        if not self._is_ours(flow):
            return
        try:
            self._send_on(flow)
        except BaseException:
            kill(flow)  # else it would come back here, as a request to this very address
            raise

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Keep the program here when the provider sends it on to itself."""
        base: str | None = flow.metadata.get(BASE)
        if base is None or flow.response is None:
            return
        own = f"https://{flow.request.host}/"
        for name in _ADDRESSES:
            if (value := flow.response.headers.get(name, "")).lower().startswith(own):
                flow.response.headers[name] = f"{base}/{value[len(own) :]}"

    def _send_on(self, flow: http.HTTPFlow) -> None:
        request = flow.request
        first, _, rest = request.path.removeprefix("/").partition("/")
        host = PREFIXES.get(first, first)
        if (problem := self._problem(request)) is not None:
            self._refuse(flow, *problem)
        elif f"/{first}/" == PROBE_PATH:
            _send_to(request, PROBE_HOST, request.path)
        elif "." in host and self._scope().holds(host):
            flow.metadata[BASE] = f"http://{request.headers['host']}/{first}"
            _send_to(request, host, "/" + rest)
        else:
            self._refuse(flow, 404, f"start the path with a provider: /{', /'.join(PREFIXES)}, or a protected host")

    def _is_ours(self, flow: http.HTTPFlow) -> bool:
        return bool(self.port) and flow.client_conn.sockname[1] == self.port

    def _problem(self, request: http.Request) -> tuple[int, str] | None:
        """Return status and sentence for a request that may not come in."""
        names = {f"{name}:{self.port}" for name in ("127.0.0.1", "localhost", "[::1]")}
        hosts = request.headers.get_all("host")
        if len(hosts) != 1 or hosts[0].lower() not in names or request.authority not in ("", hosts[0]):
            return 421, "this address answers only under its own name on this machine"
        origin = request.headers.get("origin")
        if origin is not None and origin not in self.origins:
            return 403, "pages may not use this address; name their origin in capture.base_url_origins to allow one"
        if origin is None and request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return 403, "pages may not use this address"
        return None

    @staticmethod
    def _refuse(flow: http.HTTPFlow, status: int, sentence: str) -> None:
        flow.response = flow.metadata[ANSWER] = _refusal(status, sentence)


def _send_to(request: http.Request, host: str, path: str) -> None:
    """Make a request to ``host`` of one to us; the probe's host is plain, since nothing is dialled for it."""
    tls = host != PROBE_HOST
    request.data.host, request.data.port = host, 443 if tls else 80
    request.scheme = "https" if tls else "http"
    request.headers["host"] = host
    if request.authority:
        request.authority = host
    request.path = path


def _refusal(status: int, sentence: str) -> http.Response:
    body = json.dumps({"error": {"message": f"maskwire: {sentence}", "type": "invalid_request_error"}}).encode()
    return http.Response.make(status, body, {"content-type": "application/json", "x-should-retry": "false"})
