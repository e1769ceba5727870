"""Installs packages from npm below ``build`` of the checkout, once for all tests that want them."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock

from tests.e2e.lab import cannot_run, need

BUILD = Path(__file__).parents[3] / "build"

SYSTEM_ROOTS = Path("/etc/ssl/certs/ca-certificates.crt")
"""What npm must trust beside its own roots in networks that look into TLS."""


def install(folder: Path, packages: Sequence[str], *options: str) -> None:
    """Install ``packages``, and what ``folder`` has a manifest for, unless just that was done.

    Tests run in several processes, and each may be the first to come here.
    """
    wanted = "\n".join([*packages, _manifest(folder)])
    folder.mkdir(parents=True, exist_ok=True)
    done = folder / "installed"
    with FileLock(folder / "lock"):
        if not done.exists() or done.read_text() != wanted:
            _install(folder, [*options, *packages])
            done.write_text(wanted)


def _manifest(folder: Path) -> str:
    manifest = folder / "package.json"
    return manifest.read_text() if manifest.exists() else ""


def _install(folder: Path, words: Sequence[str]) -> None:
    command = [need("npm"), "install", "--no-audit", "--no-fund", "--no-package-lock", "--no-save"]
    roots = {"NODE_EXTRA_CA_CERTS": str(SYSTEM_ROOTS)} if SYSTEM_ROOTS.exists() else {}
    ran = subprocess.run(
        [*command, "--prefix", str(folder), *words],
        env=roots | os.environ,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    if ran.returncode:
        cannot_run(f"npm could not install {' '.join(words)}: {ran.stderr[-500:]}")
