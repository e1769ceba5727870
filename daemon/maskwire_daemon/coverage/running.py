"""Checks of what runs: the daemon, its ports, its key, the model, the disk. IO: looks, and changes nothing."""

import importlib.util
import shutil

from maskwire_daemon.config.settings import KeyProvider
from maskwire_daemon.coverage.finding import Finding, Patient, Verdict
from maskwire_daemon.platform.ports import holder
from maskwire_daemon.storage import chosen_provider

LEAST_FREE = 200 * 1024 * 1024
"""Bytes of free disk below which a vault that cannot write would soon refuse requests."""


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
