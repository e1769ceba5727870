"""Writes the launch agents of the package: the daemon's and the icon's, for everybody. Run by the Python it ships.

python describe.py ROOT     ROOT is the folder that becomes the file system
"""

import sys
from pathlib import Path

from maskwire_daemon.platform import autostart, service_unit

PROGRAM = "/usr/local/bin/maskwire"


def main() -> None:
    """Write the files."""
    folder = Path(sys.argv[1]) / "Library" / "LaunchAgents"
    folder.mkdir(parents=True, exist_ok=True)
    daemon = service_unit.launch_agent((PROGRAM, "up", "--headless"), {})
    (folder / f"{service_unit.LABEL}.plist").write_bytes(daemon)
    (folder / f"{autostart.LABEL}.plist").write_bytes(autostart.launch_agent((PROGRAM, "tray")))


if __name__ == "__main__":
    main()
