"""The tray that `maskwire up` brings along: one process, without secrets, that ends with it."""

import json
import sys
import time
from pathlib import Path

import pytest

from maskwire_daemon.cli.companion import Companion, companion, has_desktop

WRITE = """
import json, os, sys, time
open(sys.argv[1], "a").write(json.dumps(dict(os.environ)) + "\\n")
time.sleep(60)
"""


def test_it_runs_once_without_the_daemons_secrets(tmp_path: Path) -> None:
    out = tmp_path / "out"
    environ = {"DISPLAY": ":1", "MASKWIRE_MASTER_KEY": "k", "MASKWIRE_PASSPHRASE": "p", "MASKWIRE_HOME": "h"}
    environ["MASKWIRE_REDIS_PASSWORD"] = "r"
    made = Companion([sys.executable, "-c", WRITE, str(out)], environ)
    made.start()
    made.start()
    deadline = time.monotonic() + 20
    while not (out.exists() and out.read_text().endswith("\n")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    made.stop()
    lines = out.read_text().splitlines()

    assert len(lines) == 1
    assert {"DISPLAY", "MASKWIRE_HOME"} <= json.loads(lines[0]).keys()
    assert not {"MASKWIRE_MASTER_KEY", "MASKWIRE_PASSPHRASE", "MASKWIRE_REDIS_PASSWORD"} & json.loads(lines[0]).keys()


def test_one_that_does_not_listen_is_ended_all_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("maskwire_daemon.cli.companion.PATIENCE_S", 0.2)
    ready = tmp_path / "ready"
    deaf = (
        "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "open(sys.argv[1], 'w').close(); time.sleep(60)"
    )
    made = Companion([sys.executable, "-c", deaf, str(ready)], {})
    made.start()
    while not ready.exists():
        time.sleep(0.02)
    made.stop()

    assert made._process is not None
    assert made._process.returncode is not None


def test_a_tray_that_cannot_start_is_said_and_stops_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    made = Companion(["/no/such/program"], {})
    made.start()
    made.stop()

    assert "the tray cannot be started" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "linux", False),
        ({}, "darwin", True),
        ({"SSH_CONNECTION": "x"}, "darwin", False),
    ],
)
def test_a_desktop_is_where_somebody_looks(environ: dict[str, str], platform: str, expected: bool) -> None:
    assert has_desktop(environ, platform) is expected


def test_none_is_made_where_none_is_wanted() -> None:
    with companion(wanted=False, environ={"DISPLAY": ":0"}) as headless, companion(wanted=True, environ={}) as nobody:
        assert (headless, nobody) == (None, None)
