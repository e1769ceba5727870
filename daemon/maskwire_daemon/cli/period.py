"""Days and times as a person writes them on the command line. Sans-IO but for the local time zone."""

import argparse
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Period:
    """From one Unix time to another, the second not included."""

    since: float
    until: float


def when(text: str) -> float:
    """Return a day or a time of the command line, local unless it says so, as Unix time."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a day is written 2026-11-22, a time 2026-11-22T08:00") from None
    return (found if found.tzinfo else found.astimezone()).astimezone(UTC).timestamp()
