"""Show or set how programs reach the proxy. Each mode is proven by a probe before it is called protected.

Modes: pac (serve a proxy script), system (set the desktop's proxy settings to it: GNOME, KDE, macOS, Windows),
environment (set variables for programs that start after the next login), base-urls (listen for programs that take a
base URL), apps (redirect programs). What was set before is kept, and comes back with `off`, and when the daemon stops.

Examples:
  maskwire capture
  maskwire capture status --json
  maskwire capture status --verify
  maskwire capture on system
  maskwire capture on system --all-traffic
  maskwire capture on base-urls
  maskwire capture app 4242
  maskwire capture app --remove 4242
  maskwire capture off
  maskwire capture password
  maskwire capture repair
"""

import argparse
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from maskwire.errors import ControlError
from maskwire_client import CaptureMode, Client, NotRunning
from maskwire_daemon.capture.guardian import repair
from maskwire_daemon.capture.switches import SWITCHES
from maskwire_daemon.cli.background import daemon_command
from maskwire_daemon.cli.terminal import Exit, say, say_json, say_table, warn
from maskwire_daemon.paths import Paths

if TYPE_CHECKING:
    from maskwire_daemon.config.settings import Config

PROBE_S = 1.0
"""Seconds that a probe's connection may take; it is never answered."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.set_defaults(action=_status, json=False, verify=False)
    actions = parser.add_subparsers(metavar="status|on|off|app|password|repair")
    status = actions.add_parser("status", help="show every mode: whether it is on, and when it was proven last")
    status.set_defaults(action=_status)
    status.add_argument("--json", action="store_true", help="one line of JSON")
    status.add_argument("--verify", action="store_true", help="prove every mode now")
    on = actions.add_parser("on", help="switch a mode on")
    on.set_defaults(action=_on)
    on.add_argument("mode", metavar="MODE", choices=[m for m in SWITCHES if m != "apps"], help="see above")
    on.add_argument(
        "--all-traffic", action="store_true", help="for system: lead all traffic to the proxy, not a script"
    )
    off = actions.add_parser("off", help="switch one mode off, or all")
    off.set_defaults(action=_off)
    off.add_argument("mode", metavar="MODE", choices=list(SWITCHES), nargs="?", help="see above; none is all")
    app = actions.add_parser("app", help="redirect a program's connections, by process id or name")
    app.set_defaults(action=_app)
    app.add_argument("program", metavar="PID|NAME", help="names are those of processes, as `ps -o comm` shows them")
    app.add_argument("--remove", action="store_true", help="redirect it no more")
    password = actions.add_parser("password", help="keep the password of upstream.proxy in the keyring")
    password.set_defaults(action=_password)
    repair = actions.add_parser("repair", help="take care of settings that a killed daemon left behind")
    repair.set_defaults(action=_repair)
    actions.add_parser("watch").set_defaults(action=_watch)
    actions.add_parser("probe").set_defaults(action=_probe)


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    code: int = args.action(args)
    return code


def _status(args: argparse.Namespace) -> int:
    try:
        client = Client.running()
    except NotRunning:
        if repair(daemon_command()):
            warn("settings of this machine still lead to it: they are taken care of unless it comes back")
        raise
    modes = client.verify_capture() if args.verify else client.capture()
    if args.json:
        from dataclasses import asdict

        say_json({"modes": [asdict(mode) for mode in modes]})
    else:
        _show(modes)
    return Exit.DONE


def _on(args: argparse.Namespace) -> int:
    value = "proxy" if args.all_traffic and args.mode == "system" else SWITCHES[args.mode].on
    return _change(args.mode, value)


def _off(args: argparse.Namespace) -> int:
    for mode in [args.mode] if args.mode else SWITCHES:
        if _change(mode, SWITCHES[mode].off) != Exit.DONE:
            return Exit.FAILED
    return Exit.DONE


def _app(args: argparse.Namespace) -> int:
    apps = [app for app in _config().capture.apps if app != args.program and not _has_ended(app)]
    return _change("apps", apps if args.remove else [*apps, args.program])


def _change(mode: str, value: "bool | str | Sequence[str]") -> int:
    """Let the daemon change a mode, or do so in the configuration where none runs, and say what came of it."""
    off = value == SWITCHES[mode].off
    try:
        found = Client.running().set_capture(mode, {SWITCHES[mode].key: value})
    except NotRunning:
        _write({SWITCHES[mode].key: value})
        if off:
            for sentence in _let_go(mode):
                warn(sentence)
        say(f"{mode}: off" if off else f"{mode}: on as soon as the daemon runs: maskwire up")
        return Exit.DONE
    now = next(m for m in found if m.mode == mode)
    say(f"{mode}: {_word(now)}{f' ({now.detail})' if now.detail else ''}")
    if now.problem:
        warn(now.problem)
    return Exit.FAILED if now.problem else Exit.DONE


def _let_go(mode: str) -> list[str]:
    """Put back what a mode has set, without a daemon."""
    from maskwire_daemon.capture.guardian import at_login
    from maskwire_daemon.capture.keeper import Keeper
    from maskwire_daemon.capture.kept import AfterDeath
    from maskwire_daemon.capture.places import ENVIRONMENT, places

    keeper = Keeper(Paths.of(), places())
    names = [name for name in keeper.kept().places if (name == ENVIRONMENT) == (mode == ENVIRONMENT)]
    told = [sentence for name in names if mode in ("system", ENVIRONMENT) for sentence in keeper.let_go(name)]
    config = _config()
    if not config.capture.pac and config.capture.system == "off":
        keeper.after(AfterDeath())
    at_login(daemon_command(), wanted=keeper.kept().matters)
    return told


def _password(args: argparse.Namespace) -> int:
    """Ask for the password, on a terminal or from a pipe, and keep it."""
    del args
    import getpass

    from maskwire_daemon.capture.company import address_of, keep_password
    from maskwire_daemon.store.system_keyring import system_backend

    url = _config().upstream.proxy
    address = address_of(url) if url else None
    if address is None or not address.user:
        raise ControlError('no user needs a password: set upstream.proxy to "http://user@host:port" first')
    asked = f"Password of {address.user} at {address.host}: "
    password = getpass.getpass(asked) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    keep_password(address, password, system_backend())
    say("kept in the keyring; the daemon reads it at its next start")
    return Exit.DONE


def _repair(args: argparse.Namespace) -> int:
    del args
    if repair(daemon_command()):
        say("settings of a daemon that is gone were found: they are taken care of unless it comes back")
    else:
        say("nothing to repair")
    return Exit.DONE


def _watch(args: argparse.Namespace) -> int:
    """Wait for the end of the daemon that started this, then stand in for it."""
    del args
    from maskwire_daemon.capture.keeper import Keeper
    from maskwire_daemon.capture.places import places
    from maskwire_daemon.capture.watchdog import Watchdog

    paths = Paths.of()
    watchdog = Watchdog(paths, Keeper(paths, places()))
    watchdog.wait(sys.stdin.buffer)
    watchdog.stand_in()
    return Exit.DONE


def _probe(args: argparse.Namespace) -> int:
    """Connect to each address and port that stdin names."""
    del args
    for line in sys.stdin:
        host, port = line.split()
        with suppress(OSError):  # whether it arrived is known where it should
            socket.create_connection((host, int(port)), timeout=PROBE_S).close()
    return Exit.DONE


def _show(modes: Sequence[CaptureMode]) -> None:
    say_table(
        ("MODE", "STATE", "PROVEN", "DETAIL"),
        [(m.mode, _word(m), _ago(m.verified_at), m.detail) for m in modes],
    )
    for mode in modes:
        if mode.problem:
            say(f"  ! {mode.mode}: {mode.problem}")


def _word(mode: CaptureMode) -> str:
    if not mode.on:
        return "off"
    return "on" if mode.verified_at is not None else "NOT PROVEN"


def _ago(moment: float | None) -> str:
    return "" if moment is None else f"{max(0, round(time.time() - moment))} s ago"


def _config() -> "Config":
    from maskwire.wire.hosts import known_hosts
    from maskwire_daemon.config.file import load

    return load(Paths.of().config, known_hosts())


def _has_ended(app: str) -> bool:
    """Tell whether ``app`` is the number of a process that is gone; the next one of that number is another program."""
    import psutil

    return app.isdigit() and not psutil.pid_exists(int(app))


def _write(changes: "Mapping[str, bool | str | Sequence[str]]") -> None:
    from maskwire.wire.hosts import known_hosts
    from maskwire_daemon.config.edit import edit_capture

    paths = Paths.of()
    paths.create()
    edit_capture(paths.config, changes, known_hosts())
