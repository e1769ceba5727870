"""Errors say where and why, and never hold a value."""

from pathlib import Path

from maskwire.entities import KINDS, Kind, kind_of
from maskwire.errors import BlockedError, ConfigError, Reason
from maskwire.vault import Finding


def test_a_config_error_names_file_line_and_key() -> None:
    error = ConfigError("must be a number", file=Path("config.toml"), line=7, key="proxy.port")

    assert str(error) == "config.toml:7: proxy.port: must be a number"


def test_a_config_error_without_a_file_still_reads_as_a_sentence() -> None:
    assert str(ConfigError("no such profile")) == "configuration: no such profile"


def test_a_blocked_error_keeps_a_stable_reason_beside_its_message() -> None:
    error = BlockedError(Reason.UNKNOWN_SURFACE, "maskwire does not know this path yet")

    assert error.reason == "unknown_surface"
    assert str(error) == "maskwire does not know this path yet"


def test_a_finding_never_shows_its_value() -> None:
    assert "hunter2" not in repr(Finding("PASSWORD", "hunter2"))


def test_an_entity_of_a_users_own_pack_counts_as_structured() -> None:
    assert kind_of("EMPLOYEE_NUMBER") is Kind.STRUCTURED
    assert all(kind_of(name) is kind for name, kind in KINDS.items())
