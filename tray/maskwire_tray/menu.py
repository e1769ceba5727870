"""The menu, made anew from a ``View`` each time: a tree of items that says what each of them does. Sans-IO."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from maskwire_client import HostEntry, Status
from maskwire_tray.choices import Arm, AtLogin, Capture, Choice, Do, Pause, SetMode
from maskwire_tray.view import View
from maskwire_tray.words import event_line, floor_line, state_line, wrapped

MINUTES = (5, 15, 60)
"""How long a pause may be chosen to be; beside them there is "until tomorrow"."""

MAX_EVENTS = 8
"""Exchanges that the menu shows; the dashboard has the others."""

MAX_HOSTS = 12
"""Providers that the menu shows: those used last and those that the person set."""

MAX_REASONS = 3
"""Reasons that the menu shows; ``maskwire status`` has the others."""

MODES = (
    ("protect", "Protect"),
    ("observe", "Observe: count, mask secrets only"),
    ("bypass", "Bypass: look at nothing"),
    ("block", "Block: refuse every request"),
)
"""Each mode with what it is called."""


WAYS: Mapping[str, str] = MappingProxyType(
    {
        "system": "Programs of this desktop, by its proxy settings",
        "environment": "Programs started after the next login",
        "base-urls": "Programs that take a base address",
        "pac": "Browsers, by a proxy script",
    }
)
"""Ways on which programs reach the proxy that need no more said than yes or no, with what they are called."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line. ``choice`` is what it does; without one and without ``items`` it only informs.

    ``checked`` is ``None`` for what cannot be checked; ``radio`` when only one of several is. ``SEPARATOR`` is a rule.
    """

    label: str
    choice: Choice | None = None
    checked: bool | None = None
    radio: bool = False
    items: tuple["Item", ...] = ()

    @property
    def enabled(self) -> bool:
        """Whether it can be chosen or opened."""
        return self.choice is not None or bool(self.items)


SEPARATOR = Item("")
"""A rule between two groups."""


def build(view: View) -> tuple[Item, ...]:
    """Return the menu: state, pause, providers and records, ways on, and the end, with a rule between groups."""
    groups = [
        _state(view),
        _confirmation(view),
        _pause(view),
        (_providers(view), _activity(view)) if view.status else (),
        _ways_on(view),
        _end(view),
    ]
    return tuple(_ruled(tuple(group) for group in groups))


def _ruled(groups: Iterable[tuple[Item, ...]]) -> Iterator[Item]:
    first = True
    for group in groups:
        if group and not first:
            yield SEPARATOR
        yield from group
        first = first and not group


def _state(view: View) -> Iterator[Item]:
    yield Item(state_line(view))
    if view.status is None:
        if not view.starting:
            yield from map(Item, wrapped(view.problem))
            yield Item("Start protection", Do.START)
        return
    if view.status.state == "paused":
        yield Item(floor_line(view.status))
    for reason in view.status.reasons[:MAX_REASONS]:
        yield from (Item(f"{'   ' if at else '• '}{line}") for at, line in enumerate(wrapped(reason)))


def _confirmation(view: View) -> Iterator[Item]:
    """Ask a second time, at the top, for what was chosen below; only this starts a pause without a floor."""
    if view.status is None or view.armed is None:
        return
    yield Item("Really send keys and passwords unmasked?")
    yield Item(f"Yes, mask nothing {_how_long(view.armed.minutes)}", Pause(view.armed.minutes, floor=False))
    yield Item("No, keep them protected", Do.KEEP_SECRETS)


def _pause(view: View) -> Iterator[Item]:
    if view.status is None:
        return
    paused = view.status.state == "paused"
    if paused:
        yield Item("Resume protection now", Do.RESUME)
    lengths: tuple[float | None, ...] = (*MINUTES, None)
    secrets = Item(
        "Including keys and passwords",
        items=(
            Item("Nothing would be masked. You are asked again."),
            *(Item(f"{_length(m)}…", Arm(m)) for m in lengths),
        ),
    )
    yield Item(
        "Pause for another" if paused else "Pause",
        items=(*(Item(_length(m), Pause(m)) for m in lengths), SEPARATOR, secrets),
    )


def _length(minutes: float | None) -> str:
    return "Until tomorrow morning" if minutes is None else f"{minutes:g} minutes"


def _how_long(minutes: float | None) -> str:
    return "until tomorrow morning" if minutes is None else f"for {minutes:g} minutes"


def _providers(view: View) -> Item:
    shown = [
        Item(
            host if mode == "protect" else f"{host} ({mode})",
            items=tuple(Item(label, SetMode(host, name), name == mode, radio=True) for name, label in MODES),
        )
        for host, mode in lately(view)
    ]
    return Item("Providers", items=tuple(shown) or (Item("No provider was used yet"),))


def lately(view: View) -> list[tuple[str, str]]:
    """Return providers with their modes: those used last, the latest first, then those that the person set."""
    modes = {entry.host: entry.mode for entry in view.hosts}
    used = [event.host for event in view.events]
    chosen = [entry.host for entry in view.hosts if entry.chosen]
    names = list(dict.fromkeys([*used, *chosen]))[:MAX_HOSTS]
    return [(host, modes.get(host) or _pattern_mode(host, view.hosts)) for host in names]


def _pattern_mode(host: str, hosts: Iterable[HostEntry]) -> str:
    """Return the mode of the longest ``*.suffix`` pattern that ``host`` is below, as the daemon's policy does."""
    below = [e for e in hosts if e.host.startswith("*.") and host.endswith(e.host[1:])]
    return max(below, key=lambda e: len(e.host)).mode if below else "protect"


def _activity(view: View) -> Item:
    lines = tuple(Item(event_line(event), Do.OPEN) for event in view.events[:MAX_EVENTS])
    return Item("Recent activity", items=lines or (Item("Nothing was sent yet"),))


def _ways_on(view: View) -> Iterator[Item]:
    if view.status is not None:
        yield Item("Open dashboard", Do.OPEN)
        if view.status.proxy:
            yield Item("Copy proxy settings", Do.COPY_PROXY)
            yield Item("Protect an app", items=tuple(_apps(view.status)))
    if view.at_login is not None:
        yield Item("Start at login", AtLogin(not view.at_login), view.at_login)


def _apps(status: Status) -> Iterator[Item]:
    """Offer the ways on which programs reach the proxy, each with what keeps it from being proven."""
    yield Item("One program: copy “maskwire exec”", Do.COPY_EXEC)
    ways = {way.mode: way for way in status.capture}
    shown = [(ways[mode], label) for mode, label in WAYS.items() if mode in ways]
    if shown:
        yield SEPARATOR
    for way, label in shown:
        unproven = way.on and way.verified_at is None
        yield Item(label + (" (not proven)" if unproven else ""), Capture(way.mode, not way.on), way.on)
        if unproven:
            yield from (Item(f"   {line}") for line in wrapped(way.problem))


def _end(view: View) -> Iterator[Item]:
    if view.status is None:
        yield Item("Quit", Do.QUIT)
        return
    yield Item("Quit, protection goes on", Do.QUIT)
    yield Item("Stop protection and quit", Do.STOP_AND_QUIT)
