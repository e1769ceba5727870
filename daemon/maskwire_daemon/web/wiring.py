"""Builds what the control port serves from the daemon's live parts; the one place where the dashboard meets them."""

from starlette.types import ASGIApp

from maskwire_daemon.api.control import Control
from maskwire_daemon.api.entrance import Entrance
from maskwire_daemon.live import Live
from maskwire_daemon.web import front
from maskwire_daemon.web.services import Services


def front_of(live: Live, control: Control, entrance: Entrance) -> ASGIApp:
    """Return API and dashboard of ``live``."""
    port = int(live.api_url.rpartition(":")[2])
    return front.build(services_of(live, control), port, entrance)


def services_of(live: Live, control: Control) -> Services:
    """Return what the pages ask of ``live``."""
    del live
    return Services(control)
