"""Which files are read for secrets, and what is said when one cannot be."""

import json
from pathlib import Path

import pytest

from maskwire_daemon.cli.main import main
from maskwire_daemon.cli.secrets_command import _files, _text

READ = {
    ".env",
    ".env.local",
    "prod.env",
    ".aws/credentials",
    ".aws/config",
    ".docker/config.json",
    ".kube/config",
    ".netrc",
    ".npmrc",
    ".pypirc",
    ".ssh/id_ed25519",
    "tls/server.key",
    "secrets.yaml",
}
LEFT = {"config.json", "notes.md", ".ssh/id_ed25519.pub", ".ssh/known_hosts", "node_modules/x/.env", "environment.py"}


def test_below_a_folder_only_credential_files_are_read(tmp_path: Path) -> None:
    for name in READ | LEFT:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")

    assert {str(file.relative_to(tmp_path)) for file in _files([tmp_path])} == READ
    assert list(_files([tmp_path / "notes.md"])) == [tmp_path / "notes.md"]


def test_what_cannot_be_read_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")

    assert _text(tmp_path / "binary") is None
    assert _text(tmp_path / "missing") is None
    said = capsys.readouterr().err
    assert f"{tmp_path / 'binary'} is not text" in said
    assert f"{tmp_path / 'missing'} cannot be read" in said


def test_a_file_without_secrets_needs_no_vault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".env").write_text("DEBUG=true\nAPI_TOKEN=true\n")

    assert main(["secrets", "learn", "--json", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == {"files": 1, "unread": 0, "secrets": [], "new": 0, "weak": 1}


@pytest.mark.parametrize("arguments", [[], ["DB_PASSWORD", "--all"]])
def test_forgetting_needs_names_or_all(arguments: list[str]) -> None:
    assert main(["secrets", "forget", *arguments]) == 2


def test_nothing_can_not_be_allowed() -> None:
    assert main(["allow", "  "]) == 2
