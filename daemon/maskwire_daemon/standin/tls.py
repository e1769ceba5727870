"""A throw-away certificate authority: signs for whatever host a client asks, and lives as long as its process."""

import os
import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from maskwire_daemon.trust.certificates import begun, issuer_id, usage

LIFETIME = timedelta(days=1)
"""How long its certificates are valid: longer than any demonstration, shorter than anybody could profit from."""


class ThrowawayAuthority:
    """Issues server certificates by SNI. Its key is never written; a leaf's is for the moment OpenSSL reads it."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "maskwire stand-in")])
        self._certificate = (
            self._begun(self._name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage(signs_certificates=True), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self._contexts: dict[str, ssl.SSLContext] = {}

    @property
    def pem(self) -> str:
        """The authority's certificate, for a client's list of trusted ones."""
        return self._certificate.public_bytes(serialization.Encoding.PEM).decode()

    def server_context(self, alpn: tuple[str, ...] = ("http/1.1",)) -> ssl.SSLContext:
        """Return a context that shows each client a certificate for the host that it named."""
        context = self._context("localhost", alpn)

        def choose(tls: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
            tls.context = self._context(name or "localhost", alpn)

        context.sni_callback = choose
        return context

    def _context(self, host: str, alpn: tuple[str, ...]) -> ssl.SSLContext:
        if host not in self._contexts:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.set_alpn_protocols(list(alpn))
            key = ec.generate_private_key(ec.SECP256R1())
            _load(context, key, self._leaf(host, key.public_key()))
            self._contexts[host] = context
        return self._contexts[host]

    def _leaf(self, host: str, key: ec.EllipticCurvePublicKey) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "maskwire stand-in leaf")])
        return (
            self._begun(name, key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(issuer_id(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )

    def _begun(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return begun(subject, self._name, key, (now, now + LIFETIME))


def _load(context: ssl.SSLContext, key: ec.EllipticCurvePrivateKey, leaf: x509.Certificate) -> None:
    """Give ``context`` a key and certificate; ``ssl`` reads them from a file alone, so there is one for a moment."""
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    handle, name = tempfile.mkstemp(suffix=".pem")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secret + leaf.public_bytes(serialization.Encoding.PEM))
        context.load_cert_chain(name)
    finally:
        Path(name).unlink()
