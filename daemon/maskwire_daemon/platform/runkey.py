"""What Windows starts at login: the ``Run`` key of this person. IO: the registry; called on Windows alone.

Source: https://learn.microsoft.com/en-us/windows/win32/setupapi/run-and-runonce-registry-keys
"""

import sys

RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"

ELSEWHERE = "only Windows has a registry"


def has(name: str) -> bool:
    """Tell whether there is an entry ``name``."""
    if sys.platform != "win32":
        raise OSError(ELSEWHERE)
    import winreg

    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, RUN_KEY) as key:
        return any(winreg.EnumValue(key, at)[0] == name for at in range(winreg.QueryInfoKey(key)[1]))


def write(name: str, line: str) -> None:
    """Make the entry ``name`` run a command line."""
    if sys.platform != "win32":
        raise OSError(ELSEWHERE)
    import winreg

    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, RUN_KEY) as key:
        winreg.SetValueEx(key, name, 0, winreg.REG_SZ, line)


def remove(name: str) -> None:
    """Take the entry ``name`` away, if it is there."""
    if sys.platform != "win32":
        raise OSError(ELSEWHERE)
    import winreg

    if has(name):
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, RUN_KEY, access=winreg.KEY_SET_VALUE) as key:
            winreg.DeleteValue(key, name)
