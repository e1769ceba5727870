"""Times, counts, sizes and states in the words that pages use. Sans-IO."""

from datetime import UTC, datetime

from maskwire.entities import kind_of
from maskwire_client.models import Status


def _local_time(unix_s: float) -> datetime:
    return datetime.fromtimestamp(unix_s, UTC).astimezone()


def clock(unix_s: float) -> str:
    """Return a time of day, as ``14:03:07``."""
    return _local_time(unix_s).strftime("%H:%M:%S")


def day(unix_s: float) -> str:
    """Return a day, as ``2026-11-22``."""
    return _local_time(unix_s).strftime("%Y-%m-%d")


def moment(unix_s: float) -> str:
    """Return a time as HTML's ``datetime`` takes it."""
    return _local_time(unix_s).isoformat(timespec="seconds")


def duration(seconds: float) -> str:
    """Return a length of time in its two largest units, as ``2 h 5 min``."""
    whole = max(0, round(seconds))
    units = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
    parts = []
    for length, name in units:
        if whole >= length:
            parts.append(f"{whole // length} {name}")
            whole %= length
    return " ".join(parts[:2]) or "0 s"


def number(count: float) -> str:
    """Return a count with thin spaces between thousands."""
    return f"{count:,.0f}".replace(",", "\u202f")


def size(count: int) -> str:
    """Return a number of bytes in the unit that fits."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:.1f} kB"
    return f"{count / 1_000_000:.1f} MB"


def milliseconds(count: float) -> str:
    """Return a delay as people compare it: ``0.4 ms``, ``12 ms``, ``3.4 s``."""
    if count < 10:
        return f"{count:.1f} ms"
    if count < 1000:
        return f"{count:.0f} ms"
    return f"{count / 1000:.1f} s"


def kind(entity: str) -> str:
    """Return the kind of an entity, by which it is coloured."""
    return "own" if entity == "CUSTOM" else str(kind_of(entity))


def state_words(status: Status) -> str:
    """Return the state in words."""
    return {"protecting": "Protecting", "paused": "Paused", "attention": "Needs attention"}.get(
        status.state, status.state
    )
