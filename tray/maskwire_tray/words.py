"""The sentences of the tray. Sans-IO; types and counts only, since the daemon tells no more."""

import math
import textwrap
import time
from collections.abc import Mapping
from types import MappingProxyType

from maskwire_client import Event, Status
from maskwire_tray.view import View

LINE = 58
"""Characters of a menu's line: wider menus hide what is behind them."""

MAX_LINES = 3
"""Lines that one reason may take; ``maskwire status`` has the whole of it."""

OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "masked": "masked",
        "clean": "nothing to mask",
        "passed": "passed as it was",
        "observed": "only counted",
        "blocked": "refused",
        "failed": "failed",
    }
)
"""What an exchange's outcome is called."""

_ACRONYMS = frozenset({"ABA", "API", "BIC", "CA", "GPS", "IBAN", "ID", "IMEI", "IP", "ITIN", "JWT", "MAC", "SSN"})
_ACRONYMS |= {"UK", "URL", "US", "VIN"}


def state_line(view: View) -> str:
    """Return how protection stands, as one line."""
    status = view.status
    if view.starting:
        return "Starting protection…"
    if status is None and view.problem:
        return "maskwire does not answer"
    if status is None:
        return "Not running: programs that use the proxy cannot send"
    if status.state == "paused":
        return "Paused" + _until(status, view.now)
    if not status.proxy:
        return "Waiting: nothing is sent until this is solved"
    return "Protecting" if status.state == "protecting" else "Protecting, but something needs attention"


def floor_line(status: Status) -> str:
    """Return what a pause still masks."""
    return "Keys and passwords leave unmasked too" if status.secrets_pass else "Keys and passwords stay masked"


def title(view: View) -> str:
    """Return what the icon is called when the pointer rests on it."""
    return f"maskwire: {state_line(view)}"


def left(seconds: float) -> str:
    """Return a countdown in whole minutes, rounded up: it changes once a minute and never says less than is left."""
    minutes = math.ceil(max(0.0, seconds) / 60)
    if minutes <= 1:
        return "less than a minute" if seconds < 60 else "1 min"
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def event_line(event: Event) -> str:
    """Return one exchange: when, where, what became of it, how many of which type."""
    clock = time.strftime("%H:%M", time.localtime(event.started))
    counts = event.raw.get("entities") or {}
    found = ", ".join(f"{count} × {entity_words(name)}" for name, count in sorted(counts.items(), key=_largest))
    outcome, why = OUTCOMES.get(event.outcome, event.outcome), reason_words(event)
    return shortened(f"{clock}  {event.host}  {': '.join(filter(None, (outcome, why or found)))}")


def reason_words(event: Event) -> str:
    """Return why a request was refused, as far as the journal says; else nothing."""
    return str(event.raw.get("reason") or "").replace("_", " ")


def entity_words(entity: str) -> str:
    """Return an entity's name for reading: ``EMAIL_ADDRESS`` is ``email address``, ``US_SSN`` stays ``US SSN``."""
    return " ".join(word if word in _ACRONYMS else word.lower() for word in entity.split("_"))


def shortened(line: str, width: int = LINE + 14) -> str:
    """Return a line that fits, with an ellipsis for what does not."""
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"


def wrapped(sentence: str) -> list[str]:
    """Return a long sentence as a menu's lines."""
    return textwrap.wrap(sentence.replace("`", ""), LINE, max_lines=MAX_LINES, placeholder="…")


def _until(status: Status, now: float) -> str:
    return "" if status.paused_until is None else f", protecting again in {left(status.paused_until - now)}"


def _largest(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]
