"""Stop the daemon. Exchanges that are open may finish first; then its proxy closes, so that programs which still
use it fail instead of sending anything unprotected.

Examples:
  maskwire down
"""

import argparse
import time

from maskwire_client import Client, ControlError
from maskwire_daemon.cli.terminal import Exit, say
from maskwire_daemon.paths import Paths
from maskwire_daemon.singleton import is_held

PATIENCE_S = 20.0
"""Seconds to wait for the daemon's end: it drains for up to 10."""

RESTORED = "; your earlier proxy settings are back, so programs reach AI providers unprotected"
"""Said where a desktop's settings led to the daemon."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take no options."""


def run(args: argparse.Namespace) -> int:
    """Ask the daemon to stop and wait until it did."""
    del args
    client = Client.running()
    led = any(mode.on for mode in client.status().capture if mode.mode in ("system", "environment"))
    client.shutdown()
    lock = Paths.of().lock
    deadline = time.monotonic() + PATIENCE_S
    while is_held(lock):
        if time.monotonic() > deadline:
            raise ControlError(f"process {client.runtime.pid} still runs after {PATIENCE_S:.0f} s: end it by hand")
        time.sleep(0.05)
    say("maskwire: stopped" + (RESTORED if led else ""))
    return Exit.DONE
