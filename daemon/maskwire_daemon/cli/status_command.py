"""Show how protection stands: protecting, paused, or in need of attention, with each reason and its remedy.

Examples:
  maskwire status
  maskwire status --json
"""

import argparse
import time
from dataclasses import asdict

from maskwire_client import Client, Status
from maskwire_daemon.cli.terminal import Exit, say, say_json

WORDS = {
    "protecting": "Protecting",
    "paused": "Paused: only secrets are masked",
    "attention": "Protecting, but something needs attention",
}

PAUSED_WHOLLY = "Paused: nothing is masked, keys and passwords neither"
"""What is said of a pause that has no floor."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="one line of JSON")


def run(args: argparse.Namespace) -> int:
    """Print the status."""
    status = Client.running().status()
    if args.json:
        say_json(asdict(status))
    else:
        show(status)
    return Exit.DONE


def show(status: Status) -> None:
    """Print a status for reading."""
    said = PAUSED_WHOLLY if status.secrets_pass else WORDS.get(status.state, status.state)
    say(said + pause_left(status))
    for reason in status.reasons:
        say(f"  ! {reason}")
    for note in status.notes:
        say(f"  - {note}")
    for client in status.uncovered:
        program = client.program or "a program"
        say(f"  x {program} cannot be protected on its way to {client.host}: it {client.why} ({client.count} times)")
    place = "in the team's Redis" if status.vault == "redis" else "kept"
    kept = f"{status.values} values, {place if status.persistent else 'in memory until the daemon stops'}"
    for name, value in (
        ("proxy", status.proxy or "not open yet"),
        ("capture", ", ".join(m.mode if m.verified_at else f"{m.mode} (NOT PROVEN)" for m in status.capture if m.on)),
        ("api", status.api),
        ("authority", status.ca_file or "not made yet"),
        ("home", status.home),
        ("vault", f"{kept} (key: {status.key_provider})"),
        ("detector", status.detector),
        ("proven", _proven(status)),
        ("exchanges", str(status.exchanges)),
        ("process", f"{status.pid}, up for {duration(time.time() - status.started)}, version {status.version}"),
    ):
        say(f"  {name:<10} {value}")


def _proven(status: Status) -> str:
    if status.proven_at is None:
        return "not since the start: `maskwire verify`"
    return f"{duration(time.time() - status.proven_at)} ago, by `maskwire verify`"


def pause_left(status: Status) -> str:
    """Return how long a pause still lasts, as the end of a sentence."""
    if status.paused_until is None:
        return ""
    return f", for another {duration(status.paused_until - time.time())}"


def duration(seconds: float) -> str:
    """Return a time span in its two largest units."""
    left = max(0, round(seconds))
    parts: list[str] = []
    for name, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        if left >= size:
            parts.append(f"{left // size} {name}")
            left %= size
    return " ".join(parts[:2]) or "0 s"
