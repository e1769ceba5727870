"""Certificates that are worth something for a few host names only. Sans-IO but for randomness.

Source: https://www.rfc-editor.org/rfc/rfc5280 (4.2.1.10 name constraints),
https://support.apple.com/en-us/103769 (what Apple's clients ask of a server certificate)
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LIFE: Final = timedelta(days=5 * 365)
"""How long a root is good for: to be asked for trust again is a burden, and its private key is gone."""

LEAF_LIFE: Final = timedelta(days=7)
"""How long a server certificate is good for; Apple's clients take at most 825 days."""

_BACKDATED: Final = timedelta(days=1)
"""Certificates begin in the past, for containers and virtual machines whose clock is behind."""

_LONGEST_COMMON_NAME: Final = 64
"""Characters that X.520 allows; a longer host stands in the alternative names only."""

_NO_ADDRESS: Final = [x509.IPAddress(ipaddress.ip_network(every)) for every in ("0.0.0.0/0", "::/0")]
"""Every IP address: OpenSSL takes a permitted list of names alone as leave for all addresses."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A root without its private key, and the intermediate that signs for it."""

    root: x509.Certificate
    intermediate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A server certificate for ``names``, its own key, and the ``chain`` to send after it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...]
    names: tuple[str, ...]


def normal(host: str) -> str:
    """Return ``host`` as certificates spell it: lower case, ASCII, no dot at the end.

    Raises:
        ValueError: it is an IP address or no host name.
    """
    name = host.strip().lower().rstrip(".")
    if not name.isascii():
        name = name.encode("idna").decode()
    labels = name.removeprefix("*.").split(".")
    if not all(label.replace("-", "").replace("_", "").isalnum() for label in labels) or labels[-1].isdigit():
        raise ValueError("not a host name")
    return name


def subtrees(hosts: Iterable[str]) -> tuple[str, ...]:
    """Return the DNS subtrees that permit ``hosts``, sorted; ``*.suffix`` permits ``suffix`` and all below it.

    Raises:
        ValueError: an entry is an IP address or no host name.
    """
    return tuple(sorted({normal(host).removeprefix("*.") for host in hosts}))


def covered(name: str, permitted: Iterable[str]) -> bool:
    """Tell whether a certificate for ``name``, a normal name or wildcard, stays within ``permitted`` subtrees."""
    host = name.removeprefix("*.")
    return any(host == subtree or host.endswith(f".{subtree}") for subtree in permitted)


def permitted_by(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the DNS subtrees that ``certificate`` permits, sorted; empty when it has no such constraint."""
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return ()
    found = constraints.permitted_subtrees or []
    return tuple(sorted(name.value for name in found if isinstance(name, x509.DNSName)))


def issue_pair(permitted: Iterable[str], serial_name: str, now: datetime) -> Pair:
    """Make a root for the ``permitted`` subtrees and its intermediate; the root's key ends with this call.

    ``serial_name`` makes the names unique, so that a trust store never takes an earlier root for this one.
    """
    constraints = x509.NameConstraints([x509.DNSName(name) for name in permitted], _NO_ADDRESS)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = _authority_name(f"maskwire root {serial_name}")
    until = now + AUTHORITY_LIFE
    root = (
        begun(root_name, root_name, root_key.public_key(), (now, until))
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(usage(signs_certificates=True), critical=True)
        .add_extension(constraints, critical=True)
        .sign(root_key, SHA256())
    )
    intermediate = (
        begun(_authority_name(f"maskwire {serial_name}"), root_name, key.public_key(), (now, until))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage(signs_certificates=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(constraints, critical=True)
        .add_extension(issuer_id(root_key.public_key()), critical=False)
        .sign(root_key, SHA256())
    )
    return Pair(root, intermediate, key)


def issue_leaf(pair: Pair, names: tuple[str, ...], now: datetime) -> Leaf:
    """Make a server certificate for ``names``, the first of which names its subject, with a new key."""
    key = ec.generate_private_key(ec.SECP256R1())
    common = [x509.NameAttribute(NameOID.COMMON_NAME, names[0])] if len(names[0]) <= _LONGEST_COMMON_NAME else []
    until = min(now + LEAF_LIFE, pair.intermediate.not_valid_after_utc)
    certificate = (
        begun(x509.Name(common), pair.intermediate.subject, key.public_key(), (now, until))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=not common)
        .add_extension(issuer_id(pair.key.public_key()), critical=False)
        .sign(pair.key, SHA256())
    )
    return Leaf(certificate, key, (pair.intermediate,), names)


def belongs(pair: Pair) -> bool:
    """Tell whether the parts of ``pair`` are of one make: the root signed the intermediate, the key is its own."""
    try:
        pair.intermediate.verify_directly_issued_by(pair.root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return pair.intermediate.public_key() == pair.key.public_key()


def _authority_name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "maskwire"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    life: tuple[datetime, datetime],
) -> x509.CertificateBuilder:
    """Return what every certificate of ours begins with; ``life`` is from when to when, backdated here."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(life[0] - _BACKDATED)
        .not_valid_after(life[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def issuer_id(key: ec.EllipticCurvePublicKey) -> x509.AuthorityKeyIdentifier:
    """Return what leads from a certificate to the authority whose ``key`` signed it."""
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key)


def usage(*, signs_certificates: bool) -> x509.KeyUsage:
    """Return what a key is for: to sign certificates, or to prove who a server is."""
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
