"""What the pages can ask of the daemon, in one place; each part is built by ``wiring`` and may be faked in tests."""

from dataclasses import dataclass

from starlette.requests import Request

from maskwire_daemon.api.control import Control
from maskwire_daemon.api.entrance import Entrance
from maskwire_daemon.api.streams import Readers
from maskwire_daemon.web.access_desk import AccessDesk
from maskwire_daemon.web.records import Records
from maskwire_daemon.web.reports import Reports
from maskwire_daemon.web.rulebook import Rulebook
from maskwire_daemon.web.vault_desk import VaultDesk
from maskwire_daemon.web.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Services:
    """The daemon as the dashboard sees it."""

    control: Control
    records: Records
    workbench: Workbench
    rulebook: Rulebook
    vault: VaultDesk
    reports: Reports
    access: AccessDesk


def services_of(request: Request) -> Services:
    """Return the parts that answer this request."""
    services = request.app.state.services
    assert isinstance(services, Services)  # ``site`` puts them there
    return services


def readers_of(request: Request) -> Readers:
    """Return the places for whoever follows the live page."""
    readers = request.app.state.readers
    assert isinstance(readers, Readers)  # ``site`` puts them there
    return readers


def entrance_of(request: Request) -> Entrance:
    """Return what knows the browsers that logged in."""
    entrance = request.app.state.entrance
    assert isinstance(entrance, Entrance)  # ``site`` puts it there
    return entrance
