"""Builds what the control port serves from the daemon's live parts; the one place where the dashboard meets them."""

from collections.abc import Sequence

from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from maskwire_daemon.api.control import Control
from maskwire_daemon.api.entrance import Entrance
from maskwire_daemon.api.media import media_routes
from maskwire_daemon.api.records import record_routes
from maskwire_daemon.api.sessions import SessionRoutes
from maskwire_daemon.api.tokens import access_routes
from maskwire_daemon.api.vault import vault_routes
from maskwire_daemon.live import Live
from maskwire_daemon.sessions import Sessions
from maskwire_daemon.web import front
from maskwire_daemon.web.access_desk import AccessDesk
from maskwire_daemon.web.records import Records
from maskwire_daemon.web.report_api import report_routes
from maskwire_daemon.web.reports import Reports
from maskwire_daemon.web.rulebook import Rulebook
from maskwire_daemon.web.services import Services
from maskwire_daemon.web.vault_desk import VaultDesk
from maskwire_daemon.web.workbench import Workbench


def front_of(live: Live, control: Control, entrance: Entrance, more: Sequence[BaseRoute] = ()) -> ASGIApp:
    """Return API and dashboard of ``live``; ``more`` are further routes of the API."""
    own = [
        *record_routes(live.opened),
        *vault_routes(live.opened, live.begin_anew, live.paths.config),
        *access_routes(live.opened),
        *report_routes(live.opened),
        *SessionRoutes(control, live.opened, lambda: live.policy, Sessions()).routes(),
        *media_routes(live.media.give),
    ]
    return front.build(services_of(live, control), entrance, live.note_act, [*own, *more])


def services_of(live: Live, control: Control) -> Services:
    """Return what the pages ask of ``live``."""
    return Services(
        control,
        Records(live.opened, live.stop),
        Workbench(live, control),
        Rulebook(live),
        VaultDesk(live),
        Reports(live.opened),
        AccessDesk(live.opened),
    )
