"""Every command has help that teaches, a place in the manual, and `--json` where it reads."""

import subprocess
import sys
from pathlib import Path

import pytest

from maskwire_daemon.cli.main import SUMMARIES, load, main, overview, parser
from maskwire_daemon.cli.manual import markdown

DOCS = Path(__file__).parents[3] / "docs" / "cli.md"
COMMANDS = sorted(SUMMARIES)
READING = {"status", "hosts", "events", "scan", "secrets", "reveal", "doctor", "verify", "demo", "env", "config"}


@pytest.mark.parametrize("name", COMMANDS)
def test_help_explains_with_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([name, "--help"])
    said = capsys.readouterr().out

    assert left.value.code == 0
    assert f"usage: maskwire {name}" in said
    assert f"maskwire {name}" in said.partition("Examples:")[2]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained(name: str) -> None:
    assert all(action.help for action in parser(name, load(name))._actions if action.option_strings)


@pytest.mark.parametrize("name", sorted(READING))
def test_reading_commands_have_json(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    deeper = {"hosts": ["list"], "config": ["explain"], "secrets": ["list"]}.get(name, [])
    with pytest.raises(SystemExit):
        main([name, *deeper, "--help"])

    assert "--json" in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_option_is_misuse(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([name, "--no-such-option"])

    assert left.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_the_manual_is_what_the_commands_say() -> None:
    assert DOCS.read_text(encoding="utf-8") == markdown(), "python -m maskwire_daemon.cli.manual > docs/cli.md"


def test_the_overview_names_every_command() -> None:
    assert all(f"  {name} " in overview() for name in COMMANDS)


def test_without_a_command_the_overview_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert capsys.readouterr().out == overview()
    assert main(["--help"]) == 0


def test_a_misspelt_command_is_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["statsu"]) == 2
    assert "did you mean `maskwire status`?" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["status", "resume", "down", "events", "env"])
def test_without_a_daemon_the_code_is_three(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MASKWIRE_HOME", str(tmp_path))

    assert main([name]) == 3
    assert capsys.readouterr().err == "maskwire: is not running: start it with `maskwire up`\n"


def test_a_mistake_of_ours_shows_no_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> int:
        raise RuntimeError("hunter2")

    monkeypatch.setattr(load("status"), "run", fail)

    assert main(["status"]) == 1
    said = capsys.readouterr().err
    assert "RuntimeError at test_commands.py:" in said
    assert "hunter2" not in said


def test_what_the_system_refuses_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MASKWIRE_HOME", str(tmp_path / "file"))

    assert main(["hosts", "set", "api.openai.com", "block"]) == 1
    assert capsys.readouterr().err.startswith(f"maskwire: {tmp_path / 'file'}: ")


def test_the_command_starts_without_heavy_imports(tmp_path: Path) -> None:
    heavy = (
        "pydantic",
        "starlette",
        "mitmproxy",
        "spacy",
        "cryptography",
        "keyring",
        "sqlite3",
        "asyncio",
        "psutil",
        "re2",
    )
    script = (
        "import sys; from maskwire_daemon.cli.main import main; code = main(['status']); "
        f"sys.exit(100 if set({heavy}) & set(sys.modules) else code)"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], env={"MASKWIRE_HOME": str(tmp_path)}, capture_output=True, check=False
    )

    assert found.returncode == 3, found.stderr
