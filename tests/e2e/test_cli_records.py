"""Records and keys through the command line: proven, exported, rotated, destroyed, with and without a daemon."""

import json
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from maskwire_client import Client, ControlError
from tests.e2e.lab import KEY, START_S, Home, running_daemon

MAIL = "jane.doe@northwind-mail.com"


def masked(home: Home) -> str:
    printed = home.done("mask", stdin=f"write to {MAIL}")
    assert MAIL not in printed
    return printed


def until_protecting(home: Home) -> None:
    """Wait until the daemon that begins anew protects again."""
    ends = time.monotonic() + START_S
    while home.run("status").returncode != 0:
        assert time.monotonic() < ends


def until_begun_anew(home: Home, before: float) -> None:
    """Wait until the daemon that began at ``before`` (Unix time) is another one and protects."""
    ends = time.monotonic() + START_S
    while True:
        with suppress(ControlError):
            status = Client.running(home.environment).status()
            if status.started > before and status.proxy:
                return
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_untouched_records_verify(either: Home) -> None:
    masked(either)
    ran = either.run("events", "verify")

    assert ran.returncode == 0, ran.stderr
    assert "journal: 0 records, none changed, removed or moved" in ran.stdout
    assert "audit log: " in ran.stdout


def test_a_removed_act_is_found(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    with running_daemon(home):
        for _ in range(3):
            home.done("resume")
    with closing(sqlite3.connect(next(home.folder.rglob("maskwire.db")))) as database, database:
        database.execute("DELETE FROM acts WHERE id = 2")

    ran = home.run("events", "verify", "--json")

    assert ran.returncode == 1
    verdict = json.loads(ran.stdout)["audit"]
    assert (verdict["ok"], verdict["first_bad"], verdict["problem"]) == (False, 2, "a row is missing here")


def test_an_export_proves_itself_and_a_changed_one_does_not(either: Home, tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    assert either.run("mask", stdin="x").returncode == 0
    assert either.run("events", "export", "--output", str(file)).returncode == 0
    assert either.run("events", "verify", str(file)).returncode == 0

    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[0], '{"id": 1}', lines[-1]]))
    changed = either.run("events", "verify", str(file))

    assert changed.returncode == 1
    assert "TAMPERED WITH" in changed.stdout


def test_an_export_as_csv_has_a_head(either: Home) -> None:
    masked(either)
    ran = either.run("events", "export", "--csv")

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("id,started,host,")


@pytest.mark.parametrize("how", [(), ("--values",)], ids=["master", "values"])
def test_tokens_stay_when_keys_change(tmp_path: Path, how: tuple[str, ...]) -> None:
    key = tmp_path / "key"
    key.write_text(KEY)
    key.chmod(0o600)
    home = Home.at(tmp_path, {"MASKWIRE_KEY_PROVIDER": "file"})
    home.config.write_text(f'key_file = "{key}"')
    with running_daemon(home):
        token = masked(home)
        ran = home.run("rotate-key", *how)
        assert ran.returncode == 0, ran.stderr
        assert home.run("restore", stdin=token).stdout == f"write to {MAIL}"
    assert key.read_text() == KEY if how else key.read_text() != KEY

    assert home.run("restore", stdin=token).stdout == f"write to {MAIL}"


def test_a_key_of_the_environment_is_not_ours_to_change(either: Home) -> None:
    token = masked(either)
    ran = either.run("rotate-key")

    assert ran.returncode == 1
    assert "only by whoever sets it" in ran.stderr
    assert either.run("restore", stdin=token).stdout == f"write to {MAIL}"


def test_what_was_destroyed_is_gone_and_protection_goes_on(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    with running_daemon(home) as daemon:
        token = masked(home)
        ran = home.run("purge", "--destroy", "--yes")
        assert ran.returncode == 0, ran.stderr
        until_protecting(home)

        assert daemon.process.poll() is None
        assert home.run("restore", stdin=token).stdout == token
        assert home.run("restore", stdin=masked(home)).stdout == f"write to {MAIL}"


def test_destroying_takes_everything_along_and_says_what_stays(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    home.config.write_text("[journal]\nmax_mb = 7\n", encoding="utf-8")
    secrets = home.folder / ".env"
    secrets.write_text("DEPLOY_TOKEN=hunter2-hunter2-hunter2\n", encoding="utf-8")
    with running_daemon(home) as daemon:
        home.done("secrets", "learn", str(secrets))
        home.done("access", "add", "reports", "--role", "viewer")
        home.done("hosts", "set", "api.openai.com", "observe")
        before = daemon.client.status().started
        destroyed = home.done("purge", "--destroy", "--yes")
        until_begun_anew(home, before)
        known, tokens = home.done("secrets", "list"), home.done("access", "list")

    assert str(home.config) in destroyed
    assert "trust uninstall" not in destroyed  # nothing was made to trust us
    assert "DEPLOY_TOKEN" not in known
    assert "reports" not in tokens
    assert list((home.config.parent / "history").glob("*")) == []
    assert "observe" in home.config.read_text(encoding="utf-8")


def test_destroying_asks_first(either: Home) -> None:
    token = masked(either)
    ran = either.run("purge", "--destroy", stdin="destroy\n")

    assert ran.returncode == 1
    assert "nothing was destroyed" in ran.stderr
    assert either.run("restore", stdin=token).stdout == f"write to {MAIL}"
