"""Change the keys of the vault. Tokens and values stay as they are.

By default the master key is changed: quick, whatever the vault holds. `--values` encrypts every value again under a new
key and destroys the old one. `--passphrase` keeps the keys and changes the passphrase that locks them.

Examples:
  maskwire rotate-key
  maskwire rotate-key --values
  maskwire rotate-key --passphrase
"""

import argparse
import getpass
import os
import sys

from maskwire_daemon.cli.asking import secret
from maskwire_daemon.cli.engine import vault_engine
from maskwire_daemon.cli.terminal import Exit, say, warn

NEW_PASSPHRASE = "MASKWIRE_NEW_PASSPHRASE"  # noqa: S105 - the name of a variable


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--values", action="store_true", help="encrypt every value under a new key instead")
    which.add_argument("--passphrase", action="store_true", help="change only the passphrase")


def run(args: argparse.Namespace) -> int:
    """Change what was asked for."""
    if args.passphrase:
        return _change_passphrase()
    with vault_engine() as engine:
        rotated = engine.rotate(_progress, values=args.values)
    if args.values:
        _end_progress()
        say(f"{rotated} values are encrypted under a new key.")
    else:
        say("The master key is a new one.")
    return Exit.DONE


def _change_passphrase() -> int:
    old, new = secret("MASKWIRE_PASSPHRASE", "Present passphrase: "), secret(NEW_PASSPHRASE, "New passphrase: ")
    if old is None or new is None:
        warn(f"there is no terminal to ask: set MASKWIRE_PASSPHRASE and {NEW_PASSPHRASE}")
        return Exit.MISUSE
    if NEW_PASSPHRASE not in os.environ and getpass.getpass("New passphrase, again: ") != new:
        warn("the two are not the same: nothing was changed")
        return Exit.FAILED
    with vault_engine() as engine:
        engine.change_passphrase(old, new)
    say("The passphrase is changed.")
    return Exit.DONE


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} of {total} values")
        sys.stderr.flush()


def _end_progress() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\n")
