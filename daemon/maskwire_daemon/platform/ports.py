"""Loopback listeners, and who holds a port that we want. IO: sockets, the process table."""

import errno
import socket
import sys

from maskwire.errors import ControlError

BACKLOG = 128
"""Connections that may wait to be accepted, as most servers allow."""


def listeners(port: int, what: str) -> list[socket.socket]:
    """Return sockets that listen on 127.0.0.1 and, where the system has it, ::1, on the same port.

    ``port`` 0 takes a free one. ``what`` names the setting in an error.

    Raises:
        ControlError: the port is taken, by whom if that can be told, or may not be used.
    """
    first = _listen(socket.AF_INET, "127.0.0.1", port, what)
    try:
        return [first, _listen(socket.AF_INET6, "::1", first.getsockname()[1], what)]
    except (OSError, ControlError):
        return [first]  # no IPv6 here, or its port is taken: 127.0.0.1 is what we announce


def check_free(port: int, what: str) -> int:
    """Return ``port``, or a free one for 0, after a trial that it can be listened on.

    Raises:
        ControlError: as ``listeners``.
    """
    with _listen(socket.AF_INET, "127.0.0.1", port, what) as trial:
        found: int = trial.getsockname()[1]
        return found


def holder(port: int) -> str:
    """Return the name and process id of the program that listens on a local TCP port, ``""`` if it cannot be told."""
    import psutil

    try:
        for c in psutil.net_connections(kind="tcp"):
            if c.status == psutil.CONN_LISTEN and c.laddr and c.laddr.port == port and c.pid:
                return f"{psutil.Process(c.pid).name()} (process {c.pid})"
    except (psutil.Error, OSError):
        pass
    return ""


def _listen(family: socket.AddressFamily, address: str, port: int, what: str) -> socket.socket:
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # there it would let two programs listen on one port
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            found.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        found.bind((address, port))
        found.listen(BACKLOG)
    except OSError as e:
        found.close()
        raise ControlError(_sentence(e, port, what)) from e
    found.setblocking(False)  # noqa: FBT003 - the socket's own spelling
    return found


def _sentence(error: OSError, port: int, what: str) -> str:
    if error.errno == errno.EADDRINUSE:
        who = holder(port)
        return f"port {port} is in use{f' by {who}' if who else ''}: stop that program or choose another with {what}"
    if error.errno == errno.EACCES:
        return f"port {port} may not be used without more rights: choose one above 1023 with {what}"
    return f"port {port} cannot be listened on ({error.strerror}): choose another with {what}"
