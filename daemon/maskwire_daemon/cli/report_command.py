"""Write what was kept from whom within a period, for whoever has to account for it: kinds, counts, requests that were
refused, changes to protection, pauses, values that were shown, and the check of journal and audit log. No values.

Examples:
  maskwire report --output november.html --since 2026-11-01 --until 2026-12-01
  maskwire report --format csv --output november.csv
  maskwire report --format jsonl | jq 'select(.section == "kept")'
"""

import argparse
import sys
import time
from pathlib import Path

from maskwire_daemon.cli.engine import vault_engine
from maskwire_daemon.cli.period import when
from maskwire_daemon.cli.terminal import Exit, warn

FORMATS = ("html", "csv", "jsonl")

DAYS_S = 30 * 86400.0
"""Seconds of a report when no period is named: thirty days."""

LATEST = 7_258_118_400.0
"""The last time that a report may name: the year 2200."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--since", type=when, metavar="DATE", help="from this day on (30 days ago)")
    parser.add_argument("--until", type=when, metavar="DATE", help="before this day (now)")
    parser.add_argument("--format", choices=FORMATS, help="html, csv or jsonl (by the file's name, else jsonl)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="to this file instead of the terminal")


def run(args: argparse.Namespace) -> int:
    """Write the report."""
    until = time.time() if args.until is None else args.until
    since = until - DAYS_S if args.since is None else args.since
    if not since < until <= LATEST:
        warn("--since must be before --until, and that before the year 2200")
        return Exit.MISUSE
    with vault_engine() as engine:
        text = engine.report(since, until, args.format or _format_of(args.output))
    if args.output is None:
        sys.stdout.write(text)
    else:
        args.output.write_text(text, encoding="utf-8", newline="")
        warn(f"the report is in {args.output}")
    return Exit.DONE


def _format_of(output: Path | None) -> str:
    """Return the format that a file's name asks for."""
    ending = "" if output is None else output.suffix.lower().removeprefix(".")
    return ending if ending in FORMATS else "jsonl"
