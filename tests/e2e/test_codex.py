"""The Codex CLI as npm has it, pinned: where a provider has no WebSockets, it falls back to POST and finishes."""

import os
from pathlib import Path

import pytest

from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.server import StandIn
from tests.e2e.clients.npm import BUILD, install
from tests.e2e.lab import Daemon, run_under
from tests.e2e.planted import ALL, PROMPT

VERSION = "0.169.0"
"""The version whose fallback on 426 was measured; a newer one belongs here only after it was tried."""

QUIET = ("analytics.enabled=false", "otel.metrics_exporter=none", "features.plugins=false")
"""Settings that leave nothing but the model's traffic."""


@pytest.fixture(scope="session")
def codex() -> Path:
    """The program, installed once below ``build`` of the checkout."""
    folder = BUILD / f"codex-{VERSION}"
    install(folder, [f"@openai/codex@{VERSION}"])
    return folder / "node_modules" / ".bin" / "codex"


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
