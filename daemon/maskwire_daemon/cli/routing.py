"""From a running daemon to the variables of a protected program. IO: writes trust files beside the authority."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from maskwire.wire.hosts import known_hosts
from maskwire_client import ControlError, Status
from maskwire_daemon.paths import Paths
from maskwire_daemon.platform.clientenv import TRUST_VARIABLES, Route, exempted, variables
from maskwire_daemon.platform.roots import write_bundle, write_java_store


def route(status: Status, environ: Mapping[str, str], *, java: bool = False) -> Route:
    """Return how a program with ``environ`` reaches the daemon's proxy.

    The bundle holds what the program trusted before, as its own variables name it, beside the system's roots and ours.

    Raises:
        ControlError: the proxy is not open yet.
    """
    if not status.proxy or not status.ca_file:
        raise ControlError(f"the proxy is not open yet: {'; '.join(status.reasons) or 'it is starting'}")
    paths = Paths.of(environ)
    bundle = Path(status.bundle_file)
    if own := _own_files(environ, paths.authority):
        bundle = paths.authority / f"bundle-{_digest(own)}.pem"
        write_bundle(bundle, Path(status.ca_file).read_text(encoding="ascii"), own)
    java_bundle = ""
    if java:
        write_java_store(paths.java_bundle, bundle)
        java_bundle = str(paths.java_bundle)
    return Route(status.proxy, str(bundle), java_bundle)


def route_variables(how: Route, environ: Mapping[str, str]) -> dict[str, str]:
    """Return what to add to ``environ``."""
    return variables(how, environ, known_hosts())


def warnings(environ: Mapping[str, str]) -> list[str]:
    """Return what the person should know about their own variables."""
    dropped = exempted(environ, known_hosts())
    if not dropped:
        return []
    return [
        f"NO_PROXY has {', '.join(dropped)}, which would let LLM traffic go past maskwire: left out for this command"
    ]


def _own_files(environ: Mapping[str, str], ours: Path) -> list[Path]:
    """Return the trust files that the person's variables name, without those that we made."""
    named = dict.fromkeys(Path(environ[name]) for name in TRUST_VARIABLES if environ.get(name))
    return [file for file in named if file.is_file() and file.parent != ours]


def _digest(files: list[Path]) -> str:
    return hashlib.blake2b("\n".join(map(str, files)).encode(), digest_size=6).hexdigest()
