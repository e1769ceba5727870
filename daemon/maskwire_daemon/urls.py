"""Addresses that a person writes into the settings. Sans-IO."""

from urllib.parse import SplitResult, urlsplit


def parts_of(url: str) -> SplitResult | None:
    """Return the parts of ``url``, ``None`` where it is no address: of a wrong port ``urlsplit`` says so late."""
    try:
        found = urlsplit(url)
        _ = found.port
    except ValueError:
        return None
    return found
