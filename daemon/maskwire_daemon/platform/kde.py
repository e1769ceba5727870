"""KDE's proxy settings: the file ``kioslaverc``, written by KDE's own program so that its cache agrees.

Source: https://invent.kde.org/frameworks/kio/-/blob/master/src/core/kprotocolmanager.cpp
"""

import contextlib
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from maskwire.errors import ControlError
from maskwire_daemon.platform.system_proxy import LOCAL, Run, Values, Way

FILE = "kioslaverc"
GROUP = "Proxy Settings"

NAMES = ("ProxyType", "Proxy Config Script", "httpProxy", "httpsProxy", "NoProxyFor")
"""The settings that lead traffic; others of the group stay as they are."""

MANUAL, SCRIPT = "1", "2"
"""Values of ``ProxyType``; 0 is none, 3 discovery, 4 the environment's variables."""

_TELL = (
    "dbus-send", "--session", "--type=signal", "/KIO/Scheduler",
    "org.kde.KIO.Scheduler.reparseSlaveConfiguration", "string:",
)  # fmt: skip
"""Lets programs that run read the file again."""

_KEY = re.compile(r"^(?P<name>[^=\[]+?)(?:\[\$\w+\])?\s*=\s*(?P<value>.*)$")
"""A line of the file; a mark such as ``[$e]`` may stand after the name."""


@dataclass(frozen=True)
class KdeProxy:
    """``writer`` is ``kwriteconfig6`` or ``kwriteconfig5``, whichever there is."""

    file: Path
    writer: str
    run: Run
    name: str = "kde"

    @classmethod
    def of(cls, environ: Mapping[str, str], run: Run) -> "KdeProxy":
        """Return the settings of the person whose environment it is."""
        folder = Path(environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME", "~")).expanduser() / ".config")
        writers = ("kwriteconfig6", "kwriteconfig5")
        newest_first = writers if environ.get("KDE_SESSION_VERSION") != "5" else writers[::-1]
        writer = next((w for w in newest_first if shutil.which(w, path=environ.get("PATH"))), newest_first[0])
        return cls(folder / FILE, writer, run)

    def read(self) -> Values:
        """Return the settings as they are now."""
        try:
            text = self.file.read_text(encoding="utf-8")
        except FileNotFoundError:
            text = ""
        except (OSError, UnicodeError) as e:
            raise ControlError(f"{self.file} cannot be read ({type(e).__name__})") from e
        found = _group(text)
        return {name: found.get(name) for name in NAMES}

    def wanted(self, way: Way) -> Values:
        """Return what leads to ``way``."""
        if way.pac_url:
            return {"Proxy Config Script": way.pac_url, "ProxyType": SCRIPT}
        place = f"http://{way.host} {way.port}"
        return {"NoProxyFor": ",".join(LOCAL), "httpProxy": place, "httpsProxy": place, "ProxyType": MANUAL}

    def write(self, values: Values) -> None:
        """Set or remove the settings of these names, then tell programs that run."""
        for name, value in values.items():
            command = (self.writer, "--file", str(self.file), "--group", GROUP, "--key", name)
            self.run((*command, "--delete", "") if value is None else (*command, value))
        with contextlib.suppress(ControlError):  # without a bus nobody runs who could be told
            self.run(_TELL)

    def other(self, values: Values) -> str:
        """Return the proxy or script that is switched on."""
        match values.get("ProxyType"):
            case "1":
                return values.get("httpsProxy") or values.get("httpProxy") or "a proxy"
            case "2":
                return values.get("Proxy Config Script") or "a script"
            case "3":
                return "automatic discovery"
        return ""


def _group(text: str) -> dict[str, str]:
    """Return the lines of our group."""
    found: dict[str, str] = {}
    inside = False
    for line in text.splitlines():
        if line.startswith("["):
            inside = line.rstrip() == f"[{GROUP}]"
        elif inside and (match := _KEY.match(line)):
            found[match["name"]] = match["value"]
    return found
