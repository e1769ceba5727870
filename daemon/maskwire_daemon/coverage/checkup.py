"""What protection needs, checked one by one, each with what to do when it is missing. IO: looks everywhere.

Works with and without a running daemon, and changes nothing.
"""

import importlib.util
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from maskwire.errors import ConfigError
from maskwire.wire.hosts import known_hosts
from maskwire_client import Client, ControlError, Status
from maskwire_daemon.config.file import load
from maskwire_daemon.config.settings import Config, KeyProvider
from maskwire_daemon.paths import Paths
from maskwire_daemon.platform.clientenv import PROXY_VARIABLES, exempted
from maskwire_daemon.platform.ports import holder
from maskwire_daemon.storage import chosen_provider

LEAST_FREE = 200 * 1024 * 1024
"""Bytes of free disk below which a vault that cannot write would soon refuse requests."""


class Verdict(StrEnum):
    """How one check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was found, and what to do about it unless all is well."""

    check: str
    verdict: Verdict
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at. ``status`` is missing when no daemon runs."""

    paths: Paths
    environ: Mapping[str, str]
    config: Config
    status: Status | None
    problem: str = ""
    """Why the daemon could not be asked."""


def examine(environ: Mapping[str, str] = os.environ) -> list[Finding]:
    """Return what every check found, in the order in which to read them."""
    paths = Paths.of(environ)
    try:
        config, found = load(paths.config, known_hosts()), Finding("configuration", Verdict.OK, str(paths.config))
    except ConfigError as e:
        config = Config()
        found = Finding("configuration", Verdict.FAILED, str(e), "correct it; `maskwire config explain` helps")
    status: Status | None = None
    problem = ""
    try:
        status = Client.running(environ, timeout_s=5).status()
    except ControlError as e:
        problem = str(e)
    patient = Patient(paths, environ, config, status, problem)
    return [found, *(check(patient) for check in CHECKS)]


def daemon(patient: Patient) -> Finding:
    """Is it running and protecting?"""
    if patient.status is None:
        return Finding("daemon", Verdict.WARNING, patient.problem, "start it: maskwire up")
    if patient.status.reasons:
        return Finding("daemon", Verdict.WARNING, "; ".join(patient.status.reasons), "do what each sentence says")
    return Finding("daemon", Verdict.OK, f"{patient.status.state}, process {patient.status.pid}")


def ports(patient: Patient) -> Finding:
    """Can the configured ports be had?"""
    if patient.status is not None:
        return Finding("ports", Verdict.OK, f"proxy {patient.status.proxy}, control {patient.status.api}")
    taken = {
        name: who
        for name, port in (("proxy.port", patient.config.proxy.port), ("api.port", patient.config.api.port))
        if port and (who := holder(port))
    }
    if taken:
        said = ", ".join(f"{name} is taken by {who}" for name, who in taken.items())
        return Finding("ports", Verdict.FAILED, said, "stop that program, or set another port in the configuration")
    return Finding(
        "ports", Verdict.OK, f"proxy {patient.config.proxy.port}, control {patient.config.api.port} are free"
    )


def key(patient: Patient) -> Finding:
    """Does the master key come from somewhere that lasts?"""
    if patient.status is not None:
        if patient.status.persistent:
            return Finding("key", Verdict.OK, patient.status.key_provider)
        remedy = 'use a desktop\'s keyring, or set key_provider = "passphrase" in the configuration'
        return Finding("key", Verdict.WARNING, "in memory: tokens end with the daemon", remedy)
    name = chosen_provider(patient.config, patient.environ)
    if name is not KeyProvider.KEYRING:
        return Finding("key", Verdict.OK, f"from {name}")
    return _keyring()


def _keyring() -> Finding:
    """Look which keyring there is, without opening it: that could ask for a password."""
    from maskwire_daemon.store.system_keyring import ALLOWED, NoKeyring, class_name, system_backend

    try:
        return Finding("key", Verdict.OK, f"keyring: {ALLOWED[class_name(system_backend())]}")
    except NoKeyring as e:
        remedy = 'set key_provider = "passphrase" in the configuration, or go on with a key in memory'
        return Finding("key", Verdict.WARNING, str(e), remedy)


def authority(patient: Patient) -> Finding:
    """Is the certificate authority there, and readable?"""
    file = Path(patient.status.ca_file) if patient.status is not None else patient.paths.authority / "root.pem"
    if file.is_file():
        return Finding("authority", Verdict.OK, str(file))
    return Finding("authority", Verdict.WARNING, f"{file} is not there", "it is made at the first start: maskwire up")


def disk(patient: Patient) -> Finding:
    """Is there room for vault and journal?"""
    folder = next(p for p in (patient.paths.data, *patient.paths.data.parents) if p.exists())
    free = shutil.disk_usage(folder).free
    found = f"{free // 2**20} MB free at {folder}"
    if free < LEAST_FREE:
        return Finding("disk", Verdict.FAILED, found, "make room: a vault that cannot be written refuses requests")
    return Finding("disk", Verdict.OK, found)


def model(patient: Patient) -> Finding:
    """Can names be found?"""
    if not patient.config.detection.names:
        return Finding("model", Verdict.WARNING, "detection.names is off: names of people pass", "switch it on")
    if patient.status is not None and patient.status.detector in ("failed", "restarting"):
        return Finding("model", Verdict.FAILED, f"the detector is {patient.status.detector}", "install maskwire anew")
    if importlib.util.find_spec("spacy") is None:
        return Finding("model", Verdict.FAILED, "spaCy is not installed", "install maskwire anew")
    return Finding("model", Verdict.OK, patient.status.detector if patient.status else "installed")


def other_proxies(patient: Patient) -> Finding:
    """Would the person's own variables lead elsewhere?"""
    ours = patient.status.proxy if patient.status is not None else ""
    elsewhere = sorted({n for n in PROXY_VARIABLES if patient.environ.get(n) not in (None, "", ours)})
    passing = exempted(patient.environ, known_hosts())
    if passing:
        said = f"NO_PROXY lets {', '.join(passing)} go past every proxy"
        return Finding("other proxies", Verdict.WARNING, said, "take it out, or use `maskwire exec`, which does")
    if elsewhere:
        said = f"{', '.join(elsewhere)} name another proxy, which maskwire does not use: it connects directly"
        remedy = "where the network needs that proxy, see upstream.connect_to in the configuration"
        return Finding("other proxies", Verdict.WARNING, said, remedy)
    return Finding("other proxies", Verdict.OK, "none in the way")


CHECKS: tuple[Callable[[Patient], Finding], ...] = (daemon, ports, key, authority, disk, model, other_proxies)
"""Every check, in the order in which to read them."""
