"""What clients make of our certificates: OpenSSL's verifier, cryptography's, and Python's ssl over loopback.

The rogue leaves are what a thief of the intermediate's key could sign; trusting our root must not help them.
"""

import contextlib
import ipaddress
import socket
import ssl
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from maskwire_daemon.store.keys import Keys
from maskwire_daemon.trust.authority import Authority
from maskwire_daemon.trust.certificates import Leaf, issue_pair
from tests.unit.authority.conftest import HOSTS

NOW = datetime.now(UTC)
PAIR = issue_pair(("api.openai.com", "openai.azure.com"), "test", NOW)


@dataclass(frozen=True)
class Rogue:
    """A leaf as a thief would have it. ``host`` is the name under which it is served."""

    host: str
    names: Sequence[x509.GeneralName] = ()
    common_name: str = ""

    def sign(self) -> Leaf:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = [x509.NameAttribute(NameOID.COMMON_NAME, self.common_name)] if self.common_name else []
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name(subject))
            .issuer_name(PAIR.intermediate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - timedelta(hours=1))
            .not_valid_after(NOW + timedelta(days=1))
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(PAIR.key.public_key()), critical=False)
        )
        if self.names:
            builder = builder.add_extension(x509.SubjectAlternativeName(self.names), critical=not subject)
        return Leaf(builder.sign(PAIR.key, SHA256()), key, (PAIR.intermediate,), (self.host,))


