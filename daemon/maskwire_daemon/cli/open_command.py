"""Open the dashboard in your browser, logged in.

The address that this opens is good for one login within a minute, and then worth nothing. With `--print`, or where
there is no browser, it is printed instead.

Examples:
  maskwire open
  maskwire open --print
"""

import argparse
import os
import sys

from maskwire_client import Client
from maskwire_daemon.cli.terminal import Exit, say


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--print", action="store_true", help="print the address instead of opening it")


def run(args: argparse.Namespace) -> int:
    """Open or print the address."""
    client = Client.running()
    address = client.runtime.api + client.login()
    if args.print or not _has_screen():
        say(address)
    elif _opened(address):
        say(f"The dashboard is at {client.runtime.api}: this browser stays logged in for twelve hours.")
    else:
        say(address)
    return Exit.DONE


def _has_screen() -> bool:
    """Tell whether a browser would have somewhere to show itself; one in the terminal is no help here."""
    return sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _opened(address: str) -> bool:
    """Tell whether a browser was found and asked to open ``address``."""
    import webbrowser

    try:
        return webbrowser.open(address)
    except webbrowser.Error:
        return False
