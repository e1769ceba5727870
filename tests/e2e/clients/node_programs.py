"""Node, the JavaScript clients and their packages, installed once below ``build`` of the checkout."""

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.clients.trial import HERE, ROOT
from tests.e2e.lab import cannot_run, need

NODE = "24.9.0"
"""A version whose ``fetch`` takes a proxy from its environment; Node 20 and older go around any."""

PUBLISHED_BEFORE = "2026-11-21"
"""The day up to which packages count, so that what is installed stays the same."""

SYSTEM_ROOTS = Path("/etc/ssl/certs/ca-certificates.crt")
"""What npm must trust beside its own roots in networks that look into TLS."""

_MACHINES = {"x86_64": "x64", "aarch64": "arm64"}


@dataclass(frozen=True)
class NodePrograms:
    """A folder with the clients and all that they need."""

    folder: Path

    def command(self, name: str, *arguments: str) -> list[str]:
        """Return the command that runs ``node/NAME.mjs``."""
        return [
            str(self.folder / "node_modules" / _package() / "bin" / "node"),
            f"{self.folder}/{name}.mjs",
            *arguments,
        ]


def _package() -> str:
    return f"node-linux-{_MACHINES.get(platform.machine(), platform.machine())}"


def installed() -> NodePrograms:
    """Copy the clients below ``build`` and install what they need, unless that was done."""
    programs = NodePrograms(ROOT / "build" / f"node-clients-{NODE}")
    wanted = (HERE / "node" / "package.json").read_bytes()
    done = programs.folder / "installed.json"
    shutil.copytree(HERE / "node", programs.folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("package.json"))
    if not done.exists() or done.read_bytes() != wanted:
        (programs.folder / "package.json").write_bytes(wanted)
        _install(programs.folder)
        done.write_bytes(wanted)
    return programs


def _install(folder: Path) -> None:
    options = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", f"--before={PUBLISHED_BEFORE}"]
    command = [need("npm"), "install", *options, "--prefix", str(folder), f"{_package()}@{NODE}"]
    roots = {"NODE_EXTRA_CA_CERTS": str(SYSTEM_ROOTS)} if SYSTEM_ROOTS.exists() else {}
    ran = subprocess.run(command, env=roots | os.environ, capture_output=True, text=True, timeout=280, check=False)
    if ran.returncode:
        cannot_run(f"npm could not install the clients for Node: {ran.stderr[-500:]}")
