"""Put tokens in place of values, in a text or in lines of JSON, with the vault of this home.

`maskwire restore` puts the values back. A running daemon does the work; without one the vault is opened directly.

Examples:
  maskwire mask < letter.txt > masked.txt
  maskwire mask --jsonl < lines.jsonl > masked.jsonl      lines are {"id": …, "text": "…"}
"""

import argparse
import sys

from maskwire_daemon.cli import jsonl
from maskwire_daemon.cli.engine import vault_engine
from maskwire_daemon.cli.terminal import Exit


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--jsonl", action="store_true", help="lines of JSON instead of one text")


def run(args: argparse.Namespace) -> int:
    """Mask standard input."""
    with vault_engine() as engine:
        if args.jsonl:
            jsonl.rewrite(engine.mask)
        else:
            sys.stdout.write(engine.mask([sys.stdin.read()])[0])
    return Exit.DONE
