"""Let one value pass unmasked, everywhere or to one host, for good or until a day.

Only the value's keyed hash is written to config.toml, never the value; case and blanks around it do not count. With -
in place of VALUE it is read from standard input, so that it does not enter the shell's history.

Examples:
  maskwire allow press@northwind.com
  maskwire allow "Jane Doe" --host api.openai.com --until 2027-01-31
  maskwire allow - < value.txt
  maskwire allow --undo press@northwind.com
"""

import argparse
import sys

from maskwire_client.models import NewAllowance
from maskwire_daemon.cli.engine import vault_engine
from maskwire_daemon.cli.terminal import Exit, say, warn


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("value", metavar="VALUE", help="the value, or - to read it from standard input")
    parser.add_argument("--host", default="", metavar="HOST", help="only to this host, or *.suffix pattern")
    parser.add_argument("--until", default="", metavar="DATE", help="only until this day, as 2027-01-31")
    parser.add_argument("--undo", action="store_true", help="mask the value again")


def run(args: argparse.Namespace) -> int:
    """Write the hash, or take it out."""
    value = (sys.stdin.read() if args.value == "-" else args.value).strip()
    if not value:
        warn("there is no value to allow")
        return Exit.MISUSE
    with vault_engine() as engine:
        if not args.undo:
            engine.allow(NewAllowance(value, args.host, args.until))
            say(f"That value passes {_where(args.host, args.until)}.")
        elif engine.disallow(value):
            say("That value is masked again.")
        else:
            warn("that value was not allowed")
            return Exit.FAILED
    return Exit.DONE


def _where(host: str, until: str) -> str:
    return f"{f'to {host}' if host else 'everywhere'}{f' until {until}' if until else ''}"
