"""The lines that ``maskwire up`` prints. Sans-IO."""

from maskwire_client.models import Status


def ready_line(status: Status) -> str:
    """Return the one line that says that the proxy listens: its address, and what needs attention, if anything."""
    line = f"maskwire: protecting on {status.proxy} (control {status.api}; `maskwire exec -- CMD` uses it)"
    return line + (f"; attention: {'; '.join(status.reasons)}" if status.reasons else "")


def waiting_line(reason: str) -> str:
    """Return the line that says why the proxy does not listen yet."""
    return f"maskwire: waiting, nothing is sent until this is solved: {reason}"
