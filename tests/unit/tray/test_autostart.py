"""What a desktop runs at login: written, read, removed, and quoted so that paths with odd signs work."""

import configparser
import plistlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskwire_daemon.platform.autostart import Autostart, desktop_entry, launch_agent

COMMAND = ["/opt/mask wire/bin/python", "-m", "maskwire_daemon", "tray"]


@pytest.mark.parametrize(
    ("platform", "file"),
    [
        ("linux", ".config/autostart/maskwire-tray.desktop"),
        ("darwin", "Library/LaunchAgents/io.maskwire.tray.plist"),
    ],
)
def test_the_entry_is_written_read_and_removed(tmp_path: Path, platform: str, file: str) -> None:
    entry = Autostart.of(COMMAND, {"HOME": str(tmp_path)}, platform)

    assert not entry.enabled()
    entry.switch(on=True)
    assert entry.enabled()
    assert [p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()] == [file]
    entry.switch(on=False)
    entry.switch(on=False)
    assert not entry.enabled()


def test_a_folder_of_ones_own_is_used(tmp_path: Path) -> None:
    Autostart.of(COMMAND, {"HOME": "/nowhere", "XDG_CONFIG_HOME": str(tmp_path)}, "linux").switch(on=True)

    assert (tmp_path / "autostart" / "maskwire-tray.desktop").is_file()


def test_over_an_entry_of_a_package_a_no_is_kept_and_a_yes_needs_nothing(tmp_path: Path) -> None:
    packaged = tmp_path / "xdg" / "autostart" / "maskwire-tray.desktop"
    packaged.parent.mkdir(parents=True)
    packaged.write_bytes(desktop_entry(COMMAND))
    entry = Autostart.of(COMMAND, {"HOME": str(tmp_path), "XDG_CONFIG_DIRS": f"/nowhere:{tmp_path}/xdg"}, "linux")
    own = tmp_path / ".config" / "autostart" / "maskwire-tray.desktop"

    assert entry.enabled()
    entry.switch(on=False)
    assert not entry.enabled()
    assert "Hidden=true" in own.read_text().splitlines()
    entry.switch(on=True)
    assert entry.enabled()
    assert not own.exists()


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / ".config").write_text("in the way")

    with pytest.raises(OSError, match="config"):
        Autostart.of(COMMAND, {"HOME": str(tmp_path)}, "linux").switch(on=True)


@given(
    st.lists(
        st.text(st.characters(min_codepoint=32, exclude_characters="\x7f", exclude_categories=["Cs"]), min_size=1),
        min_size=1,
    )
)
def test_every_argument_survives_the_two_readings_of_exec(command: list[str]) -> None:
    """First the file's own escapes are undone, then the quotes of a command line, then the doubled per cent signs."""
    line = desktop_entry(command).decode().split("\nExec=", 1)[1].split("\nIcon=", 1)[0]
    once = line.replace("\\\\", "\\")
    quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', once)

    assert [re.sub(r'\\(["`$\\])', r"\1", part).replace("%%", "%") for part in quoted] == command
    assert line.count("%") % 2 == 0


def test_the_file_is_one_that_desktops_take(tmp_path: Path) -> None:
    file = tmp_path / "maskwire-tray.desktop"
    file.write_bytes(desktop_entry(COMMAND))
    found = configparser.RawConfigParser()
    found.read(file)

    assert found["Desktop Entry"]["type"] == "Application"
    if program := shutil.which("desktop-file-validate"):
        assert subprocess.run([program, file], capture_output=True, check=False).stdout == b""


def test_launchd_runs_it_once_at_login() -> None:
    found = plistlib.loads(launch_agent(COMMAND))

    assert found["ProgramArguments"] == COMMAND
    assert found["RunAtLoad"] is True
    assert "KeepAlive" not in found
