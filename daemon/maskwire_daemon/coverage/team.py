"""A check of where values are kept: here, or in a Redis that a team shares. IO: connects to it, and sends nothing."""

import importlib.util
import socket

from maskwire_daemon.config.settings import Store
from maskwire_daemon.coverage.finding import Finding, Patient, Verdict
from maskwire_daemon.store.team.address import Address, address_of

CONNECT_S = 1.0
"""Seconds that the connection may take, as for the vault itself."""


def vault(patient: Patient) -> Finding:
    """Can values be kept where the settings say?"""
    settings = patient.config.vault
    if settings.store is Store.LOCAL:
        return Finding("vault", Verdict.OK, "on this machine")
    if importlib.util.find_spec("redis") is None:
        said = "it is a team's, and the extra `team` is not installed"
        return Finding("vault", Verdict.FAILED, said, "pip install 'maskwire[team]'")
    address = address_of(settings.redis_url, settings.redis_ca)
    try:
        _connect(address)
    except OSError as e:
        said = f"the team's Redis at {address.name} cannot be reached ({e.strerror or type(e).__name__})"
        return Finding(
            "vault", Verdict.FAILED, said, "start it, or see to the network: until then findings are refused"
        )
    if patient.status is not None:
        return Finding("vault", Verdict.OK, f"in the team's Redis at {address.name}, {patient.status.values} values")
    return Finding("vault", Verdict.OK, f"the team's Redis at {address.name} can be reached; `maskwire team` says more")


def _connect(address: Address) -> None:
    if not address.socket:
        socket.create_connection((address.host, address.port), CONNECT_S).close()
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(CONNECT_S)
        connection.connect(address.socket)
