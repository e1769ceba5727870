"""The authorities that this system trusts, and files that add ours to them. IO: trust stores, files."""

import contextlib
import re
import ssl
import subprocess
import sys
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from maskwire_daemon.paths import write_private

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

LINUX_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Where distributions keep the whole store as one file. Source: https://go.dev/src/crypto/x509/root_linux.go"""

MAC_KEYCHAINS = ("/System/Library/Keychains/SystemRootCertificates.keychain", "/Library/Keychains/System.keychain")
"""Apple's roots, and those that an administrator added."""

_BEGIN = "-----BEGIN CERTIFICATE-----"

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----")
"""One certificate; what stands between them in a bundle are comments."""


def system_roots() -> str:
    """Return the system's roots as PEM; those that come with Python's ``certifi`` where the system shows none."""
    if sys.platform == "darwin":
        found = _keychains()
    elif sys.platform == "win32":
        found = "".join(ssl.DER_cert_to_PEM_cert(der) for der in ssl.create_default_context().get_ca_certs(True))  # noqa: FBT003
    else:
        found = _first_file([*_default_files(), *LINUX_BUNDLES])
    if _BEGIN in found:
        return found
    import certifi

    return certifi.contents()


def write_bundle(file: Path, ours: str, extra: Iterable[Path] = ()) -> None:
    """Write the system's roots, those in ``extra`` files and ``ours`` to ``file``, as PEM.

    Programs that are told to trust one file trust nothing else, so it must hold all that they trusted before.
    A file in ``extra`` that cannot be read is left out.
    """
    found = _CERTIFICATE.findall("\n".join([system_roots(), _every_file(extra), ours]))
    write_private(file, "\n".join(dict.fromkeys(found)) + "\n")


def write_java_store(file: Path, bundle: Path) -> None:
    """Write the certificates of ``bundle`` as a trust store that Java reads.

    Some systems ship roots that break a rule of X.509; those that cannot be read are left out, as Java would.
    """
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
    from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12Certificate, serialize_java_truststore

    found = _certificates(_CERTIFICATE.findall(bundle.read_text(encoding="ascii")))
    entries = [PKCS12Certificate(certificate, f"root-{n}".encode()) for n, certificate in enumerate(found)]
    file.write_bytes(serialize_java_truststore(entries, BestAvailableEncryption(JAVA_STORE_PASSWORD.encode())))


def _certificates(texts: Iterable[str]) -> "Iterator[Certificate]":
    from cryptography.utils import CryptographyDeprecationWarning
    from cryptography.x509 import load_pem_x509_certificate

    for text in texts:
        with warnings.catch_warnings(), contextlib.suppress(ValueError):
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            yield load_pem_x509_certificate(text.encode("ascii"))


JAVA_STORE_PASSWORD = "changeit"  # noqa: S105 - Java's own default; the store holds public certificates alone
"""Java checks a store's integrity with it; it keeps nothing secret."""


def _default_files() -> list[str]:
    chosen = ssl.get_default_verify_paths().openssl_cafile
    return [chosen] if chosen else []


def _first_file(candidates: Iterable[str]) -> str:
    for candidate in candidates:
        try:
            if _BEGIN in (text := Path(candidate).read_text(encoding="ascii", errors="replace")):
                return text
        except OSError:
            continue
    return ""


def _every_file(candidates: Iterable[Path]) -> str:
    found: list[str] = []
    for candidate in candidates:
        try:
            text = candidate.read_text(encoding="ascii", errors="replace")
        except OSError:
            continue
        if _BEGIN in text:
            found.append(text)
    return "\n".join(found)


def _keychains() -> str:
    command = ["security", "find-certificate", "-a", "-p", *MAC_KEYCHAINS]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
