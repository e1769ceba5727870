"""pystray, and nothing of it that needs a screen: the one module that imports it.

pystray looks for a screen while it is imported on Linux, and fails without one. Its placeholder backend is asked for
instead; the real one is chosen later, by ``desktop``.
"""

import os
import sys
from typing import Any

_ASKED = "PYSTRAY_BACKEND"


def _load() -> Any:  # untyped, as pystray is
    if sys.platform != "linux":
        import pystray

        return pystray
    before = os.environ.get(_ASKED)
    os.environ[_ASKED] = "dummy"
    try:
        import pystray
    finally:
        if before is None:
            del os.environ[_ASKED]
        else:
            os.environ[_ASKED] = before
    return pystray


_pystray = _load()

BaseIcon: Any = _pystray.Icon
"""On Linux the part of pystray's icon that all its backends share; elsewhere the system's own."""

Menu: Any = _pystray.Menu

MenuItem: Any = _pystray.MenuItem


def appindicator() -> Any | None:
    """Return pystray's icon for AppIndicator, ``None`` where GTK or its bindings are missing."""
    try:
        import pystray._appindicator as backend
    except (ImportError, ValueError):  # the latter: `gi` is there, the library is not
        return None
    return backend.Icon
