"""The proxy script: which hosts go to the proxy, which straight out, and the HTTP that serves it. Sans-IO.

A host that is protected has no ``DIRECT`` beside its proxy: with the daemon gone its connections fail, while all
others go on (measured with Chromium: with ``; DIRECT`` they leave unprotected).
Source: https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/Proxy_servers_and_tunneling/Proxy_Auto-Configuration_PAC_file
"""

import hashlib
import json
from collections.abc import Iterable, Sequence

PATH = "/proxy.pac"
"""Where the script is."""

CONTENT_TYPE = "application/x-ns-proxy-autoconfig"

MAX_HEAD = 16 * 1024
"""Bytes of a request's head: no browser sends more for a script."""

_SCRIPT = """// maskwire: these hosts go through the proxy or not at all, all others as if it were not there.
var EXACT = {exact};
var BELOW = {below};
function FindProxyForURL(url, host) {{
  host = host.toLowerCase();
  if (host.charAt(host.length - 1) === ".") host = host.slice(0, -1);
  if (EXACT[host] === 1) return "PROXY {proxy}";
  for (var dot = host.indexOf("."); dot > -1; dot = host.indexOf(".", dot + 1))
    if (BELOW[host.slice(dot + 1)] === 1) return "PROXY {proxy}";
  return {otherwise};
}}
"""


def script(hosts: Iterable[str], proxy: str, company: str = "", direct: Sequence[str] = ()) -> str:
    """Return the script. ``proxy`` and ``company`` are ``host:port``.

    ``hosts`` are exact names and ``*.suffix`` patterns. Where a network demands a proxy of its own, ``company``, all
    other hosts go there, but for those in ``direct`` and below them, and for names without a dot.
    """
    names = sorted(set(hosts))
    return _SCRIPT.format(
        exact=_table(name for name in names if not name.startswith("*.")),
        below=_table(name[2:] for name in names if name.startswith("*.")),
        proxy=proxy,
        otherwise=_otherwise(company, direct) if company else '"DIRECT"',
    )


def version(text: str) -> str:
    """Return a few letters that change with the script, for its address: browsers then load it anew."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def respond(head: bytes, text: str, port: int) -> bytes:
    """Return the whole answer to a request with this head, for a server on ``port``.

    There is nothing secret in the script, so that no token is asked for; a foreign Host is refused all the same.
    """
    lines = head.decode("latin-1").split("\r\n")
    method, _, rest = lines[0].partition(" ")
    target = rest.partition(" ")[0].partition("?")[0]
    hosts = [line.partition(":")[2].strip().lower() for line in lines[1:] if line.lower().startswith("host:")]
    if len(hosts) != 1 or hosts[0] not in {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}:
        return _answer("421 Misdirected Request", b"", method)
    if target != PATH:
        return _answer("404 Not Found", b"", method)
    if method not in ("GET", "HEAD"):
        return _answer("405 Method Not Allowed", b"", method)
    return _answer("200 OK", text.encode(), method)


def _answer(status: str, body: bytes, method: str) -> bytes:
    fields = (
        f"HTTP/1.1 {status}",
        f"Content-Type: {CONTENT_TYPE}",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Cross-Origin-Resource-Policy: same-origin",
        "Connection: close",
    )
    return "\r\n".join([*fields, "", ""]).encode() + (b"" if method == "HEAD" else body)


def _table(names: Iterable[str]) -> str:
    return json.dumps(dict.fromkeys(names, 1), separators=(",", ":"))


def _otherwise(company: str, direct: Sequence[str]) -> str:
    """Return the expression that decides about other hosts. Networks are left out: a script would have to resolve."""
    suffixes = sorted({entry.strip().lower().lstrip("*").lstrip(".") for entry in direct if "/" not in entry} - {""})
    near = ['host.indexOf(".") < 0', 'host === "127.0.0.1"', 'host === "[::1]"']
    near += [f"host === {json.dumps(s)} || host.slice(-{len(s) + 1}) === {json.dumps('.' + s)}" for s in suffixes]
    return f'{" || ".join(near)} ? "DIRECT" : {json.dumps(f"PROXY {company}")}'
