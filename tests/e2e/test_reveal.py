"""Single values from the command line, with and without a daemon: free until a passphrase is set, then behind it."""

import json
import os
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.lab import Home, running_daemon

MAIL = "jane.doe@northwind-mail.com"
PASSPHRASE, WRONG = "correct horse", "battery staple"


@pytest.fixture
def home(either: Home) -> Home:
    """Every test here runs with a daemon and without."""
    return either


def knowing(home: Home, **more: str) -> Home:
    """Return the home as somebody uses it who has these variables."""
    return replace(home, environment={**home.environment, **more})


def masked(home: Home) -> str:
    return home.done("mask", stdin=MAIL).strip()


def test_once_set_the_passphrase_is_asked_for_in_every_way(home: Home) -> None:
    token = masked(home)
    free = home.run("reveal", token)
    was_set = knowing(home, MASKWIRE_NEW_PASSPHRASE=PASSPHRASE).run("reveal", "--set-passphrase")
    without = home.run("reveal", token)
    wrong = knowing(home, MASKWIRE_REVEAL_PASSPHRASE=WRONG).run("reveal", token)
    right = knowing(home, MASKWIRE_REVEAL_PASSPHRASE=PASSPHRASE).run("reveal", token)

    assert free.stdout == MAIL + "\n", free.stderr
    assert was_set.returncode == 0, was_set.stderr
    for refused in (without, wrong):
        assert refused.returncode == 1
        assert MAIL not in refused.stdout + refused.stderr
        assert WRONG not in refused.stdout + refused.stderr
    assert "MASKWIRE_REVEAL_PASSPHRASE" in without.stderr
    assert "that is not the reveal passphrase" in wrong.stderr
    assert right.stdout == MAIL + "\n"


def test_wrong_ones_have_to_wait_across_processes(home: Home) -> None:
    token = masked(home)
    knowing(home, MASKWIRE_NEW_PASSPHRASE=PASSPHRASE).done("reveal", "--set-passphrase")
    for _ in range(5):
        wrong = knowing(home, MASKWIRE_REVEAL_PASSPHRASE=WRONG).run("reveal", token)
        assert "that is not the reveal passphrase" in wrong.stderr
    refused = knowing(home, MASKWIRE_REVEAL_PASSPHRASE=PASSPHRASE).run("reveal", token)

    assert refused.returncode == 1
    assert "too many wrong passphrases: try again in" in refused.stderr
    assert MAIL not in refused.stdout


def test_neither_value_nor_passphrase_is_left_in_a_file(home: Home) -> None:
    token = masked(home)
    knowing(home, MASKWIRE_NEW_PASSPHRASE=PASSPHRASE).done("reveal", "--set-passphrase")
    knowing(home, MASKWIRE_REVEAL_PASSPHRASE=PASSPHRASE).done("reveal", token)
    held = b"".join(file.read_bytes() for file in home.files() if os.access(file, os.R_OK))

    assert token.encode() in held
    assert MAIL.encode() not in held
    assert PASSPHRASE.encode() not in held


@pytest.mark.parametrize("running", [True, False])
def test_a_vault_behind_a_passphrase_asks_for_that_one(tmp_path: Path, running: bool) -> None:
    home = Home.at(tmp_path, {"MASKWIRE_KEY_PROVIDER": "passphrase", "MASKWIRE_PASSPHRASE": PASSPHRASE})
    home.config.write_text("[detection]\nnames = false\n", encoding="utf-8")
    with running_daemon(home) if running else nullcontext():
        token = masked(home)
        without = home.run("reveal", token)
        wrong = knowing(home, MASKWIRE_REVEAL_PASSPHRASE=WRONG).run("reveal", token)
        right = knowing(home, MASKWIRE_REVEAL_PASSPHRASE=PASSPHRASE).run("reveal", token)
        another = knowing(home, MASKWIRE_NEW_PASSPHRASE="another one").run("reveal", "--set-passphrase")

    assert (without.returncode, wrong.returncode) == (1, 1)
    assert "that is not the vault's passphrase" in wrong.stderr
    assert right.stdout == MAIL + "\n"
    assert another.returncode == 2
    assert "rotate-key --passphrase" in another.stderr


@pytest.mark.parametrize("arguments", [(), ("TOKEN", "--set-passphrase")])
def test_a_token_or_a_passphrase_is_misuse_to_leave_out_or_mix(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert Home.at(tmp_path).run("reveal", *arguments).returncode == 2


def test_a_report_is_written_as_its_file_is_called(home: Home, tmp_path: Path) -> None:
    token = masked(home)
    home.done("reveal", token)
    page, table = tmp_path / "report.html", tmp_path / "report.csv"
    home.done("report", "--output", str(page))
    home.done("report", "--output", str(table))
    lines = [json.loads(line) for line in home.done("report").splitlines()]
    whole = page.read_text(encoding="utf-8") + table.read_text(encoding="utf-8")

    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert table.read_text(encoding="utf-8").startswith("section,name,")
    assert [line["subject"] for line in lines if line["section"] == "reveal"] == [token]
    assert {line["ok"] for line in lines if "ok" in line} == {True}
    assert token in whole
    assert MAIL not in whole + json.dumps(lines)


def test_a_report_of_a_period_that_is_none_is_misuse(tmp_path: Path) -> None:
    ran = Home.at(tmp_path).run("report", "--since", "2026-11-22", "--until", "2026-11-01")

    assert ran.returncode == 2
    assert "--since must be before --until" in ran.stderr
