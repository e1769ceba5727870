"""mitmproxy, prepared: the one module of the core that imports it.

Two things have to happen before mitmproxy's modules run, so they stand here and nowhere else:

- the variables that make it write TLS secrets to a file are removed;
- ``mitmproxy.addons`` stands in as a bare package while the six addons that we use are imported, since
  its ``__init__`` imports all thirty-one (measured: 450 ms and 12 MB). Afterwards the real package can be
  imported by anyone who wants it. YAML for files of options and the tests of a parser are not read (2 MB).
"""

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from types import ModuleType

from maskwire.unread import standing, unread

__all__ = [
    "Cert",
    "CertStoreEntry",
    "Client",
    "ClientHelloData",
    "ConnectionState",
    "Context",
    "Core",
    "DisableH2C",
    "LayerToCome",
    "Master",
    "NextLayer",
    "Options",
    "OptionsError",
    "ProxyConnectionHandler",
    "Proxyserver",
    "Server",
    "ServerConnectionHookData",
    "ServerInstance",
    "TlsConfig",
    "TlsData",
    "UpstreamAuth",
    "WebSocketMessage",
    "alpn_select_callback",
    "commands",
    "events",
    "http",
    "http1_layer",
    "http_events",
    "http_hooks",
    "http_layer",
    "net_tls",
    "websocket_layer",
    "wsproto",
]

KEY_LOGS = ("SSLKEYLOGFILE", "MITMPROXY_SSLKEYLOGFILE")
"""Variables under which OpenSSL's secrets are appended to a file. mitmproxy reads them when it is imported."""

_ADDONS = "mitmproxy.addons"


@contextmanager
def bare_addons() -> Iterator[None]:
    """Let single addons be imported without the package's own ``__init__``; no effect when that has already run."""
    if _ADDONS in sys.modules:
        yield
        return
    spec = find_spec("mitmproxy")
    assert spec is not None  # a dependency of this distribution
    assert spec.submodule_search_locations is not None
    package = ModuleType(_ADDONS)
    package.__path__ = [os.path.join(place, "addons") for place in spec.submodule_search_locations]  # noqa: PTH118
    sys.modules[_ADDONS] = package
    try:
        yield
    finally:
        del sys.modules[_ADDONS]
        vars(sys.modules["mitmproxy"]).pop("addons", None)


for _name in KEY_LOGS:
    os.environ.pop(_name, None)

# mitmproxy 12.2 uses names that pyparsing has deprecated since
with (
    warnings.catch_warnings(action="ignore", category=DeprecationWarning),
    bare_addons(),
    standing(unread("ruamel.yaml", "pyparsing.testing")),
):
    import wsproto
    from mitmproxy import http
    from mitmproxy.addons.core import Core
    from mitmproxy.addons.disable_h2c import DisableH2C
    from mitmproxy.addons.next_layer import NextLayer
    from mitmproxy.addons.proxyserver import Proxyserver
    from mitmproxy.addons.tlsconfig import TlsConfig, alpn_select_callback
    from mitmproxy.addons.upstream_auth import UpstreamAuth
    from mitmproxy.certs import Cert, CertStoreEntry
    from mitmproxy.connection import Client, Server
    from mitmproxy.exceptions import OptionsError
    from mitmproxy.master import Master
    from mitmproxy.net import tls as net_tls
    from mitmproxy.options import Options
    from mitmproxy.proxy import commands, events
    from mitmproxy.proxy.context import Context
    from mitmproxy.proxy.layer import NextLayer as LayerToCome
    from mitmproxy.proxy.layers import http as http_layer
    from mitmproxy.proxy.layers import websocket as websocket_layer
    from mitmproxy.proxy.layers.http import _events as http_events
    from mitmproxy.proxy.layers.http import _hooks as http_hooks
    from mitmproxy.proxy.layers.http import _http1 as http1_layer
    from mitmproxy.proxy.mode_servers import ProxyConnectionHandler, ServerInstance
    from mitmproxy.proxy.server_hooks import ServerConnectionHookData
    from mitmproxy.tls import ClientHelloData, TlsData
    from mitmproxy.websocket import WebSocketMessage
    from wsproto.connection import ConnectionState

net_tls.log_master_secret = None
