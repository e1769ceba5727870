"""Put values back in place of tokens, in a text or in lines of JSON, with the vault of this home.

A token that the vault does not know stays as it is. A running daemon does the work; without one the vault is opened
directly.

Examples:
  maskwire restore < answer.txt
  maskwire restore --jsonl < masked.jsonl > lines.jsonl    lines are {"id": …, "text": "…"}
  maskwire restore --strict < answer.txt                   exit code 1 when a token is unknown
"""

import argparse
import sys
from collections.abc import Sequence

from maskwire_daemon.cli import jsonl
from maskwire_daemon.cli.engine import vault_engine
from maskwire_daemon.cli.terminal import Exit, warn


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--jsonl", action="store_true", help="lines of JSON instead of one text")
    parser.add_argument("--strict", action="store_true", help="exit code 1 when a token is unknown")


def run(args: argparse.Namespace) -> int:
    """Restore standard input."""
    unresolved = 0
    with vault_engine() as engine:

        def restore(texts: Sequence[str]) -> Sequence[str]:
            nonlocal unresolved
            found = engine.restore(texts)
            unresolved += found.unresolved
            return found.texts

        if args.jsonl:
            jsonl.rewrite(restore)
        else:
            sys.stdout.write(restore([sys.stdin.read()])[0])
    if unresolved and args.strict:
        warn(f"{unresolved} tokens are not in this vault and stayed as they are")
        return Exit.FAILED
    return Exit.DONE
