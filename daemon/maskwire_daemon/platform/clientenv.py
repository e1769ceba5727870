"""The variables that make a program use the proxy and trust our authority, for every runtime that reads any. Sans-IO.

What each client reads was measured; clients that read none of these are named by ``uncovered``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from maskwire_daemon.platform.roots import JAVA_STORE_PASSWORD

PROXY_VARIABLES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "grpc_proxy")
"""Both spellings: gRPC and some others read the lower one alone, Windows programs the upper one."""

TRUST_VARIABLES = (
    "SSL_CERT_FILE",  # OpenSSL, Python's ssl and httpx, Go, Rust's native certificates, Bun, uv
    "REQUESTS_CA_BUNDLE",  # requests
    "CURL_CA_BUNDLE",  # curl
    "GIT_SSL_CAINFO",  # git
    "AWS_CA_BUNDLE",  # boto3, the AWS command line
    "PIP_CERT",  # pip
    "NODE_EXTRA_CA_CERTS",  # Node
    "npm_config_cafile",  # npm
    "DENO_CERT",  # Deno
    "CODEX_CA_CERTIFICATE",  # Codex, where it wins over SSL_CERT_FILE
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",  # gRPC's C core: xai-sdk, Vertex
    "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE",  # gcloud
    "CARGO_HTTP_CAINFO",  # cargo
)
"""Each names a file of authorities in PEM that its reader trusts, most of them in place of all others."""

NO_PROXY_VARIABLES = ("NO_PROXY", "no_proxy", "no_grpc_proxy")

LOCAL = ("localhost", "127.0.0.1", "::1")
"""Hosts that are never proxied: local models and the control API."""


@dataclass(frozen=True, slots=True)
class Route:
    """How a program reaches the proxy: its URL, the PEM bundle to trust, and that bundle for Java."""

    proxy: str
    bundle: str
    java_bundle: str = ""


def variables(route: Route, environ: Mapping[str, str], known_hosts: tuple[str, ...]) -> dict[str, str]:
    """Return what to add to ``environ`` so that a program started with it is protected.

    With ``java_bundle``, Java's options too: each Java program then says on stderr that it picked them up.
    """
    found = dict.fromkeys(PROXY_VARIABLES, route.proxy)
    found |= dict.fromkeys(TRUST_VARIABLES, route.bundle)
    found |= dict.fromkeys(NO_PROXY_VARIABLES, ",".join(direct_hosts(environ, known_hosts)))
    found["NODE_USE_ENV_PROXY"] = "1"
    if route.java_bundle:
        found["JAVA_TOOL_OPTIONS"] = " ".join(filter(None, (environ.get("JAVA_TOOL_OPTIONS"), *_java_options(route))))
    return found


def direct_hosts(environ: Mapping[str, str], known_hosts: tuple[str, ...]) -> list[str]:
    """Return the hosts that stay direct: the person's own exceptions but those that a provider's host matches."""
    written = ",".join(environ.get(name, "") for name in ("NO_PROXY", "no_proxy"))
    own = dict.fromkeys(entry.strip() for entry in written.split(",") if entry.strip())
    kept = [entry for entry in own if not any(_exempts(entry, host) for host in known_hosts)]
    return [*LOCAL, *(entry for entry in kept if entry not in LOCAL)]


def exempted(environ: Mapping[str, str], known_hosts: tuple[str, ...]) -> list[str]:
    """Return the person's exceptions that would have let a provider's host go past the proxy."""
    written = ",".join(environ.get(name, "") for name in ("NO_PROXY", "no_proxy"))
    own = dict.fromkeys(entry.strip() for entry in written.split(",") if entry.strip())
    return [entry for entry in own if any(_exempts(entry, host) for host in known_hosts)]


def _exempts(entry: str, host: str) -> bool:
    """Tell whether a ``NO_PROXY`` entry covers a known host or pattern, the way curl and Python read it."""
    if entry == "*":
        return True
    suffix = entry.lower().partition(":")[0].lstrip("*").lstrip(".")
    name = host.removeprefix("*.")
    return bool(suffix) and (name == suffix or name.endswith("." + suffix) or suffix.endswith("." + name))


def _java_options(route: Route) -> tuple[str, ...]:
    address = urlsplit(route.proxy)
    proxy = tuple(
        f"-D{scheme}.proxy{part}={value}"
        for scheme in ("https", "http")
        for part, value in (("Host", address.hostname), ("Port", address.port))
    )
    return (
        *proxy,
        "-Dhttp.nonProxyHosts=localhost|127.*|[::1]",
        f'-Djavax.net.ssl.trustStore="{route.java_bundle}"',  # quoted: the folder's name may hold a space
        f"-Djavax.net.ssl.trustStorePassword={JAVA_STORE_PASSWORD}",
        "-Djavax.net.ssl.trustStoreType=PKCS12",
    )
