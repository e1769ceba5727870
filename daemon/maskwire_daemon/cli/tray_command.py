"""Show the tray icon: how protection stands, pauses, providers, recent activity.

It shows a daemon and does not run one: `maskwire up` starts both. Without a desktop it says so and ends.

Examples:
  maskwire tray
"""

import argparse
import os

from maskwire_daemon.cli.background import daemon_command, running_or_started
from maskwire_daemon.cli.terminal import Exit, warn


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--with-daemon", action="store_true", help="end when the daemon is stopped")


def run(args: argparse.Namespace) -> int:
    """Show the icon until it is quit."""
    from maskwire_daemon.paths import Paths
    from maskwire_daemon.platform.autostart import Autostart
    from maskwire_daemon.singleton import is_held, only_one
    from maskwire_tray.acting import Surroundings
    from maskwire_tray.app import App
    from maskwire_tray.desktop import Kind, look

    desktop = look(os.environ)
    if desktop.note:
        warn(desktop.note)
    if desktop.kind is Kind.NONE:
        return Exit.DONE
    paths = Paths.of()
    paths.create()
    lock = paths.state / "tray.lock"
    if is_held(lock):
        warn("an icon of this home is shown already")
        return Exit.DONE
    command = daemon_command()
    around = Surroundings(command, running_or_started, Autostart.of([*command, "tray"]))
    with only_one(lock):
        App(around, desktop, companion=args.with_daemon).run()
    return Exit.DONE
