import os
from pathlib import Path

import pytest

from maskwire.errors import ConfigError, VaultError, VaultLocked
from maskwire_daemon.store.keyfile import FileKey
from maskwire_daemon.store.keytext import to_text

KEY = bytes(range(32))


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text(to_text(KEY) + "\n")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_private_file_gives_its_key(key_file: Path, mode: int) -> None:
    key_file.chmod(mode)

    assert FileKey(key_file).master() == KEY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o777])
def test_a_file_that_others_may_read_is_refused(key_file: Path, mode: int) -> None:
    key_file.chmod(mode)

    with pytest.raises(VaultLocked, match=r"read by others. Run `chmod 600"):
        FileKey(key_file).master()


def test_a_file_of_another_user_is_refused(key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = key_file.stat().st_uid
    if owner == 0:  # root's files are taken from anybody; give the file away instead
        os.chown(key_file, 65_534, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: owner + 1)

    with pytest.raises(VaultLocked, match="belongs to another user"):
        FileKey(key_file).master()


def test_a_missing_file_is_not_made_up(tmp_path: Path) -> None:
    with pytest.raises(VaultLocked, match=r"cannot be read .*urandom"):
        FileKey(tmp_path / "none").master(create=True)
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_a_file_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(VaultLocked, match="not a file"):
            FileKey(path).master()


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 44, b"A" * 100_000])
def test_a_file_without_a_key_is_refused(key_file: Path, content: bytes) -> None:
    key_file.write_bytes(content)

    with pytest.raises(ConfigError, match="does not hold a key"):
        FileKey(key_file).master()


def test_another_key_replaces_it_and_stays_private(key_file: Path) -> None:
    new = bytes(32)
    FileKey(key_file).replace(new)

    assert FileKey(key_file).master() == new
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert list(key_file.parent.iterdir()) == [key_file]


def test_a_key_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(VaultError, match="cannot be written"):
        FileKey(tmp_path / "file" / "key").replace(KEY)


def test_a_forgotten_file_is_gone(key_file: Path) -> None:
    FileKey(key_file).forget()
    FileKey(key_file).forget()

    assert not key_file.exists()
