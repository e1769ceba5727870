"""Writes what the package says to systemd, desktops and man, from maskwire's own code. Run by the Python it ships.

python describe.py ROOT     ROOT is the folder that becomes the file system
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from maskwire_daemon.cli.main import GROUPS
from maskwire_daemon.platform.autostart import desktop_entry
from maskwire_daemon.platform.service_unit import UNIT, systemd_unit
from maskwire_daemon.version import VERSION

PROGRAM = "/usr/bin/maskwire"

PEOPLE = "[Unit]\nConditionUser=!@system\n"
"""Keeps the daemon out of the sessions of login screens and of root, for which the package enables it too."""


def main() -> None:
    """Write the files."""
    root = Path(sys.argv[1])
    for place, text in (
        (f"usr/lib/systemd/user/{UNIT}", systemd_unit((PROGRAM, "up", "--headless"), {}).encode()),
        (f"usr/lib/systemd/user/{UNIT}.d/people.conf", PEOPLE.encode()),
        ("etc/xdg/autostart/maskwire-tray.desktop", desktop_entry((PROGRAM, "tray"))),
        ("usr/share/man/man1/maskwire.1", "\n".join(manual()).encode() + b"\n"),
    ):
        file = root / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text)


def manual() -> Iterator[str]:
    """Yield the lines of the manual page.

    Source: https://man7.org/linux/man-pages/man7/man-pages.7.html
    """
    yield f'.TH MASKWIRE 1 "" "maskwire {VERSION}" "User Commands"'
    yield ".SH NAME"
    yield "maskwire \\- keep personal data and secrets out of LLM traffic"
    yield ".SH SYNOPSIS"
    yield ".B maskwire"
    yield ".I COMMAND"
    yield "[\\fIOPTION\\fR ...]"
    yield ".SH DESCRIPTION"
    yield "A daemon between your programs and the LLM providers. Tokens leave in place of personal data and secrets;"
    yield "answers come back with the real values."
    yield "\\fBmaskwire\\fR \\fICOMMAND\\fR \\fB\\-\\-help\\fR explains one command."
    for group, commands in GROUPS.items():
        yield f".SH {group.upper()}"
        for name, line in commands.items():
            yield ".TP"
            yield f".B {escaped(name)}"
            yield escaped(line[0].upper() + line[1:] + ".")
    yield ".SH EXIT STATUS"
    yield "0 done, 1 failed, 2 misuse or wrong settings, 3 the daemon is not running."
    yield ".SH FILES"
    for name, line in (
        ("~/.config/maskwire/config.toml", "Settings."),
        ("/etc/maskwire/policy.toml", "Settings of an organisation, which hold over those."),
    ):
        yield ".TP"
        yield f".I {name}"
        yield line


def escaped(text: str) -> str:
    """Return text as roff takes it."""
    return text.replace("\\", "\\e").replace("-", "\\-")


if __name__ == "__main__":
    main()
