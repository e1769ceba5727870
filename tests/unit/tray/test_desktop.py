"""A session without a screen is told so in one line; nothing of it needs one."""

import socket
import subprocess
import sys
from pathlib import Path

from maskwire_tray.desktop import NO_SCREEN, Kind, bus_address, look


def test_the_bus_is_named_by_the_environment_or_lies_in_the_runtime_folder(tmp_path: Path) -> None:
    assert bus_address({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/x"}) == "unix:path=/x"
    assert bus_address({}) == ""
    assert bus_address({"XDG_RUNTIME_DIR": str(tmp_path)}) == ""
    with socket.socket(socket.AF_UNIX) as bus:
        bus.bind(str(tmp_path / "bus"))

        assert bus_address({"XDG_RUNTIME_DIR": str(tmp_path)}) == f"unix:path={tmp_path}/bus"


def test_without_bus_and_screen_there_is_no_tray(tmp_path: Path) -> None:
    assert look({}, "linux").note == NO_SCREEN
    assert look({"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/gone"}, "linux").kind is Kind.NONE


def test_other_systems_have_their_own() -> None:
    assert look({}, "darwin").kind is Kind.NATIVE
    assert look({}, "win32").note == ""


def test_pystray_is_imported_without_a_screen() -> None:
    """pystray itself fails without one, and asks for none of its backends afterwards."""
    ask = "import os; import maskwire_tray.app; print('PYSTRAY_BACKEND' in os.environ)"
    done = subprocess.run(
        [sys.executable, "-c", ask], env={"PATH": ""}, capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.stdout, done.stderr) == ("False\n", "")
