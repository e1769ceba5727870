"""``maskwire hosts``: the table of surfaces, which needs no daemon."""

import json
from pathlib import Path
from typing import Any

import pytest

from maskwire_daemon.cli.main import main


@pytest.fixture(autouse=True)
def _nobody_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASKWIRE_HOME", str(tmp_path))


def surfaces(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert main(["hosts", *arguments]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["surfaces"]
    return found


@pytest.mark.parametrize(
    "arguments",
    [("--surfaces", "--json"), ("list", "--surfaces", "--json"), ("--surfaces", "list", "--json")],
    ids=" ".join,
)
def test_options_hold_before_and_after_the_word_list(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert surfaces(capsys, *arguments)


def test_each_surface_says_what_happens_to_it(capsys: pytest.CaptureFixture[str]) -> None:
    found = {entry["surface"]: entry for entry in surfaces(capsys, "--surfaces", "--json")}
    chat, cursor, models = found["openai.chat"], found["cursor"], found["models"]

    assert (chat["masked"], chat["restored"], chat["streamed"]) == (True, True, True)
    assert (chat["provider"], chat["paths"]) == ("openai", ["POST /v1/chat/completions"])
    assert "openai" in chat["validated"]
    assert (cursor["treatment"], cursor["masked"], cursor["restored"]) == ("refuse", False, False)
    assert "Cursor" in cursor["why"]
    assert (models["treatment"], models["masked"]) == ("pass", False)
    assert found["openai.embeddings"]["restored"] is False


def test_people_read_the_same_in_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hosts", "--surfaces"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()

    assert head.split()[:5] == ["PROVIDER", "SURFACE", "MASKED", "RESTORED", "STREAMED"]
    assert any(row.split()[:5] == ["openai", "openai.chat", "yes", "yes", "yes"] for row in rows)


def test_leave_for_media_takes_a_running_daemon(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hosts", "media", "api.openai.com"]) == 3
    assert "maskwire up" in capsys.readouterr().err
