"""The Codex CLI as npm has it, pinned: where a provider has no WebSockets, it falls back to POST and finishes."""

import os
import subprocess
from pathlib import Path

import pytest

from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.server import StandIn
from tests.e2e.lab import Daemon, cannot_run, need, run_under
from tests.e2e.planted import ALL, PROMPT

VERSION = "0.169.0"
"""The version whose fallback on 426 was measured; a newer one belongs here only after it was tried."""

QUIET = ("analytics.enabled=false", "otel.metrics_exporter=none", "features.plugins=false")
"""Settings that leave nothing but the model's traffic."""


SYSTEM_ROOTS = Path("/etc/ssl/certs/ca-certificates.crt")
"""What npm must trust beside its own roots in networks that look into TLS."""


@pytest.fixture(scope="session")
def codex() -> Path:
    """The program, installed once below ``build`` of the checkout."""
    prefix = Path(__file__).parents[2] / "build" / f"codex-{VERSION}"
    program = prefix / "node_modules" / ".bin" / "codex"
    if not program.exists():
        prefix.mkdir(parents=True, exist_ok=True)
        command = [
            need("npm"),
            "install",
            "--no-audit",
            "--no-fund",
            "--prefix",
            str(prefix),
            f"@openai/codex@{VERSION}",
        ]
        roots = {"NODE_EXTRA_CA_CERTS": str(SYSTEM_ROOTS)} if SYSTEM_ROOTS.exists() else {}
        ran = subprocess.run(command, env=roots | os.environ, capture_output=True, text=True, timeout=280, check=False)
        if ran.returncode:
            cannot_run(f"npm could not install Codex: {ran.stderr[-500:]}")
    return program


def test_codex_finishes_a_prompt(shared: Daemon, stand_in: StandIn, codex: Path) -> None:
    before = shared.last_event()
    settings = [word for setting in QUIET for word in ("-c", setting)]
    command = [str(codex), "exec", "--skip-git-repo-check", *settings, PROMPT]
    ran = run_under(shared.home, command, {"CODEX_API_KEY": "sk-test"})
    posted = [call for call in stand_in.provider.calls if (call.method, call.path) == ("POST", "/v1/responses")]
    events = [event for event in shared.wait_events(2, before) if event.host == "api.openai.com"]

    assert ran.returncode == 0, ran.stderr.decode(errors="replace")
    assert PROMPT.strip() in ran.stdout.decode().replace("\r\n", "\n"), os.fsdecode(ran.stderr)
    assert len(posted) == 1
    assert [event.raw["status"] for event in events if event.raw["surface"] == "openai.responses.socket"] == [426]
    assert [event for event in events if event.outcome == "blocked"] == []
    assert leaks(ALL, stand_in.heard()) == []
