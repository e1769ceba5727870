"""Which maskwire this is."""

from importlib.metadata import PackageNotFoundError, version


def _found() -> str:
    try:
        return version("maskwire")
    except PackageNotFoundError:  # a bundle without metadata
        return "0+unknown"


VERSION = _found()
"""The version of the installed distribution."""
