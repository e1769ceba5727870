"""Show what was masked, where and when: one line for each exchange, types and counts, never a value.

`verify` checks that no record was changed, removed or moved. `export` writes a period as JSON lines that prove
themselves (`verify FILE` checks them later), or as CSV for a spreadsheet. `audit` shows who did what to protection.

Examples:
  maskwire events
  maskwire events --follow
  maskwire events --json --follow | jq .entities
  maskwire events export --since 2026-11-01 --output november.jsonl
  maskwire events verify
  maskwire events verify november.jsonl
  maskwire events audit --limit 20
"""

import argparse
import time
from pathlib import Path

from maskwire_client import Client, Event
from maskwire_client.models import AuditEntry
from maskwire_daemon.cli.period import Period, when
from maskwire_daemon.cli.terminal import Exit, counts, say, say_json, warn

ACTIONS = ("show", "verify", "export", "audit")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("action", nargs="?", choices=ACTIONS, default="show", help="what to do (show)")
    parser.add_argument("file", nargs="?", type=Path, help="verify: an export to check instead of the journal")
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="how many of the newest (50; at most 1000)")
    parser.add_argument("--after", type=int, default=0, metavar="ID", help="show: only those after this one")
    parser.add_argument("--follow", action="store_true", help="show: go on with new ones as they end, until Ctrl-C")
    parser.add_argument("--since", type=when, default=0.0, metavar="DATE", help="export: from this day on")
    parser.add_argument("--until", type=when, default=2.0**53, metavar="DATE", help="export: before this day")
    parser.add_argument("--csv", action="store_true", help="export: as CSV, without proof")
    parser.add_argument("--output", type=Path, metavar="FILE", help="export: to this file instead of the terminal")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each")


def run(args: argparse.Namespace) -> int:
    """Do what was asked of the records."""
    if args.file is not None and args.action != "verify":
        warn(f"{args.action} takes no file: `maskwire events --help`")
        return Exit.MISUSE
    match args.action:
        case "verify":
            from maskwire_daemon.cli import records

            return records.verify(args.file, as_json=args.json)
        case "export":
            from maskwire_daemon.cli import records

            return records.export(Period(args.since, args.until), args.output, as_csv=args.csv)
        case "audit":
            return _audit(args)
        case _:
            return _show_all(args)


def _show_all(args: argparse.Namespace) -> int:
    client = Client.running()
    last = args.after
    for event in client.events(args.limit, args.after):
        _show(event, as_json=args.json)
        last = event.id
    if args.follow:
        for event in client.follow(last):
            _show(event, as_json=args.json)
    return Exit.DONE


def _show(event: Event, *, as_json: bool) -> None:
    if as_json:
        say_json(event.raw)
    else:
        say(line(event))


def line(event: Event) -> str:
    """Return one exchange for reading."""
    raw = event.raw
    parts = [_clock(event.started), event.outcome.ljust(8), event.host]
    parts += [part for part in (raw["model"], raw["program"], raw["reason"]) if part]
    if raw["entities"]:
        parts.append(counts(raw["entities"]))
    if raw["restored"]:
        parts.append(f"restored {raw['restored']}")
    if raw["unresolved"]:
        parts.append(f"unresolved {raw['unresolved']}")
    parts.append(f"+{raw['added_ms']:.0f} ms")
    return "  ".join(parts)


def _audit(args: argparse.Namespace) -> int:
    for entry in reversed(Client.running().audit(args.limit)):
        if args.json:
            say_json({name: getattr(entry, name) for name in AuditEntry.__dataclass_fields__})
        else:
            failed = "" if entry.status < 400 else f"refused {entry.status}"
            times = "" if entry.times == 1 else f"{entry.times:,} times"
            parts = (_clock(entry.at), entry.actor, entry.deed, entry.subject, failed, times)
            say("  ".join(part for part in parts if part))
    return Exit.DONE


def _clock(at: float) -> str:
    return time.strftime("%m-%d %H:%M:%S", time.localtime(at))
