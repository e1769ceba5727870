"""The proxy settings of Windows: values of the person's registry, which WinINET and browsers read.

Built from the documentation and tested against a stand-in of ``reg``; it was not run on Windows.
Source: https://learn.microsoft.com/en-us/windows/win32/wininet/setting-and-retrieving-internet-options
"""

import re
import sys

from maskwire.errors import ControlError
from maskwire_daemon.platform.system_proxy import Run, Values, Way

KEY = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings"

NAMES = ("AutoConfigURL", "ProxyServer", "ProxyOverride", "ProxyEnable")
"""The values that lead traffic; ``ProxyEnable`` is a number, the others are texts."""

LOCAL = "localhost;127.*;[::1];<local>"
"""What never goes through the proxy, as Windows writes it."""

_LINE = re.compile(r"^\s+(\w+)\s+(REG_\w+)\s{4}(.*?)\s*$", re.MULTILINE)
"""A value as ``reg query`` shows it."""

_SETTINGS_CHANGED, _REFRESH = 39, 37
"""Options of ``InternetSetOption`` that let running programs read the registry again."""


class WindowsProxy:
    """Keys are the names of the registry's values."""

    name = "windows"

    def __init__(self, run: Run) -> None:
        self._run = run

    def read(self) -> Values:
        """Return the values as they are now."""
        shown = {name: (kind, data) for name, kind, data in _LINE.findall(self._run(("reg", "query", KEY)))}
        return {name: _value(*shown[name]) if name in shown else None for name in NAMES}

    def wanted(self, way: Way) -> Values:
        """Return what leads to ``way``."""
        if way.pac_url:
            return {"AutoConfigURL": way.pac_url}
        place = f"{way.host}:{way.port}"
        return {"ProxyOverride": LOCAL, "ProxyServer": f"http={place};https={place}", "ProxyEnable": "1"}

    def write(self, values: Values) -> None:
        """Set or delete the values of these names, then let running programs know."""
        for name, value in values.items():
            if value is None:
                self._run(("reg", "delete", KEY, "/v", name, "/f"))
            else:
                kind = "REG_DWORD" if name == "ProxyEnable" else "REG_SZ"
                self._run(("reg", "add", KEY, "/v", name, "/t", kind, "/d", value, "/f"))
        _tell()

    def other(self, values: Values) -> str:
        """Return the proxy or script that is switched on."""
        if values.get("ProxyEnable") == "1":
            return values.get("ProxyServer") or "a proxy"
        return values.get("AutoConfigURL") or ""


def _value(kind: str, data: str) -> str:
    return str(int(data, 16)) if kind == "REG_DWORD" else data


def _tell() -> None:
    if sys.platform != "win32":
        return
    import ctypes

    internet = ctypes.windll.wininet
    for option in (_SETTINGS_CHANGED, _REFRESH):
        if not internet.InternetSetOptionW(None, option, None, 0):
            raise ControlError("Windows did not take the proxy settings over: sign out and in again")
