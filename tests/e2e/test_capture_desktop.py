"""Proxy settings of real desktops, set, lost by ``kill -9`` and put back, with Chromium as judge."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def trial(folder: Path, module: str = "tests.e2e.capture_desktop_trial", **session: str) -> dict[str, object]:
    """Run a trial in a session of its own and return what it saw."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    environment = {**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(runtime), **session}
    for name in [n for n in environment if n.startswith("XDG_CONFIG") or n.upper().endswith("_PROXY")]:
        del environment[name]
    command = ["dbus-run-session", "--", sys.executable, "-m", module]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=280, check=False)
    assert ran.returncode == 0, ran.stderr
    seen: dict[str, object] = json.loads(ran.stdout.splitlines()[-1])
    return seen


EXPECTED = {
    "before": "direct",
    "said": 0,
    "on": "proxy",
    "other while on": "the other host",
    "killed": "closed",
    "other while killed": "the other host",
    "a browser that starts while it is killed": "closed",
    "and the other host": "the other host",
    "back": "proxy",
    "stopped": True,
    "settings while stopped": True,
    "on at the next start": "proxy",
    "all traffic": "proxy",
    "killed with all traffic": "closed",
    "and the other host then": "the other host",
    "all traffic again": "proxy",
    "off": "direct",
    "settings as before": True,
    "on again": 0,
    "settings changed": True,
    "restored": True,
    "told": True,
}


@pytest.mark.parametrize(
    "session",
    [
        pytest.param({"XDG_CURRENT_DESKTOP": "GNOME"}, id="gnome"),
        pytest.param({"XDG_CURRENT_DESKTOP": "KDE", "KDE_SESSION_VERSION": "5"}, id="kde"),
    ],
)
def test_settings_live_through_a_killed_daemon(tmp_path: Path, session: dict[str, str]) -> None:
    seen = trial(tmp_path, **session)

    assert {name: seen[name] for name in EXPECTED} == EXPECTED
