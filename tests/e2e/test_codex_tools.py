"""The Codex CLI over its WebSocket: two turns of one session, each with a command in the person's own shell."""

from pathlib import Path

from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.server import StandIn, running
from tests.e2e.clients.coding import CASE, KEPT, CodingStandIn
from tests.e2e.clients.conversation import PLANTED, TURNS
from tests.e2e.lab import Home, run_under, running_daemon
from tests.e2e.test_codex import QUIET, codex
from tests.e2e.test_codex_socket import HOST, speaking

__all__ = ["codex"]

ALONE = ("--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox")
"""The folder is the test's own, and inside a container there is no sandbox to be had."""


def test_codex_runs_commands_with_real_values_and_shows_none(codex: Path, tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    settings = [word for setting in QUIET for word in ("-c", setting)]
    with speaking(CodingStandIn()) as stand_in, running(StandIn()) as others:
        home.configure({HOST: stand_in, "chatgpt.com": others})
        with running_daemon(home) as daemon:
            for turn, command in zip(TURNS, (["exec"], ["exec", "resume", "--last"]), strict=True):
                (tmp_path / CASE).write_text(turn.result, encoding="utf-8")
                ran = run_under(
                    home, [str(codex), *command, *ALONE, *settings, turn.user], {"CODEX_API_KEY": "sk-test"}
                )

                assert ran.returncode == 0, ran.stderr.decode(errors="replace")[-3000:]
                assert (tmp_path / KEPT).read_text(encoding="utf-8").strip() == turn.user.strip()
                assert turn.result.strip() in ran.stdout.decode()
            outcomes = {event.outcome for event in daemon.wait_events(4) if event.raw["method"] == "WEBSOCKET"}

    assert "masked" in outcomes
    assert "blocked" not in outcomes
    assert len(stand_in.heard) >= 2 * len(TURNS)
    assert leaks(PLANTED, "\n".join(stand_in.heard).encode() + others.heard()) == []
