"""What a scan shows: columns that line up, values that stay hidden, a bar that never overflows."""

from pathlib import Path

import pytest

from maskwire_daemon.cli.main import main
from maskwire_daemon.cli.scan_table import Row, bar, preview, table
from maskwire_daemon.paths import Paths


def test_columns_line_up_and_reasons_stand_below() -> None:
    rows = [
        Row(("a.txt:1:2", "EMAIL_ADDRESS", "j… (9 characters)", "0.97", "contact.email"), ("rule contact.email",)),
        Row(("b/long.txt:10:20", "VIN", "W… (17 characters)", "0.90", "vehicle.vin")),
    ]

    assert list(table(rows)) == [
        "WHERE             ENTITY         VALUE               SCORE  RULE",
        "a.txt:1:2         EMAIL_ADDRESS  j… (9 characters)   0.97   contact.email",
        "    rule contact.email",
        "b/long.txt:10:20  VIN            W… (17 characters)  0.90   vehicle.vin",
    ]


def test_nothing_found_is_no_table() -> None:
    assert list(table([])) == []


@pytest.mark.parametrize("value", ["Jane Doe", "4111 1111 1111 1111", "x"])
def test_a_preview_tells_length_and_at_most_one_character(value: str) -> None:
    shown = preview(value)

    assert value[1:] not in shown or len(value) == 1
    assert f"({len(value)} character" in shown


@pytest.mark.parametrize(("done", "total", "filled"), [(0, 10, 0), (5, 10, 12), (10, 10, 24), (12, 10, 24), (0, 0, 0)])
def test_a_bar_is_as_full_as_the_scan_is_far(done: int, total: int, filled: int) -> None:
    shown = bar(done, total)

    assert shown.count("#") == filled
    assert len(shown.partition("]")[0]) == 25
    assert f"{done} of {max(done, total)} files" in shown


def test_a_long_file_moves_the_bar() -> None:
    assert bar(1, 2, 0.5) == f"[{'#' * 18}{'.' * 6}] 1 of 2 files, 50% of a long one"
    assert bar(2, 2, 0.5).count("#") == 24


def test_each_finding_is_placed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MASKWIRE_HOME", str(tmp_path))
    text = tmp_path / "a.txt"
    text.write_text("jo@north-mail.org\n\n x jo@north-mail.org, li@north-mail.org\nli@north-mail.org")

    assert main(["scan", "--rules-only", str(text)]) == 0
    shown = [line.split()[0].removeprefix(f"{text}:") for line in capsys.readouterr().out.splitlines()]
    assert shown[1:5] == ["1:1", "3:4", "3:23", "4:1"]


def test_a_locked_vault_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MASKWIRE_HOME", str(tmp_path))
    monkeypatch.setenv("MASKWIRE_KEY_PROVIDER", "passphrase")
    monkeypatch.delenv("MASKWIRE_PASSPHRASE", raising=False)
    text = tmp_path / "a.txt"
    text.write_text("nothing here\n")

    assert main(["scan", "--rules-only", str(text)]) == 0
    assert "locked" not in capsys.readouterr().err
    Paths.of().database.write_bytes(b"")

    assert main(["scan", "--rules-only", str(text)]) == 0
    assert "the vault is locked: secrets that were learned are not looked for" in capsys.readouterr().err
