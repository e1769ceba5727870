"""Pause protection for some minutes. It comes back by itself, at the latest when the daemon starts again.

While paused, requests leave as they are, except that keys, passwords and other secrets stay masked; answers with
tokens are still restored. With --everything nothing is decrypted: keys and passwords leave too, and tokens in answers
stay as they are.

Examples:
  maskwire pause 5
  maskwire pause 60 --json
  maskwire pause 5 --everything
"""

import argparse
from dataclasses import asdict

from maskwire_client import Client
from maskwire_daemon.cli.status_command import duration
from maskwire_daemon.cli.terminal import Exit, say, say_json


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("minutes", type=float, metavar="MINUTES", help="how long, at most a day (1440)")
    parser.add_argument("--everything", action="store_true", help="let keys, passwords and other secrets leave too")
    parser.add_argument("--json", action="store_true", help="print the new status as one line of JSON")


def run(args: argparse.Namespace) -> int:
    """Start a pause."""
    status = Client.running().pause(args.minutes, floor=not args.everything)
    if args.json:
        say_json(asdict(status))
    else:
        secrets = "nothing is masked, keys and passwords neither" if status.secrets_pass else "secrets stay masked"
        say(f"Paused for {duration(args.minutes * 60)}; {secrets}. `maskwire resume` ends it now.")
    return Exit.DONE
