"""Which program is behind a connection to the proxy. IO: the process table."""


def program_at(address: tuple[str, int]) -> str:
    """Return the name of the program whose end of a loopback connection is ``address``; ``""`` if it cannot be told.

    Takes about 20 ms: call it in a thread, once for each connection. Programs of other users stay unknown.
    """
    import psutil

    host, port = address[:2]
    try:
        for c in psutil.net_connections(kind="tcp"):
            if c.pid and c.laddr and c.laddr.port == port and c.laddr.ip == host:
                return psutil.Process(c.pid).name()
    except (psutil.Error, OSError):
        pass
    return ""
