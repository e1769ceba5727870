import os
from pathlib import Path

import pytest
from filelock import FileLock

from maskwire.errors import VaultError, VaultLocked
from maskwire_daemon.store import files
from maskwire_daemon.store.files import setting_up_key, write_private


def test_content_is_written_whole_and_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    write_private(path, b"one\r\n")
    path.chmod(0o644)
    write_private(path, b"two\n")

    assert path.read_bytes() == b"two\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_content_and_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_private(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private(path, b"new")

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_one_process_at_a_time_sets_up_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_KEY_WAIT_S", 0.05)
    with (
        FileLock(tmp_path / "key.lock"),
        pytest.raises(VaultLocked, match="Another maskwire"),
        setting_up_key(tmp_path),
    ):
        pass
    with setting_up_key(tmp_path):
        pass


def test_a_home_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(VaultError, match="cannot be written"), setting_up_key(tmp_path / "file" / "home"):
        pass
