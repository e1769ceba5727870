"""Node, the clients written for it and their packages."""

import platform
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.clients.npm import BUILD, install
from tests.e2e.clients.trial import HERE

NODE = "24.9.0"
"""A version whose ``fetch`` takes a proxy from its environment; Node 20 and older go around any."""

PUBLISHED_BEFORE = "2026-11-21"
"""The day up to which packages count, so that what is installed stays the same."""

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


def node(version: str) -> list[str]:
    """Return the command of one version of Node, installed below ``build``."""
    folder = BUILD / f"node-{version}"
    install(folder, [f"{_package()}@{version}"], "--ignore-scripts", f"--before={PUBLISHED_BEFORE}")
    return [str(folder / "node_modules" / _package() / "bin" / "node")]


def installed() -> NodePrograms:
    """Copy the clients below ``build`` and install what they need."""
    programs = NodePrograms(BUILD / f"node-clients-{NODE}")
    shutil.copytree(HERE / "node", programs.folder, dirs_exist_ok=True)
    install(programs.folder, [f"{_package()}@{NODE}"], "--ignore-scripts", f"--before={PUBLISHED_BEFORE}")
    return programs
