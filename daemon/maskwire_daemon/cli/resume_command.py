"""End a pause now.

Examples:
  maskwire resume
"""

import argparse
from dataclasses import asdict

from maskwire_client import Client
from maskwire_daemon.cli.status_command import show
from maskwire_daemon.cli.terminal import Exit, say_json


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print the new status as one line of JSON")


def run(args: argparse.Namespace) -> int:
    """Protect again."""
    status = Client.running().resume()
    if args.json:
        say_json(asdict(status))
    else:
        show(status)
    return Exit.DONE
