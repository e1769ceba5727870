"""Checks of what is kept: the authority and who trusts it, the database, folders, the clock. IO: reads files."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from maskwire.errors import MaskwireError
from maskwire.wire.hosts import known_hosts
from maskwire_client import Client, ControlError
from maskwire_daemon.coverage.finding import Finding, Patient, Verdict
from maskwire_daemon.paths import PRIVATE_DIR
from maskwire_daemon.singleton import is_held
from maskwire_daemon.trust.certificates import covered, permitted_by

SOON_DAYS = 30
"""Days before its end from which an authority is worth a warning."""


def authority(patient: Patient) -> Finding:
    """Is the certificate authority there, good for all hosts and for them alone, and for long enough?"""
    file = Path(patient.status.ca_file) if patient.status is not None else patient.paths.authority / "root.pem"
    try:
        certificate = x509.load_pem_x509_certificate(file.read_bytes())
    except FileNotFoundError:
        return Finding(
            "authority", Verdict.WARNING, f"{file} is not there", "it is made at the first start: maskwire up"
        )
    except (OSError, ValueError) as e:
        return Finding("authority", Verdict.FAILED, f"{file} cannot be read ({type(e).__name__})", ANEW)
    permitted = permitted_by(certificate)
    left = [host for host in known_hosts() if not covered(host.removeprefix("*."), permitted)]
    if not permitted or left:
        said = f"{file} is not bound to the known hosts" if not permitted else f"{file} leaves out {len(left)} hosts"
        return Finding("authority", Verdict.FAILED, said, ANEW)
    days = (certificate.not_valid_after_utc - datetime.now(UTC)).days
    if days < SOON_DAYS:
        return Finding("authority", Verdict.WARNING, f"{file} ends in {days} days", ANEW)
    return Finding("authority", Verdict.OK, f"{file}, good for {len(permitted)} hosts and {days} days")


ANEW = "a new one is made at the next start: maskwire down, then maskwire up, then maskwire trust install"


def trust(patient: Patient) -> Finding:
    """Do browsers trust the authority?"""
    from maskwire_daemon.trust.installing import stores
    from maskwire_daemon.trust.stores.store import Root

    try:
        root = Root.load(patient.paths.authority / "root.pem")
    except (OSError, ValueError):
        return Finding("trust", Verdict.OK, "there is no authority to trust yet")
    found = [(store.name, store.holds(root)) for store in stores(Path.home(), patient.environ)]
    trusting = ", ".join(name for name, holds in found if holds)
    if not trusting and patient.status is not None and any(m.on for m in patient.status.capture if m.mode == "system"):
        said = "the desktop's proxy settings lead here, and no store of this machine trusts maskwire"
        return Finding("trust", Verdict.FAILED, said, "make browsers trust it: maskwire trust install")
    return Finding("trust", Verdict.OK, trusting or "by `maskwire exec` alone: for browsers run maskwire trust install")


def database(patient: Patient) -> Finding:
    """Is the vault's file sound, and was no record changed?"""
    if not patient.paths.database.exists():
        return Finding("database", Verdict.OK, "there is none yet")
    try:
        problems = list(_problems(patient))
    except (MaskwireError, ControlError) as e:
        return Finding("database", Verdict.FAILED, str(e), "restore it from a backup, or maskwire purge --all")
    if problems:
        return Finding("database", Verdict.FAILED, "; ".join(problems), "see maskwire events verify")
    return Finding("database", Verdict.OK, f"{patient.paths.database} is sound")


def _problems(patient: Patient) -> Iterator[str]:
    from maskwire_daemon.store.database import Database

    opened = Database.open(patient.paths.database)
    try:
        yield from opened.check()
    finally:
        opened.close()
    if patient.status is not None:
        for name, verdict in zip(("journal", "audit log"), Client.running(patient.environ).verify(), strict=True):
            if not verdict.ok:
                yield f"the {name} was changed at record {verdict.first_bad}: {verdict.problem}"


def folders(patient: Patient) -> Finding:
    """Can nobody else enter the folders?"""
    paths = patient.paths
    wide = [f for f in (paths.home, paths.data, paths.state) if f.is_dir() and f.stat().st_mode & 0o077]
    if os.name != "posix" or not wide:
        return Finding("folders", Verdict.OK, f"{paths.home} is yours alone")
    said = f"others may enter {', '.join(map(str, dict.fromkeys(wide)))}"
    return Finding("folders", Verdict.FAILED, said, "close them: maskwire doctor --fix", mend=lambda: _close(wide))


def _close(wide: list[Path]) -> str:
    for folder in wide:
        folder.chmod(PRIVATE_DIR)
    return "the folders are yours alone again"


def runtime(patient: Patient) -> Finding:
    """Does the file that leads to the daemon lead to one?"""
    file = patient.paths.runtime
    if patient.status is not None or not file.exists() or is_held(patient.paths.lock):
        return Finding("runtime file", Verdict.OK, "no daemon is named that does not run")
    said = f"{file} names a daemon that does not answer"
    return Finding("runtime file", Verdict.WARNING, said, "remove it: maskwire doctor --fix", lambda: _remove(file))


def _remove(file: Path) -> str:
    file.unlink(missing_ok=True)
    return f"{file} is gone"


def clock(patient: Patient) -> Finding:
    """Is the clock right, as far as our own files tell?"""
    now = time.time()
    files = (patient.paths.database, patient.paths.runtime, patient.paths.authority / "root.pem")
    ahead = [file for file in files if file.exists() and file.stat().st_mtime > now + 60]
    if ahead:
        said = f"the clock is behind: {ahead[0]} was written {ahead[0].stat().st_mtime - now:.0f} s from now"
        return Finding("clock", Verdict.FAILED, said, "set the clock: certificates made now would not be valid")
    return Finding("clock", Verdict.OK, datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"))
