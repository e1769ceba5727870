"""When a notification is worth its interruption. Sans-IO; nothing is ever decided by one, it may not even be seen."""

from dataclasses import dataclass

from maskwire_client import Event
from maskwire_tray.view import View
from maskwire_tray.words import reason_words

QUIET_S = 60.0
"""Seconds between two notifications of refused requests: a program that tries again and again is one piece of news."""


SLACK_S = 2.0
"""Seconds around its end in which a pause counts as run out, not as ended by the person, who knows already."""

GONE_S = 15.0
"""Seconds without an answer before that is news: a daemon that is stopped or restarted is away for less."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification: a short title and a sentence."""

    title: str
    text: str


class Notices:
    """Compares each view with the one before. The first only says where things stand, so it brings no news."""

    def __init__(self) -> None:
        self._before: View | None = None
        self._last_event = 0
        self._quiet_until = 0.0
        self._refused = 0
        self._gone_since: float | None = None

    def feed(self, view: View) -> list[Notice]:
        """Return what became news with ``view``."""
        before, self._before = self._before, view
        fresh = [event for event in view.events if event.id > self._last_event]
        self._last_event = max((event.id for event in view.events), default=self._last_event)
        if before is None:
            return []
        return [*self._absence(before, view), *_standing(before, view), *self._refusals(view, fresh)]

    def _absence(self, before: View, view: View) -> list[Notice]:
        """Return the news that the daemon vanished; one that was stopped in good order is none."""
        if before.status is not None and view.status is None:
            self._gone_since = view.now
        if view.status is not None or view.stopped:
            self._gone_since = None
        if self._gone_since is None or view.now - self._gone_since < GONE_S:
            return []
        self._gone_since = None
        return [Notice("maskwire does not answer", "Programs that use its proxy cannot send until it runs again.")]

    def _refusals(self, view: View, fresh: list[Event]) -> list[Notice]:
        refused = [event for event in fresh if event.outcome == "blocked"]
        self._refused += len(refused)
        if not self._refused or view.now < self._quiet_until:
            return []
        count, self._refused, self._quiet_until = self._refused, 0, view.now + QUIET_S
        if count > 1 or not refused:
            return [Notice("Requests refused", f"{count} requests were not sent. The menu and dashboard say why.")]
        event = refused[0]
        program, reason = event.raw.get("program") or "a program", reason_words(event) or "it could not be masked"
        return [Notice("Request refused", f"A request of {program} to {event.host} was not sent: {reason}.")]


def _standing(before: View, view: View) -> list[Notice]:
    """Return what changed about protection itself."""
    old, new = before.status, view.status
    if old is None or new is None:
        return []
    found = [Notice("maskwire needs attention", reason) for reason in new.reasons if reason not in old.reasons]
    ran_out = old.paused_until is not None and old.paused_until <= view.now + SLACK_S
    if ran_out and new.paused_until is None:
        found.append(Notice("Protecting again", "The pause is over."))
    return found
