"""Stand-ins for what keeps proxy settings: a place in memory, and the programs of systems that are not here."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from maskwire.errors import ControlError
from maskwire_daemon.platform.system_proxy import Values, Way


@dataclass
class FakePlace:
    """A desktop's settings as a table; ``dead`` makes every access fail, ``deaf`` makes writing do nothing."""

    values: dict[str, str | None] = field(default_factory=dict)
    dead: bool = False
    deaf: bool = False
    name: str = "fake"

    def read(self) -> Values:
        self._awake()
        return dict(self.values)

    def wanted(self, way: Way) -> Values:
        if way.pac_url:
            return {"script": way.pac_url, "mode": "script"}
        return {"host": f"{way.host}:{way.port}", "mode": "manual"}

    def write(self, values: Values) -> None:
        self._awake()
        if not self.deaf:
            self.values.update(values)

    def other(self, values: Values) -> str:
        return {"script": values.get("script"), "manual": values.get("host")}.get(values.get("mode") or "") or ""

    def _awake(self) -> None:
        if self.dead:
            raise ControlError("the desktop does not answer")


@dataclass
class FakeReg:
    """``reg`` on the values of one key."""

    values: dict[str, tuple[str, str]]
    commands: list[tuple[str, ...]] = field(default_factory=list)

    def __call__(self, command: Sequence[str]) -> str:
        self.commands.append(tuple(command))
        match list(command):
            case ["reg", "query", key]:
                lines = (f"    {name}    {kind}    {data}" for name, (kind, data) in self.values.items())
                return "\n".join(["", key, *lines, "", key + "\\Connections", ""])
            case ["reg", "add", _, "/v", name, "/t", kind, "/d", data, "/f"]:
                self.values[name] = (kind, hex(int(data)) if kind == "REG_DWORD" else data)
                return ""
            case ["reg", "delete", _, "/v", name, "/f"]:
                del self.values[name]
                return ""
        raise AssertionError(f"reg is not called so: {command}")


@dataclass
class FakeNetworksetup:
    """``networksetup`` with some services; each keeps a script and two proxies, with their states."""

    services: dict[str, dict[str, str]]
    commands: list[tuple[str, ...]] = field(default_factory=list)

    def __call__(self, command: Sequence[str]) -> str:
        self.commands.append(tuple(command))
        _, verb, *given = command
        if verb == "-listallnetworkservices":
            return "An asterisk (*) denotes that a network service is disabled.\n" + "\n".join([*self.services, "*Old"])
        service, setting = self.services[given[0]], verb[4:]
        if verb == "-getautoproxyurl":
            return f"URL: {service.get('autoproxyurl') or '(null)'}\nEnabled: {_yes(service.get('autoproxystate'))}\n"
        if verb.startswith("-get"):
            server, _, port = service.get(setting, "").partition(" ")
            enabled = _yes(service.get(f"{setting}state"))
            return f"Enabled: {enabled}\nServer: {server}\nPort: {port or 0}\nAuthenticated Proxy Enabled: 0\n"
        assert verb.startswith("-set")
        service[setting] = " ".join(given[1:]) if given[1] else ""
        if not setting.endswith("state"):
            service[setting.removesuffix("url") + "state"] = "on"  # as the real one does
        return ""


def _yes(state: str | None) -> str:
    return "Yes" if state == "on" else "No"
