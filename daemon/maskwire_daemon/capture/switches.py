"""Which key of ``[capture]`` switches which mode, and to what. Sans-IO."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Switch:
    """A key with its values for on and off, and what the mode does."""

    key: str
    on: bool | str
    off: bool | str | list[str]
    meaning: str


SWITCHES: Mapping[str, Switch] = MappingProxyType(
    {
        "pac": Switch("pac", on=True, off=False, meaning="serve the proxy script for browsers"),
        "system": Switch("system", on="pac", off="off", meaning="set the desktop's proxy settings"),
        "environment": Switch("environment", on=True, off=False, meaning="set variables for programs, from next login"),
        "base-urls": Switch("base_urls", on=True, off=False, meaning="listen for programs that take a base URL"),
        "apps": Switch("apps", on="", off=[], meaning="redirect programs: maskwire capture app"),
    }
)
"""Modes that can be switched. ``apps`` needs a program to be on."""
