"""Without a daemon the commands open the vault themselves, and only one that lasts."""

import base64
from pathlib import Path

import pytest

from maskwire.errors import VaultLocked
from maskwire_daemon.cli.direct import Direct
from maskwire_daemon.cli.engine import vault_engine
from maskwire_daemon.paths import Paths
from maskwire_daemon.singleton import only_one

MAIL = "jane.doe@corp.com"


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.setenv("MASKWIRE_HOME", str(tmp_path))
    monkeypatch.setenv("MASKWIRE_KEY_PROVIDER", "env")
    monkeypatch.setenv("MASKWIRE_MASTER_KEY", base64.b64encode(bytes(range(32))).decode())
    (tmp_path / "config.toml").write_text("[detection]\nnames = false\n")
    return Paths.of()


def test_values_go_in_and_come_back(paths: Paths) -> None:
    with vault_engine() as engine:
        assert isinstance(engine, Direct)
        masked = engine.mask([f"to {MAIL}"])
    with vault_engine() as engine:
        token = masked[0].removeprefix("to ")

        assert engine.restore(masked).texts == (f"to {MAIL}",)
        assert engine.reveal(token) == MAIL
        assert engine.reveal("no token at all") is None
        assert engine.purge(0).values == 1
        assert engine.reveal(token) is None


def test_a_key_that_does_not_last_is_no_use(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASKWIRE_KEY_PROVIDER", "ephemeral")

    with pytest.raises(VaultLocked, match="no daemon runs, and the key is ephemeral"), vault_engine():
        pass


def test_a_daemon_that_is_still_starting_is_left_alone(paths: Paths) -> None:
    with only_one(paths.lock), pytest.raises(VaultLocked, match="starting or stopping"), vault_engine():
        pass
