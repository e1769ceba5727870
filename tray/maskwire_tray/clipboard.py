"""Puts text on the clipboard with whatever this desktop has for it. IO: one short-lived program."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

PATIENCE_S = 5.0
"""Seconds that such a program may take; on X11 it leaves a copy of itself behind that holds the text."""


def copy(text: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Copy ``text``; return whether that worked."""
    for command in commands(environ, sys.platform):
        if program := shutil.which(command[0], path=environ.get("PATH")):
            return _fed([program, *command[1:]], text, environ)
    return False


def commands(environ: Mapping[str, str], platform: str) -> Sequence[Sequence[str]]:
    """Return the commands that may put their input on this desktop's clipboard, the best first."""
    if platform == "darwin":
        return (("pbcopy",),)
    if platform == "win32":
        return (("clip",),)
    wayland = (("wl-copy",),) if environ.get("WAYLAND_DISPLAY") else ()
    x11 = (("xclip", "-selection", "clipboard"), ("xsel", "--clipboard", "--input")) if environ.get("DISPLAY") else ()
    return (*wayland, *x11)


def _fed(command: Sequence[str], text: str, environ: Mapping[str, str]) -> bool:
    try:
        done = subprocess.run(
            command,
            input=text.encode(),
            env=dict(environ),
            stdout=subprocess.DEVNULL,  # what stays behind must not hold our output open
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
