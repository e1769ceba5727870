"""Asks the daemon how things stand. IO: the control API, through ``maskwire_client`` alone.

What changes rarely is asked for rarely: exchanges when their count moved, providers every three seconds or after
a choice. A daemon that is restarted writes another runtime file, which is read each time.
"""

import contextlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from maskwire_client import (
    Client,
    ControlError,
    Event,
    HostEntry,
    NotRunning,
    Refused,
    Status,
    home_folders,
    read_runtime,
)
from maskwire_client.discovery import RUNTIME_FILE

ANSWER_S = 5.0
"""Seconds that the daemon may take; it answers in milliseconds, and a menu that is stale for longer would lie."""

HOSTS_EVERY_S = 3.0
"""Seconds after which another program's change of a provider shows in the menu."""

EVENTS = 50
"""Exchanges that are looked at for providers used lately."""


OTHER_VERSION = "It speaks another version than this icon: stop both and start them again."
"""What is said of an answer that cannot be read, as after an update of one of the two."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the daemon said. Without ``status`` none runs, or ``problem`` says why it does not answer.

    ``events`` are the newest first.
    """

    status: Status | None = None
    problem: str = ""
    hosts: tuple[HostEntry, ...] = ()
    events: tuple[Event, ...] = ()
    stopped: bool = False


class Watch:
    """Looks at one home's daemon, however often it is restarted."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._environ = environ
        self._seen = Seen()
        self._daemon = 0
        self._exchanges = -1
        self._hosts_again = 0.0

    def look(self) -> Seen:
        """Return how things stand now; never raises for a daemon that is not there."""
        try:
            self._seen = self._ask()
        except NotRunning:
            gone = not (home_folders(self._environ).state / RUNTIME_FILE).exists()
            self._forget("", stopped=gone)
        except ControlError as e:
            self._forget(str(e), stopped=False)
        except (KeyError, TypeError):
            self._forget(OTHER_VERSION, stopped=False)
        return self._seen

    def expect_change(self) -> None:
        """Ask for everything the next time: the person just changed something."""
        self._hosts_again = 0.0

    def client(self) -> Client:
        """Return a client of the daemon that runs now.

        Raises:
            NotRunning: none does.
        """
        return Client(read_runtime(self._environ), ANSWER_S)

    def _ask(self) -> Seen:
        client = self.client()
        status = client.status()
        if status.pid != self._daemon:
            self._daemon, self._exchanges, self._hosts_again = status.pid, -1, 0.0
        seen = replace(self._seen, status=status, problem="", stopped=False)
        if not status.proxy:
            return seen
        with contextlib.suppress(Refused):  # the menu shows the older ones then; the status has the reason
            if status.exchanges != self._exchanges:
                seen = replace(seen, events=tuple(reversed(client.events(EVENTS))))
                self._exchanges = status.exchanges
            if time.monotonic() >= self._hosts_again:
                seen = replace(seen, hosts=tuple(client.hosts()))
                self._hosts_again = time.monotonic() + HOSTS_EVERY_S
        return seen

    def _forget(self, problem: str, *, stopped: bool) -> None:
        self._seen = replace(self._seen, status=None, problem=problem, stopped=stopped)
        self._daemon = 0
