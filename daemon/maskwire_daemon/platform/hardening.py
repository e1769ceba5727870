"""Keeps values in memory out of files. IO: limits of this process."""

import contextlib
import os
import sys

_PR_SET_DUMPABLE = 4
"""Source: https://man7.org/linux/man-pages/man2/PR_SET_DUMPABLE.2const.html"""

_M_ARENA_MAX = -8
"""One heap for all threads: ours share one lock anyway, and a heap for each cost 3 MB (measured).
Source: https://man7.org/linux/man-pages/man3/mallopt.3.html"""


def harden() -> None:
    """Write no core dump, let no other process of the same user read this one's memory, make files private.

    Also takes variables out of the environment that make TLS libraries write session keys to a file.
    """
    for name in ("SSLKEYLOGFILE", "MITMPROXY_SSLKEYLOGFILE"):
        os.environ.pop(name, None)
    os.umask(0o077)
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        with contextlib.suppress(AttributeError):  # only glibc has it
            libc.mallopt(_M_ARENA_MAX, 1)
