"""Several edits at once: pages, programs and commands may change the settings in the same moment."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from maskwire.errors import ConfigError
from maskwire.policy import Mode
from maskwire_daemon.config import edit, versions
from maskwire_daemon.config.edit import edit_mode
from maskwire_daemon.config.file import load

HOSTS = tuple(f"api{number}.example.com" for number in range(16))


def test_no_edit_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda host: edit_mode(file, host, Mode.BLOCK, HOSTS), HOSTS))

    assert set(load(file, HOSTS).hosts) == set(HOSTS)
    assert len({version.path.read_text() for version in versions.versions(file)}) == len(HOSTS)


def test_who_keeps_the_file_to_himself_is_not_waited_for_in_vain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edit, "WAIT_S", 0.05)
    file = tmp_path / "config.toml"
    edit_mode(file, HOSTS[0], Mode.BLOCK, HOSTS)
    before = file.read_text()

    with FileLock(edit.lock_of(file)), pytest.raises(ConfigError, match="another"):
        edit_mode(file, HOSTS[1], Mode.BLOCK, HOSTS)
    assert file.read_text() == before
