"""Prove with a canary that the running daemon masks and restores: a request with invented values goes through its real
proxy to a built-in stand-in provider, which reports what it saw. No account is needed and no provider is reached.

Examples:
  maskwire verify
  maskwire verify --json
"""

import argparse

from maskwire_client import Client
from maskwire_daemon.cli.terminal import Exit, say, say_json


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="one line of JSON; ok is true when all was proven")


def run(args: argparse.Namespace) -> int:
    """Send the canary and say what each side saw."""
    from maskwire_daemon.coverage.canary import verify

    proof = verify(Client.running())
    if args.json:
        say_json(proof.as_json())
    else:
        say(proof.sentence())
    return Exit.DONE if proof.ok else Exit.FAILED
