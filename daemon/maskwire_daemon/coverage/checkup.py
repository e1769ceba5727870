"""What protection needs, checked one by one, each with what to do when it is missing. IO: looks everywhere.

Works with and without a running daemon, and changes nothing by itself.
"""

import os
from collections.abc import Callable, Mapping

from maskwire.errors import ConfigError, MaskwireError
from maskwire.wire.hosts import known_hosts
from maskwire_client import Client, ControlError, Status
from maskwire_daemon.config.file import load
from maskwire_daemon.config.settings import Config
from maskwire_daemon.coverage import files, network, running, team
from maskwire_daemon.coverage.finding import Finding, Patient, Verdict
from maskwire_daemon.paths import Paths

CHECKS: tuple[Callable[[Patient], Finding], ...] = (
    running.daemon,
    running.ports,
    running.key,
    team.vault,
    files.authority,
    files.trust,
    files.database,
    files.folders,
    files.runtime,
    running.disk,
    files.clock,
    running.model,
    network.capture,
    network.leftovers,
    network.other_proxies,
    network.interceptors,
    network.quic,
)
"""Every check, in the order in which to read them."""


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
    return [found, *(_checked(check, patient) for check in CHECKS)]


def _checked(check: Callable[[Patient], Finding], patient: Patient) -> Finding:
    """Return what ``check`` finds; one that cannot look says so, and the others go on."""
    try:
        return check(patient)
    except (OSError, MaskwireError, ControlError) as e:
        said = str(e) if isinstance(e, MaskwireError | ControlError) else f"cannot be looked at ({type(e).__name__})"
        return Finding(check.__name__.replace("_", " "), Verdict.FAILED, said, "see the message")
