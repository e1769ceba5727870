"""Talks to a running maskwire daemon: models, client and discovery, standard library only."""

from maskwire_client.client import Client
from maskwire_client.discovery import Runtime, home_folders, read_runtime
from maskwire_client.errors import ControlError, NotRunning, Refused
from maskwire_client.models import CaptureMode, Event, HostEntry, Purged, Restored, ScanSpan, Status

__all__ = [
    "CaptureMode",
    "Client",
    "ControlError",
    "Event",
    "HostEntry",
    "NotRunning",
    "Purged",
    "Refused",
    "Restored",
    "Runtime",
    "ScanSpan",
    "Status",
    "home_folders",
    "read_runtime",
]
