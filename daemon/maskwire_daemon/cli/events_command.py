"""Show what was masked, where and when: one line for each exchange, types and counts, never a value.

Examples:
  maskwire events
  maskwire events --limit 200
  maskwire events --follow
  maskwire events --json --follow | jq .entities
"""

import argparse
import time

from maskwire_client import Client, Event
from maskwire_daemon.cli.terminal import Exit, counts, say, say_json


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="how many of the newest (50; at most 1000)")
    parser.add_argument("--after", type=int, default=0, metavar="ID", help="only those after this one")
    parser.add_argument("--follow", action="store_true", help="go on with new ones as they end, until Ctrl-C")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each")


def run(args: argparse.Namespace) -> int:
    """Print events, oldest first."""
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
    parts = [time.strftime("%m-%d %H:%M:%S", time.localtime(event.started)), event.outcome.ljust(8), event.host]
    parts += [part for part in (raw["model"], raw["program"], raw["reason"]) if part]
    if raw["entities"]:
        parts.append(counts(raw["entities"]))
    if raw["restored"]:
        parts.append(f"restored {raw['restored']}")
    if raw["unresolved"]:
        parts.append(f"unresolved {raw['unresolved']}")
    parts.append(f"+{raw['added_ms']:.0f} ms")
    return "  ".join(parts)