ROGUES = {
    "another host": Rogue("bank.test", [x509.DNSName("bank.test")], "bank.test"),
    "another host beside a permitted one": Rogue(
        "bank.test", [x509.DNSName("api.openai.com"), x509.DNSName("bank.test")], "api.openai.com"
    ),
    "a name in the subject only": Rogue("bank.test", common_name="bank.test"),
    "a suffix without a dot": Rogue("notapi.openai.com", [x509.DNSName("notapi.openai.com")]),
    "the parent domain": Rogue("openai.com", [x509.DNSName("openai.com")]),
    "a wildcard over the parent": Rogue("bank.com", [x509.DNSName("*.com")]),
    "a permitted name as a label": Rogue("api.openai.com.bank.test", [x509.DNSName("api.openai.com.bank.test")]),
    "an IPv4 address": Rogue("127.0.0.1", [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
    "an IPv6 address": Rogue("::1", [x509.IPAddress(ipaddress.ip_address("::1"))]),
    "an address beside a permitted name": Rogue(
        "127.0.0.1", [x509.DNSName("api.openai.com"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    ),
}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.load_or_create(tmp_path_factory.mktemp("ca"), Keys.ephemeral(), HOSTS)


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)


def openssl_accepts(root: bytes, leaf: Leaf, host: str, folder: Path) -> bool:
    (folder / "root.pem").write_bytes(root)
    (folder / "chain.pem").write_bytes(pem(*leaf.chain))
    (folder / "leaf.pem").write_bytes(pem(leaf.certificate))
    named = "-verify_ip" if host.replace(".", "").isdigit() or ":" in host else "-verify_hostname"
    command = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-no-CApath", "-no-CAstore", named, host]
    files = ["-CAfile", "root.pem", "-untrusted", "chain.pem", "leaf.pem"]
    return subprocess.run([*command, *files], cwd=folder, check=False, capture_output=True).returncode == 0


def cryptography_accepts(root: bytes, leaf: Leaf, host: str) -> bool:
    try:
        subject: x509.DNSName | x509.IPAddress = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        subject = x509.DNSName(host)
    store = Store([x509.load_pem_x509_certificate(root)])
    try:
        PolicyBuilder().store(store).build_server_verifier(subject).verify(leaf.certificate, list(leaf.chain))
    except VerificationError:
        return False
    return True


def handshake(root: bytes, leaf: Leaf, host: str, folder: Path) -> None:
    """Serve ``leaf`` on loopback to a client that trusts ``root`` alone and asks for ``host``.

    Raises:
        ssl.SSLError: the client refused.
    """
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    key = leaf.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "served.pem").write_bytes(pem(leaf.certificate, *leaf.chain) + key)
    server.load_cert_chain(folder / "served.pem")
    client = ssl.create_default_context(cadata=root.decode())
    client.verify_flags |= ssl.VERIFY_X509_STRICT

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with (
            contextlib.suppress(ssl.SSLError, OSError),  # a client that refuses says why itself
            connection,
            server.wrap_socket(connection, server_side=True) as tls,
        ):
            tls.sendall(b"hello")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        try:
            with (
                socket.create_connection(listener.getsockname(), timeout=10) as plain,
                client.wrap_socket(plain, server_hostname=host) as tls,
            ):
                assert tls.recv(5) == b"hello"
        finally:
            thread.join()


@pytest.mark.parametrize("host", ["api.openai.com", "api.anthropic.com", "mine.openai.azure.com", "eu.api.openai.com"])
def test_permitted_hosts_are_accepted_by_every_verifier(authority: Authority, host: str, tmp_path: Path) -> None:
    leaf = authority.leaf(host, ["bank.test", "api.anthropic.com"])
    handshake(authority.ca_pem, leaf, host, tmp_path)

    assert openssl_accepts(authority.ca_pem, leaf, host, tmp_path)
    assert cryptography_accepts(authority.ca_pem, leaf, host)


def test_a_leaf_does_not_serve_for_another_permitted_host(authority: Authority, tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        handshake(authority.ca_pem, authority.leaf("api.openai.com"), "api.anthropic.com", tmp_path)


def test_the_rogue_signer_would_be_believed_for_a_permitted_host(tmp_path: Path) -> None:
    leaf = Rogue("api.openai.com", [x509.DNSName("api.openai.com")]).sign()
    handshake(pem(PAIR.root), leaf, "api.openai.com", tmp_path)

    assert openssl_accepts(pem(PAIR.root), leaf, "api.openai.com", tmp_path)


@pytest.mark.parametrize("rogue", ROGUES.values(), ids=ROGUES.keys())
def test_nothing_else_is_accepted_even_from_a_stolen_key(rogue: Rogue, tmp_path: Path) -> None:
    leaf = rogue.sign()
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(pem(PAIR.root), leaf, rogue.host, tmp_path)

    assert not openssl_accepts(pem(PAIR.root), leaf, rogue.host, tmp_path)
    assert not cryptography_accepts(pem(PAIR.root), leaf, rogue.host)


def under_bare_root() -> tuple[bytes, x509.Certificate]:
    """Return a root without constraints, and the intermediate as that root would have signed it.

    This is how things look to a verifier that ignores what a trusted root says of itself, as Java's does.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder().subject_name(PAIR.root.subject).issuer_name(PAIR.root.subject)
    root = (
        builder.public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(PAIR.root.not_valid_before_utc)
        .not_valid_after(PAIR.root.not_valid_after_utc)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(PAIR.root.extensions.get_extension_for_class(x509.KeyUsage).value, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    signed = (
        x509.CertificateBuilder()
        .subject_name(PAIR.intermediate.subject)
        .issuer_name(root.subject)
        .public_key(PAIR.key.public_key())
        .serial_number(PAIR.intermediate.serial_number)
        .not_valid_before(PAIR.intermediate.not_valid_before_utc)
        .not_valid_after(PAIR.intermediate.not_valid_after_utc)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    for extension in PAIR.intermediate.extensions:
        if extension.oid != x509.AuthorityKeyIdentifier.oid:
            signed = signed.add_extension(extension.value, critical=extension.critical)
    return pem(root), signed.sign(key, SHA256())


BARE_ROOT, BARE_INTERMEDIATE = under_bare_root()


def test_a_verifier_that_ignores_the_roots_constraints_accepts_permitted_hosts(tmp_path: Path) -> None:
    leaf = replace(Rogue("api.openai.com", [x509.DNSName("api.openai.com")]).sign(), chain=(BARE_INTERMEDIATE,))
    handshake(BARE_ROOT, leaf, "api.openai.com", tmp_path)

    assert openssl_accepts(BARE_ROOT, leaf, "api.openai.com", tmp_path)


@pytest.mark.parametrize("rogue", ROGUES.values(), ids=ROGUES.keys())
def test_a_verifier_that_ignores_the_roots_constraints_is_bound_by_the_intermediates(
    rogue: Rogue, tmp_path: Path
) -> None:
    leaf = replace(rogue.sign(), chain=(BARE_INTERMEDIATE,))
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(BARE_ROOT, leaf, rogue.host, tmp_path)

    assert not openssl_accepts(BARE_ROOT, leaf, rogue.host, tmp_path)
    assert not cryptography_accepts(BARE_ROOT, leaf, rogue.host)


def test_the_intermediate_signs_no_further_authority(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "another authority")])
    below = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(PAIR.intermediate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(PAIR.key, SHA256())
    )
    leaf = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("api.openai.com")]), critical=True)
        .sign(key, SHA256())
    )
    chained = Leaf(leaf, key, (below, PAIR.intermediate), ("api.openai.com",))
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(pem(PAIR.root), chained, "api.openai.com", tmp_path)

    assert not openssl_accepts(pem(PAIR.root), chained, "api.openai.com", tmp_path)
    assert not cryptography_accepts(pem(PAIR.root), chained, "api.openai.com")
