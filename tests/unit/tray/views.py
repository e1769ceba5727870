"""Views to make menus, words and notices of."""

from dataclasses import replace
from typing import Any

from maskwire_client import Event, HostEntry, Status
from maskwire_tray.view import View
from tests.fakes.control import STATUS

NOW = 1_700_000_000.0


def status(**changes: Any) -> Status:
    return replace(STATUS, **changes)


def event(number: int, host: str = "api.openai.com", outcome: str = "masked", **raw: Any) -> Event:
    given = {"entities": {}, "program": "", "reason": "", **raw}
    return Event(number, host, "openai.chat", outcome, NOW, given)


def view(**changes: Any) -> View:
    hosts = (
        HostEntry("api.openai.com", "observe", chosen=True),
        HostEntry("*.openai.azure.com", "block", chosen=False),
    )
    return replace(View(status=STATUS, hosts=hosts, at_login=False, now=NOW), **changes)


def paused(seconds: float, *, secrets_pass: bool = False) -> View:
    return view(status=status(state="paused", paused_until=NOW + seconds, secrets_pass=secrets_pass))
