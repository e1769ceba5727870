"""Prove with a canary that the running daemon masks and restores: a request with invented values goes through its real
proxy to a built-in stand-in provider, which reports what it saw. No account is needed and no provider is reached. Then
every way that leads programs to the proxy (`maskwire capture`) is proven by a probe of its own. `maskwire status` shows
when each was proven last.

Examples:
  maskwire verify
  maskwire verify --json
"""

import argparse
from dataclasses import asdict

from maskwire_client import Client
from maskwire_daemon.cli.terminal import Exit, say, say_json


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="one line of JSON; ok is true when all was proven")


def run(args: argparse.Namespace) -> int:
    """Send the canary and say what each side saw."""
    from maskwire_daemon.coverage.canary import verify

    client = Client.running()
    proof = verify(client)
    ways = [mode for mode in client.verify_capture() if mode.on]
    ok = proof.ok and not any(mode.problem for mode in ways)
    if args.json:
        say_json({**proof.as_json(), "ok": ok, "ways": [asdict(mode) for mode in ways]})
        return Exit.DONE if ok else Exit.FAILED
    say(proof.sentence())
    for mode in ways:
        say(f"{mode.mode}: NOT proven: {mode.problem}" if mode.problem else f"{mode.mode}: proven")
    return Exit.DONE if ok else Exit.FAILED
