"""Edits of the file keep what the person wrote, and write nothing when the file or the edit is wrong."""

from pathlib import Path

import pytest

from maskwire.errors import ConfigError
from maskwire.policy import Mode
from maskwire_daemon.config.edit import add_allowance, edit_mode, remove_allowances
from maskwire_daemon.config.file import load
from maskwire_daemon.config.settings import policy_of

KNOWN = ("api.openai.com", "api.anthropic.com", "*.openai.azure.com", "*.api.openai.com")
HASH = "0123456789abcdef" * 2
OTHER = "f" * 32


def test_editing_a_mode_keeps_comments_and_all_else(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('# mine\n[proxy]\nport = 9000 # fixed\n\n[hosts."api.openai.com"]\nmode = "protect"\n')

    edit_mode(file, "api.openai.com", Mode.BYPASS, KNOWN)
    edit_mode(file, "api.anthropic.com", Mode.BLOCK, KNOWN)

    written = file.read_text()
    assert written.startswith('# mine\n[proxy]\nport = 9000 # fixed\n\n[hosts."api.openai.com"]\nmode = "bypass"\n')
    policy = policy_of(load(file, KNOWN))
    assert (policy.host("api.openai.com").mode, policy.host("api.anthropic.com").mode) == (Mode.BYPASS, Mode.BLOCK)


def test_editing_a_missing_file_makes_a_private_one(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"

    edit_mode(file, "api.openai.com", Mode.OBSERVE, KNOWN)

    assert file.stat().st_mode & 0o777 == 0o600
    assert Mode.OBSERVE is policy_of(load(file, KNOWN)).host("api.openai.com").mode


def test_editing_never_touches_a_file_that_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("prozy = 1\n")

    with pytest.raises(ConfigError, match="prozy"):
        edit_mode(file, "api.openai.com", Mode.BYPASS, KNOWN)
    assert file.read_text() == "prozy = 1\n"


def test_editing_an_unknown_host_writes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"

    with pytest.raises(ConfigError, match="matches no host"):
        edit_mode(file, "bank.example", Mode.PROTECT, KNOWN)
    assert not file.exists()


def allowance(hashed: str = HASH, host: str = "", until: str = "") -> dict[str, str]:
    return {"hash": hashed, "host": host, "until": until}


def test_an_allowance_is_added_beside_all_else(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("# mine\n[words]\nterms = ['a b']\n")
    add_allowance(file, allowance(), KNOWN)
    add_allowance(file, allowance(OTHER, "api.openai.com", "2027-01-31"), KNOWN)
    values = load(file, KNOWN).allow.values

    assert file.read_text().startswith("# mine\n[words]\nterms = ['a b']\n")
    assert [(v.hash, v.host, str(v.until)) for v in values] == [
        (HASH, "", "None"),
        (OTHER, "api.openai.com", "2027-01-31"),
    ]


def test_the_same_value_and_host_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    for until in ("2027-01-31", "2028-01-31"):
        add_allowance(file, allowance(until=until), KNOWN)

    assert [str(v.until) for v in load(file, KNOWN).allow.values] == ["2028-01-31"]


def test_every_allowance_of_a_value_is_removed(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    for each in (allowance(), allowance(host="api.openai.com"), allowance(OTHER)):
        add_allowance(file, each, KNOWN)

    assert remove_allowances(file, HASH, KNOWN) == 2
    assert [v.hash for v in load(file, KNOWN).allow.values] == [OTHER]
    assert remove_allowances(file, HASH, KNOWN) == 0


@pytest.mark.parametrize("wrong", [allowance(host="bank.example"), allowance(until="soon"), allowance("Anna")])
def test_a_wrong_allowance_writes_nothing(wrong: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        add_allowance(tmp_path / "config.toml", wrong, KNOWN)

    assert not (tmp_path / "config.toml").exists()
