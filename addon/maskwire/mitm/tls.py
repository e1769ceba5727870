"""TLS towards clients, with certificates of our own authority that exist in memory alone.

The stock addon would create an unencrypted key on disk, sign with the key of the authority itself and copy
every name of the provider's certificate into ours, which a name-constrained authority must not sign.
Towards providers the stock behaviour stays: verified against the bundle of roots, never insecure.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import Certificate
from OpenSSL import SSL

from maskwire.mitm.bypass import Scope, is_address
from maskwire.mitm.engine import Cert, ClientHelloData, Context, TlsConfig, TlsData, alpn_select_callback, http, net_tls
from maskwire.policy import Policy

log = logging.getLogger(__name__)

_STORE_OPTIONS = frozenset({"certs", "confdir", "key_size", "cert_passphrase"})
"""Options at which the stock addon reads or creates its store of keys."""


class Leaf(Protocol):
    """A server certificate with its key and the certificates between it and the root."""

    @property
    def certificate(self) -> Certificate:
        """The server's certificate."""

    @property
    def key(self) -> ec.EllipticCurvePrivateKey:
        """Its private key."""

    @property
    def chain(self) -> Sequence[Certificate]:
        """What is sent after it, the root left out."""


class Authority(Protocol):
    """Makes certificates for the hosts it is constrained to."""

    def leaf(self, host: str, sans: Iterable[str] = ()) -> Leaf:
        """Return a certificate for ``host``.

        Raises:
            ValueError: the authority may not sign for it.
        """


class OwnTlsConfig(TlsConfig):
    """Decides for each ClientHello whether it is ours, and answers with a certificate for its host."""

    name = "tlsconfig"

    def __init__(self, authority: Authority, scope: Callable[[], Scope], policy: Callable[[], Policy]) -> None:
        self._authority = authority
        self._scope = scope
        self._policy = policy

    def configure(self, updated: Collection[str]) -> None:
        """Take over all options but those of the store of keys, which does not exist here."""
        super().configure(set(updated) - _STORE_OPTIONS)  # type: ignore[no-untyped-call]

    def running(self) -> None:
        """Do nothing: the stock addon creates its authority on disk here."""

    def request(self, flow: http.HTTPFlow) -> None:
        """Do nothing: the stock addon answers requests for its revocation list here."""

    def tls_clienthello(self, tls_clienthello: ClientHelloData) -> None:
        """Tunnel what slipped through the gate although neither its destination nor its name is protected."""
        super().tls_clienthello(tls_clienthello)
        names = _names(tls_clienthello.context, tls_clienthello.client_hello.sni)
        policy, scope = self._policy(), self._scope()
        if names and not any(scope.decrypts(name, policy) for name in names):
            tls_clienthello.ignore_connection = True

    def tls_start_client(self, tls_start: TlsData) -> None:
        """Answer with a certificate for the host that the client wants.

        Where the authority may not sign, no context is set and mitmproxy closes the connection.
        """
        client, server = tls_start.context.client, tls_start.context.server
        host = client.sni or (server.address[0] if server.address else "")
        try:
            leaf = self._authority.leaf(host)
        except ValueError:
            log.warning("no certificate for a host outside the authority's constraints")
            return
        context = net_tls.create_client_proxy_context(
            method=net_tls.Method.TLS_SERVER_METHOD,
            min_version=net_tls.Version.TLS1_2,
            max_version=net_tls.Version.UNBOUNDED,
            cipher_list=None,
            ecdh_curve=None,
            chain_file=None,
            alpn_select_callback=alpn_select_callback,
            request_client_cert=False,
            extra_chain_certs=tuple(Cert(c) for c in leaf.chain),
            dhparams=None,
        )
        connection = SSL.Connection(context)
        connection.use_certificate(leaf.certificate)
        connection.use_privatekey(leaf.key)
        connection.set_app_data({"client_alpn": client.alpn, "server_alpn": server.alpn, "http2": True})
        connection.set_accept_state()
        tls_start.ssl_conn = connection

    def quic_start_client(self, tls_start: object) -> None:
        """Do nothing: without settings the connection is closed, and a redirected program goes on over TCP.

        Programs do not accept an authority of the person's own on HTTP/3, so that answering would only fail later.
        """

    def quic_start_server(self, tls_start: object) -> None:
        """Do nothing, likewise."""


def _names(context: Context, sni: str | None) -> list[str]:
    """Return the names of a connection's host; none when the client speaks TLS to the proxy itself."""
    if context.server.address is None:
        return []
    return [context.server.address[0], *([sni] if sni else [])]


def rejected_host(data: TlsData) -> str | None:
    """Return the host whose certificate the client did not accept, ``None`` when the handshake failed otherwise."""
    client, server = data.context.client, data.context.server
    error = (client.error or "").lower()
    if not any(alert in error for alert in ("unknown ca", "bad certificate", "certificate unknown")):
        return None
    connect = server.address[0] if server.address else ""
    return client.sni if client.sni and (not connect or is_address(connect)) else connect
