"""Show the value behind one token. It is printed to the terminal: mind who looks at your screen and its history.

Examples:
  maskwire reveal PERSON_K7Q2MXA4
  maskwire reveal PERSON_K7Q2MXA4 --json
"""

import argparse

from maskwire_daemon.cli.engine import vault_engine
from maskwire_daemon.cli.terminal import Exit, say, say_json, warn


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("token", metavar="TOKEN", help="as it stands in a masked text")
    parser.add_argument("--json", action="store_true", help="one line of JSON")


def run(args: argparse.Namespace) -> int:
    """Print the value."""
    with vault_engine() as engine:
        value = engine.reveal(args.token)
    if value is None:
        warn("this vault does not know that token")
        return Exit.FAILED
    if args.json:
        say_json({"token": args.token, "value": value})
    else:
        say(value)
    return Exit.DONE
