"""The certificate authority: valid for the known hosts alone, its root key gone before anyone trusts it.

IO. A root with critical name constraints signs one constrained intermediate and its private key is dropped;
only the intermediate's key is kept, encrypted under the vault's keys. Most clients reject other hosts already
at a constrained root; Java ignores constraints there and honours them in an intermediate, hence both.

Source: https://www.rfc-editor.org/rfc/rfc5280 (4.2.1.10 name constraints, 6.1 path validation)
"""

import contextlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from filelock import FileLock

from maskwire.errors import ConfigError
from maskwire_daemon.store.files import private_folder, write_private
from maskwire_daemon.store.keys import Keys
from maskwire_daemon.trust.certificates import (
    LEAF_LIFE,
    Leaf,
    Pair,
    belongs,
    covered,
    issue_leaf,
    issue_pair,
    normal,
    permitted_by,
    subtrees,
)

RENEW_BEFORE: Final = timedelta(days=30)
"""How long before its end an authority is replaced: time to trust the new one while things still work."""

_LEAVES: Final = 512
"""Leaves kept: one per host and set of upstream names, 2 KB each."""

_NAMES_PER_LEAF: Final = 50
"""Upstream names taken over into one leaf at most."""


class Reason(StrEnum):
    """Why there is a new authority, which has to be trusted once more."""

    KEPT = ""
    NEW = "new"
    HOSTS = "hosts"
    EXPIRY = "expiry"
    UNREADABLE = "unreadable"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Authority:
    """Signs server certificates for the hosts it was made for. Safe between threads."""

    def __init__(self, folder: Path, pair: Pair, reason: Reason, clock: Callable[[], datetime] = _utc_now) -> None:
        self._pair = pair
        self._clock = clock
        self._permitted = permitted_by(pair.intermediate)
        self._lock = threading.Lock()
        self._leaves: OrderedDict[tuple[str, ...], Leaf] = OrderedDict()
        self.folder = folder
        self.reason = reason
        self.ca_file = folder / "root.pem"
        self.ca_pem = pair.root.public_bytes(Encoding.PEM)
        self.chain = (pair.intermediate,)

    @classmethod
    def load_or_create(
        cls, folder: Path, keys: Keys, hosts: Sequence[str], clock: Callable[[], datetime] = _utc_now
    ) -> Self:
        """Load the authority in ``folder``; make a new one when there is none, or it does not fit any more.

        ``hosts`` are exact names and ``*.suffix`` patterns. ``changed`` and ``reason`` tell of a new one. Keys
        that do not last make an authority that does not either: it leaves the stored one as it is.

        Raises:
            ConfigError: a host cannot stand in a certificate.
            OSError: the folder cannot be read or written.
        """
        wanted = _wanted(hosts)
        private_folder(folder)
        with FileLock(folder / "authority.lock", mode=0o600):
            if keys.lasting:
                pair, reason = _load_or_issue(folder, keys, wanted, clock())
            else:
                pair, reason = issue_pair(wanted, secrets.token_hex(4), clock()), Reason.NEW
            authority = cls(folder, pair, reason, clock)
            if not authority.ca_file.exists() or authority.ca_file.read_bytes() != authority.ca_pem:
                write_private(authority.ca_file, authority.ca_pem)
        return authority

    @property
    def changed(self) -> bool:
        """Tell whether this is a new authority, so that its root has to be trusted (again)."""
        return self.reason is not Reason.KEPT

    @property
    def fingerprint(self) -> str:
        """Return the root's SHA-256 fingerprint in lower-case hex."""
        return self._pair.root.fingerprint(SHA256()).hex()

    def permits(self, host: str) -> bool:
        """Tell whether a certificate for ``host`` may be made."""
        try:
            return covered(normal(host), self._permitted)
        except ValueError:
            return False

    def leaf(self, host: str, sans: Iterable[str] = ()) -> Leaf:
        """Return a server certificate for ``host`` and those of the upstream's names ``sans`` that are permitted.

        Raises:
            ValueError: ``host`` is not permitted.
        """
        if not self.permits(host):
            raise ValueError("this host is not permitted by the authority")
        others = sorted({normal(name) for name in sans if self.permits(name)} - {normal(host)})
        names = (normal(host), *others[:_NAMES_PER_LEAF])
        now = self._clock()
        with self._lock:
            leaf = self._leaves.get(names)
            if leaf is None or leaf.certificate.not_valid_after_utc - now < LEAF_LIFE / 2:
                leaf = self._leaves[names] = issue_leaf(self._pair, names, now)
            self._leaves.move_to_end(names)
            if len(self._leaves) > _LEAVES:
                self._leaves.popitem(last=False)
            return leaf

    def retired(self) -> list[Path]:
        """Return the files of earlier roots, which trust stores may still hold."""
        return sorted((self.folder / "retired").glob("*.pem"))

    def __repr__(self) -> str:
        return f"<Authority {self.fingerprint[:16]}>"


def _wanted(hosts: Sequence[str]) -> tuple[str, ...]:
    try:
        return subtrees(hosts)
    except ValueError as error:
        bad = next(host for host in hosts if not _is_name(host))
        raise ConfigError(f"{bad!r} is not a host name, so no certificate can be made for it", key="hosts") from error


def _is_name(host: str) -> bool:
    try:
        normal(host)
    except ValueError:
        return False
    return True


def _load_or_issue(folder: Path, keys: Keys, wanted: tuple[str, ...], now: datetime) -> tuple[Pair, Reason]:
    """Return the stored authority if it still serves, else a new one that is stored instead of it."""
    stored = folder / "authority.pem"
    pair, reason = _load(stored, keys, wanted, now)
    if pair is None:
        _retire(folder)
        pair = issue_pair(wanted, secrets.token_hex(4), now)
        write_private(stored, _to_pem(pair, keys))
    return pair, reason


def _load(path: Path, keys: Keys, wanted: tuple[str, ...], now: datetime) -> tuple[Pair | None, Reason]:
    """Return the stored authority if it still serves, else why not."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None, Reason.NEW
    try:
        root, intermediate = x509.load_pem_x509_certificates(content)
        key = load_pem_private_key(content, _passphrase(keys))
    except (ValueError, TypeError):
        return None, Reason.UNREADABLE
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not belongs(pair := Pair(root, intermediate, key)):
        return None, Reason.UNREADABLE
    if not all(covered(name, permitted_by(part)) for part in (root, intermediate) for name in wanted):
        return None, Reason.HOSTS
    if min(root.not_valid_after_utc, intermediate.not_valid_after_utc) - now < RENEW_BEFORE:
        return None, Reason.EXPIRY
    return pair, Reason.KEPT


def _to_pem(pair: Pair, keys: Keys) -> bytes:
    """Return both certificates and the encrypted key: one file, so that they can never be of two makes."""
    key = pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(_passphrase(keys)))
    return pair.root.public_bytes(Encoding.PEM) + pair.intermediate.public_bytes(Encoding.PEM) + key


def _passphrase(keys: Keys) -> bytes:
    """Return the passphrase of the key file: 256 random bits, so that its fast derivation does no harm."""
    return keys.ca.hex().encode()


def _retire(folder: Path) -> None:
    """Keep the certificate of a root that is replaced, so that trust in it can be taken back."""
    with contextlib.suppress(FileNotFoundError, ValueError):  # none yet, or nothing that a trust store could hold
        root = x509.load_pem_x509_certificate((folder / "authority.pem").read_bytes())
        name = f"{root.fingerprint(SHA256()).hex()[:16]}.pem"
        write_private(folder / "retired" / name, root.public_bytes(Encoding.PEM))
