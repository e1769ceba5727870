"""The proxy settings of macOS, through ``networksetup``: each network service has its own.

Built from the manual and tested against a stand-in of the command; it was not run on a Mac.
Source: https://ss64.com/mac/networksetup.html
"""

from collections.abc import Iterator

from maskwire_daemon.platform.system_proxy import Run, Values, Way

PROGRAM = "networksetup"

KINDS = ("webproxy", "securewebproxy")
"""Proxies for http and https."""

_NOTHING = frozenset({"", "(null)"})
"""How a text that is not set is shown."""


class MacProxy:
    """Keys are ``service/setting``: ``autoproxyurl``, ``autoproxystate`` and each kind's place and state."""

    name = "macos"

    def __init__(self, run: Run) -> None:
        self._run = run

    def read(self) -> Values:
        """Return the settings of every service that is switched on."""
        found: dict[str, str | None] = {}
        for service in self._services():
            script = _fields(self._run((PROGRAM, "-getautoproxyurl", service)))
            found[f"{service}/autoproxyurl"] = _set(script.get("URL", ""))
            found[f"{service}/autoproxystate"] = _state(script)
            for kind in KINDS:
                place = _fields(self._run((PROGRAM, f"-get{kind}", service)))
                server = _set(place.get("Server", ""))
                found[f"{service}/{kind}"] = f"{server} {place.get('Port', '0')}" if server else None
                found[f"{service}/{kind}state"] = _state(place)
        return found

    def wanted(self, way: Way) -> Values:
        """Return what leads every service to ``way``."""
        return dict(entry for service in self._services() for entry in _led(service, way))

    def write(self, values: Values) -> None:
        """Set the settings of these names; ``networksetup`` knows no unset, so a text becomes empty.

        Setting an address switches it on, which is why each state stands after its address.
        """
        for key, value in sorted(values.items(), key=lambda item: item[0].endswith("state")):
            service, _, setting = key.rpartition("/")
            given = (value or "").split(" ") if setting in KINDS else [value or ""]
            if setting in KINDS and value is None:
                given = ["", "0"]
            self._run((PROGRAM, f"-set{setting}", service, *given))

    def other(self, values: Values) -> str:
        """Return a proxy or script that is switched on for some service."""
        for key, value in values.items():
            if key.endswith("state") and value == "on":
                place = key.removesuffix("state")
                return values.get(place if not place.endswith("autoproxy") else f"{place}url") or "a proxy"
        return ""

    def _services(self) -> list[str]:
        """Return the names of the services; the first line explains that a star marks one that is off."""
        lines = self._run((PROGRAM, "-listallnetworkservices")).splitlines()[1:]
        return [line for line in lines if line and not line.startswith("*")]


def _led(service: str, way: Way) -> Iterator[tuple[str, str]]:
    if way.pac_url:
        yield f"{service}/autoproxyurl", way.pac_url
        yield f"{service}/autoproxystate", "on"
        return
    for kind in KINDS:
        yield f"{service}/{kind}", f"{way.host} {way.port}"
        yield f"{service}/{kind}state", "on"


def _fields(output: str) -> dict[str, str]:
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in output.splitlines())}


def _set(text: str) -> str | None:
    return None if text in _NOTHING else text


def _state(fields: dict[str, str]) -> str:
    return "on" if fields.get("Enabled") in ("Yes", "1") else "off"
