"""Profiles: each holds after it was taken, what else the person set stays, and balanced brings the defaults back."""

import itertools
from pathlib import Path

import pytest

from maskwire.policy import Action, Mode
from maskwire_daemon.config.edit import edit_settings
from maskwire_daemon.config.file import load
from maskwire_daemon.config.profiles import BY_NAME, PROFILES, changes_to, profile_of
from maskwire_daemon.config.settings import Config, policy_of

KNOWN = ("api.openai.com", "api.anthropic.com")
OWN = '# mine\n[entities.PERSON]\naction = "block" # always\n\n[hosts."api.openai.com"]\nmode = "protect"\n'


def take(file: Path, name: str) -> Config:
    edit_settings(file, changes_to(BY_NAME[name], load(file, KNOWN)), KNOWN)
    return load(file, KNOWN)


@pytest.mark.parametrize("order", list(itertools.permutations(BY_NAME)))
def test_a_profile_holds_whatever_held_before(tmp_path: Path, order: tuple[str, ...]) -> None:
    file = tmp_path / "config.toml"
    for name in order:
        found = profile_of(take(file, name))

        assert found is not None
        assert found.name == name


def test_nothing_set_is_balanced() -> None:
    assert profile_of(Config()) is BY_NAME["balanced"]


def test_what_no_profile_governs_stays(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(OWN)
    for profile in PROFILES:
        take(file, profile.name)
    take(file, "balanced")

    assert file.read_text().rstrip("\n") == OWN.rstrip("\n")


def test_strict_masks_doubtful_findings_and_blocks_secrets(tmp_path: Path) -> None:
    policy = policy_of(take(tmp_path / "config.toml", "strict"))

    assert policy.action("API_KEY", 0.9, "api.openai.com") is Action.BLOCK
    assert policy.action("LOCATION", 0.4, "api.openai.com") is Action.MASK
    assert policy.action("EMAIL_ADDRESS", 0.34, "api.openai.com") is Action.ALLOW


def test_observe_holds_for_hosts_without_a_mode_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(OWN)
    policy = policy_of(take(file, "observe"))

    assert policy.host("api.anthropic.com").mode is Mode.OBSERVE
    assert policy.host("api.openai.com").mode is Mode.PROTECT
    assert policy.action("API_KEY", 0.9, "api.anthropic.com") is Action.MASK


def test_a_setting_of_ones_own_is_no_profile(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[detection]\nthreshold = 0.4\n")

    assert profile_of(load(file, KNOWN)) is None
