"""The daemon is found where each system keeps such files; what cannot be read is a sentence."""

from pathlib import Path

import platformdirs.macos
import platformdirs.unix
import pytest

from maskwire_client.discovery import Runtime, home_folders, read_runtime
from maskwire_client.errors import NotRunning

RUNTIME = Runtime(7, "http://127.0.0.1:1", "http://127.0.0.1:2", "ca.pem", "bundle.pem", 1.5, "0.1", "s3cret")


def test_one_folder_for_all_when_it_is_chosen(tmp_path: Path) -> None:
    folders = home_folders({"MASKWIRE_HOME": str(tmp_path)}, "linux")

    assert {folders.config, folders.data, folders.state} == {tmp_path}


def test_linux_follows_the_base_directory_specification(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    expected = platformdirs.unix.Unix("maskwire")
    folders = home_folders({"HOME": str(tmp_path)}, "linux")

    assert expected.user_config_path == folders.config
    assert expected.user_data_path == folders.data
    assert expected.user_state_path == folders.state


def test_linux_obeys_the_variables_of_the_specification(tmp_path: Path) -> None:
    folders = home_folders({"HOME": "/home/jo", "XDG_STATE_HOME": str(tmp_path)}, "linux")

    assert tmp_path / "maskwire" == folders.state
    assert Path("/home/jo/.config/maskwire") == folders.config


def test_macos_uses_application_support(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    folders = home_folders({"HOME": str(tmp_path)}, "darwin")

    assert platformdirs.macos.MacOS("maskwire").user_data_path == folders.data == folders.config == folders.state


def test_windows_uses_the_local_profile() -> None:
    folders = home_folders({"LOCALAPPDATA": "C:/Users/jo/AppData/Local"}, "win32")

    assert Path("C:/Users/jo/AppData/Local/maskwire") == folders.data == folders.config == folders.state


def test_a_written_runtime_is_read_back(tmp_path: Path) -> None:
    (tmp_path / "runtime.json").write_text(RUNTIME.dumps())

    assert read_runtime({"MASKWIRE_HOME": str(tmp_path)}) == RUNTIME


def test_the_token_is_never_shown() -> None:
    assert "s3cret" not in repr(RUNTIME)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', "null", "\x00"])
def test_a_damaged_runtime_means_not_running(tmp_path: Path, text: str) -> None:
    (tmp_path / "runtime.json").write_text(text)

    with pytest.raises(NotRunning, match="maskwire is not running: start it with `maskwire up`"):
        read_runtime({"MASKWIRE_HOME": str(tmp_path)})


def test_no_runtime_means_not_running(tmp_path: Path) -> None:
    with pytest.raises(NotRunning, match=r"start it with `maskwire up`$"):
        read_runtime({"MASKWIRE_HOME": str(tmp_path)})
