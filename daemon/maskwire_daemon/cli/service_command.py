"""Run the daemon at each login, again after a crash, and undo that.

The system's own service manager does it, as you and without root: systemd, launchd, or the Windows task scheduler. The
service shows no icon; the tray has its own entry at login (`maskwire tray`). To keep it running while you are logged
out, on a server, run `loginctl enable-linger` besides.

Examples:
  maskwire service install
  maskwire service status --json
  maskwire service uninstall
"""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from maskwire_daemon.cli.terminal import Exit, say, say_json, warn

if TYPE_CHECKING:
    from maskwire_daemon.platform.service_unit_managers import Manager, ServiceState

ACTIONS = ("status", "install", "uninstall")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("action", nargs="?", choices=ACTIONS, default="status", help="what to do (status)")
    parser.add_argument("--json", action="store_true", help="one line of JSON")


def run(args: argparse.Namespace) -> int:
    """Install, uninstall or show; the state afterwards is said."""
    from maskwire_daemon.cli.background import daemon_command
    from maskwire_daemon.platform.service_unit_managers import manager_of

    manager = manager_of([*daemon_command(), "up", "--headless"])
    match args.action:
        case "install":
            _install(manager)
        case "uninstall":
            manager.uninstall()
    _show(manager.state(), as_json=args.json)
    return Exit.DONE


def _install(manager: "Manager") -> None:
    """Install it; a daemon that somebody started by hand goes on, since only they know whether it may stop."""
    from maskwire_client import Client, NotRunning

    try:
        running = Client.running().status().pid
    except NotRunning:
        running = 0
    by_hand = running != 0 and running != manager.state().pid
    manager.install(start=not by_hand)
    if by_hand:
        warn(f"a daemon runs already (process {running}); the service starts at the next login, or after it ends")


def _show(state: "ServiceState", *, as_json: bool) -> None:
    if as_json:
        say_json(asdict(state))
    elif not state.installed:
        say(f"{state.manager}: not installed")
    else:
        process = f", process {state.pid}" if state.pid else ""
        restarts = f", restarted {state.restarts} times" if state.restarts else ""
        say(f"{state.manager}: installed, {'running' if state.active else 'not running'}{process}{restarts}")
        say(f"  {state.file}")
