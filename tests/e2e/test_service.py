"""systemd itself judges our unit; where no manager answers, the command says so and changes nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from maskwire_daemon.platform.service_unit import UNIT, systemd_unit
from tests.e2e.lab import need

pytestmark = pytest.mark.e2e

COMMAND = (sys.executable, "-m", "maskwire_daemon")


def alone(tmp_path: Path) -> dict[str, str]:
    """Return an environment from which no service manager of this machine can be reached."""
    (tmp_path / "run").mkdir(mode=0o700)
    kept = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path / "run")}
    return {**kept, "MASKWIRE_HOME": str(tmp_path / "maskwire")}


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / UNIT
    unit.write_text(systemd_unit((*COMMAND, "up", "--headless", "100 % $HOME"), {"MASKWIRE_HOME": "/srv/a b"}))
    judged = subprocess.run(
        [need("systemd-analyze"), "verify", "--user", "--man=no", "--recursive-errors=no", str(unit)],
        env=alone(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (judged.returncode, judged.stderr) == (0, "")


def test_without_a_manager_nothing_is_installed(tmp_path: Path) -> None:
    environ = alone(tmp_path)
    done = subprocess.run([*COMMAND, "service", "install"], env=environ, capture_output=True, text=True, check=False)
    state = subprocess.run([*COMMAND, "service", "--json"], env=environ, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "systemd refused" in done.stderr
    assert not (tmp_path / ".config").exists()
    assert state.returncode == 0
    assert (json.loads(state.stdout)["installed"], json.loads(state.stdout)["active"]) == (False, False)
