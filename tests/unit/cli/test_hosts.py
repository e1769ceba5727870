"""``maskwire hosts``: the table of surfaces, which needs no daemon."""

import json
from pathlib import Path
from typing import Any

import pytest

from maskwire.policy import Mode
from maskwire.wire.hosts import known_hosts
from maskwire_daemon.cli.main import main
from maskwire_daemon.config.file import load


@pytest.fixture(autouse=True)
def _nobody_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASKWIRE_HOME", str(tmp_path))


def test_what_is_set_for_a_program_and_a_kind_of_value_is_written(tmp_path: Path) -> None:
    assert main(["hosts", "set", "*", "block", "--program", "node"]) == 0
    assert main(["hosts", "entity", "api.openai.com", "PERSON", "allow"]) == 0
    assert main(["hosts", "entity", "API.openai.com", "PERSON", "allow", "--program", "codex"]) == 0

    config = load(tmp_path / "config.toml", known_hosts())
    assert config.programs["node"]["*"].mode is Mode.BLOCK
    assert config.programs["codex"]["api.openai.com"].actions == {"PERSON": "allow"}
    assert config.hosts["api.openai.com"].actions == {"PERSON": "allow"}


def test_what_was_set_is_taken_back(tmp_path: Path) -> None:
    main(["hosts", "entity", "api.openai.com", "PERSON", "allow"])

    assert main(["hosts", "reset", "api.openai.com"]) == 0
    assert load(tmp_path / "config.toml", known_hosts()).hosts == {}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["entity", "api.openai.com", "PERSN", "allow"], "did you mean PERSON?"),
        (["set", "api.openai.com", "bypass", "--program", "codex"], "must be protect, observe or block"),
        (["set", "bank.example", "block"], "matches no host"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["hosts", *arguments]) == 2

    assert said in capsys.readouterr().err
    assert not (tmp_path / "config.toml").exists()


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
