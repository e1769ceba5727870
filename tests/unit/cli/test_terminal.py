"""What is printed: columns, counts, times and variables for every shell."""

import pytest

from maskwire_daemon.cli.env_command import export
from maskwire_daemon.cli.scan_table import preview
from maskwire_daemon.cli.status_command import duration
from maskwire_daemon.cli.terminal import counts, say_table


def test_columns_line_up(capsys: pytest.CaptureFixture[str]) -> None:
    say_table(("A", "LONG"), [("x", 1), ("yyy", 22)])

    assert capsys.readouterr().out == "A    LONG\nx    1\nyyy  22\n"


def test_counts_start_with_the_largest() -> None:
    assert counts({"B": 1, "A": 1, "C": 3}) == "C 3, A 1, B 1"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (3600, "1 h"), (90061, "1 d 1 h"), (-5, "0 s")]
)
def test_times_have_two_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("sh", "export A='it'\"'\"'s'"),
        ("fish", "set -gx A 'it\\'s'"),
        ("powershell", "$env:A = 'it''s'"),
    ],
)
def test_variables_survive_every_shell(shell: str, line: str) -> None:
    assert export(shell, "A", "it's") == line


@pytest.mark.parametrize("value", ["J", "Jane Doe", "4111 1111 1111 1111"])
def test_a_preview_hides_all_but_the_first_character(value: str) -> None:
    assert value[1:] not in preview(value) or len(value) == 1
    assert value not in preview(value)
