"""Edits of the file keep what the person wrote, and write nothing when the file or the edit is wrong."""

from pathlib import Path

import pytest

from maskwire.errors import ConfigError
from maskwire.policy import Mode
from maskwire_daemon.config.edit import (
    add_allowance,
    edit_mode,
    edit_pattern,
    edit_settings,
    remove_allowances,
    undo_to,
)
from maskwire_daemon.config.file import load
from maskwire_daemon.config.settings import policy_of
from maskwire_daemon.config.versions import MOST, keep, versions

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


WRITTEN = """# mine
[hosts."api.openai.com"] # the only one
mode = "protect"
actions = {PERSON = "allow"}
"""


def test_a_setting_of_any_depth_is_set_and_taken_out(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(WRITTEN)

    edit_settings(file, {("programs", "codex", "*", "mode"): "block", ("words", "terms"): ["Heron"]}, KNOWN)
    config = load(file, KNOWN)
    assert config.programs["codex"]["*"].mode is Mode.BLOCK
    assert config.words.terms == ["Heron"]
    assert file.read_text().startswith(WRITTEN)

    edit_settings(file, {("programs", "codex", "*", "mode"): None, ("words", "terms"): None}, KNOWN)
    assert file.read_text().strip() == WRITTEN.strip()


def test_an_action_goes_into_the_table_that_is_there(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(WRITTEN)

    edit_settings(file, {("hosts", "api.openai.com", "actions", "US_SSN"): "block"}, KNOWN)

    assert load(file, KNOWN).hosts["api.openai.com"].actions == {"PERSON": "allow", "US_SSN": "block"}
    assert file.read_text().startswith('# mine\n[hosts."api.openai.com"] # the only one\nmode = "protect"\n')


def test_taking_out_what_is_not_there_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(WRITTEN)

    edit_settings(file, {("programs", "codex", "*", "mode"): None, ("hosts", "api.openai.com", "media"): None}, KNOWN)

    assert file.read_text() == WRITTEN
    assert versions(file) == []


def test_what_was_replaced_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(WRITTEN)

    for mode in (Mode.BYPASS, Mode.BLOCK):
        edit_mode(file, "api.openai.com", mode, KNOWN)

    newest, oldest = versions(file)
    assert (newest.path.stat().st_mode & 0o777, newest.path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert 'mode = "bypass"' in newest.path.read_text()
    assert oldest.path.read_text() == WRITTEN


def test_versions_of_the_same_moment_are_all_kept_in_their_order(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    for text in ("a = 1", "a = 2", "a = 3"):
        keep(file, text, lambda: 1000.0)

    assert [each.path.read_text() for each in versions(file)] == ["a = 3", "a = 2", "a = 1"]


def test_old_versions_go(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    for number in range(MOST + 3):
        edit_settings(file, {("journal", "retention_days"): float(number + 1)}, KNOWN)

    assert len(versions(file)) <= MOST


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


PATTERNS = """[words]
terms = ["Heron"]

# of the sales team
[[words.patterns]]
pattern = "OP-[0-9]{6}"
name = "orders" # since 2020

[[words.patterns]]
pattern = "INV[0-9]+"
"""


def test_a_pattern_is_added_changed_and_taken_out_beside_the_others(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(PATTERNS)
    edit_pattern(file, None, {"pattern": "HR-[0-9]+", "entity": "NATIONAL_ID"}, KNOWN)
    edit_pattern(file, 1, {"pattern": "INV[0-9]{4}"}, KNOWN)

    assert [own.pattern for own in load(file, KNOWN).words.patterns] == ["OP-[0-9]{6}", "INV[0-9]{4}", "HR-[0-9]+"]
    assert "# of the sales team" in file.read_text()

    edit_pattern(file, 1, None, KNOWN)
    edit_pattern(file, 1, None, KNOWN)

    assert [own.pattern for own in load(file, KNOWN).words.patterns] == ["OP-[0-9]{6}"]
    assert file.read_text().startswith(PATTERNS.partition('\n\n[[words.patterns]]\npattern = "INV')[0])


def test_the_only_pattern_is_added_and_taken_out(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    edit_pattern(file, None, {"pattern": "HR-[0-9]+"}, KNOWN)
    edit_pattern(file, 0, None, KNOWN)

    assert load(file, KNOWN).words.patterns == []


def test_a_pattern_in_an_inline_list_is_edited_too(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[words]\npatterns = [{ pattern = "A[0-9]+" }] # few\n')
    edit_pattern(file, None, {"pattern": "B[0-9]+"}, KNOWN)
    edit_pattern(file, 0, {"pattern": "C[0-9]+"}, KNOWN)

    assert [own.pattern for own in load(file, KNOWN).words.patterns] == ["C[0-9]+", "B[0-9]+"]


@pytest.mark.parametrize(("at", "pattern"), [(2, "A[0-9]"), (None, "(?=A)"), (0, "A*")])
def test_a_pattern_that_cannot_be_used_or_is_not_there_changes_nothing(
    tmp_path: Path, at: int | None, pattern: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(PATTERNS)

    with pytest.raises(ConfigError):
        edit_pattern(file, at, {"pattern": pattern}, KNOWN)
    assert file.read_text() == PATTERNS


def test_an_earlier_version_comes_back_and_can_be_taken_back_again(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    edit_mode(file, "api.openai.com", Mode.BLOCK, KNOWN)
    blocked = file.read_text()
    (empty,) = versions(file)
    undo_to(file, empty.name, KNOWN)

    assert file.read_text() == ""

    undo_to(file, versions(file)[0].name, KNOWN)

    assert file.read_text() == blocked


def test_a_version_that_is_wrong_by_now_or_gone_does_not_come_back(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    edit_mode(file, "api.openai.com", Mode.BLOCK, KNOWN)
    blocked = file.read_text()
    (earlier,) = versions(file)
    earlier.path.write_text("prozy = 1\n")

    for name in (earlier.name, "config-1"):
        with pytest.raises(ConfigError):
            undo_to(file, name, KNOWN)
    assert file.read_text() == blocked


def test_all_other_hosts_have_an_entry_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    edit_settings(file, {("hosts", "*", "mode"): "observe", ("hosts", "*", "actions", "PERSON"): "allow"}, KNOWN)

    assert policy_of(load(file, KNOWN)).host("api.openai.com").mode is Mode.OBSERVE
    with pytest.raises(ConfigError, match="no such kind"):
        edit_settings(file, {("hosts", "*", "actions", "PERSOM"): "allow"}, KNOWN)
