"""Each place's settings: what is read, set and put back, by the system's own commands."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.errors import ControlError
from maskwire_daemon.capture.places import ENVIRONMENT, desktop_of, pac_url, places, session
from maskwire_daemon.platform.environmentd import FILE, EnvironmentFile
from maskwire_daemon.platform.gnome import GnomeProxy
from maskwire_daemon.platform.kde import KdeProxy
from maskwire_daemon.platform.macos import MacProxy
from maskwire_daemon.platform.system_proxy import SystemProxy, Way, run, system_proxy
from maskwire_daemon.platform.windows import WindowsProxy
from tests.fakes.settings import FakeNetworksetup, FakeReg

SCRIPT = Way("127.0.0.1", 8877, "http://127.0.0.1:8879/proxy.pac?v=1")
ALL = Way("127.0.0.1", 8877)


@pytest.mark.parametrize(
    ("desktop", "name"),
    [
        ("GNOME", "gnome"),
        ("ubuntu:GNOME", "gnome"),
        ("KDE", "kde"),
        ("X-Cinnamon", "gnome"),
        ("sway", None),
        ("", None),
    ],
)
def test_the_desktop_is_recognised(desktop: str, name: str | None) -> None:
    found = system_proxy({"XDG_CURRENT_DESKTOP": desktop, "HOME": "home"}, "linux")

    assert (found.name if found else None) == name


def test_other_systems_have_their_own() -> None:
    assert isinstance(system_proxy({}, "darwin"), MacProxy)
    assert isinstance(system_proxy({}, "win32"), WindowsProxy)


def test_a_service_that_started_first_asks_the_manager_for_the_desktop() -> None:
    def manager(command: Sequence[str]) -> str:
        assert command == ("systemctl", "--user", "show-environment")
        return "LANG=C\nXDG_CURRENT_DESKTOP=KDE\nKDE_SESSION_VERSION=6\nSECRET=x\n"

    assert session({"HOME": "h"}, manager) == {"HOME": "h", "XDG_CURRENT_DESKTOP": "KDE", "KDE_SESSION_VERSION": "6"}
    assert session({"HOME": "h"}, no_manager) == {"HOME": "h"}
    assert session({"XDG_CURRENT_DESKTOP": "GNOME"}, manager) == {"XDG_CURRENT_DESKTOP": "GNOME"}


def test_variables_are_no_desktop() -> None:
    assert desktop_of(places({"XDG_CURRENT_DESKTOP": "", "HOME": "home"})) == ""
    assert desktop_of(places({"XDG_CURRENT_DESKTOP": "KDE", "HOME": "home"})) == "kde"


def test_a_missing_program_is_named() -> None:
    with pytest.raises(ControlError, match="no-such-program-of-ours"):
        run(("no-such-program-of-ours",))


def test_the_address_of_the_script_changes_with_it() -> None:
    assert pac_url(8879, "a").startswith("http://127.0.0.1:8879/proxy.pac?v=")
    assert pac_url(8879, "a") != pac_url(8879, "b")


def changed_and_back(place: SystemProxy, way: Way) -> None:
    """Lead a place to a way and back, and check that each shows."""
    before = place.read()
    wanted = place.wanted(way)
    place.write(wanted)
    now = place.read()

    assert {name: now[name] for name in wanted} == dict(wanted)
    assert place.other(now)
    place.write({name: before.get(name) for name in wanted})
    assert place.read() == before


GNOME = {
    "org.gnome.system.proxy autoconfig-url": "''",
    "org.gnome.system.proxy ignore-hosts": "['localhost', '127.0.0.0/8', '::1']",
    "org.gnome.system.proxy mode": "'none'",
    "org.gnome.system.proxy.http host": "''",
    "org.gnome.system.proxy.http port": "8080",
    "org.gnome.system.proxy.https host": "''",
    "org.gnome.system.proxy.https port": "0",
}
"""The schema's defaults."""


class Gsettings:
    """``gsettings`` on a table."""

    def __init__(self, own: dict[str, str]) -> None:
        self.own = own

    def __call__(self, command: Sequence[str]) -> str:
        match list(command):
            case ["env", "GSETTINGS_BACKEND=memory", "gsettings", "list-recursively", _]:
                return _lines(GNOME)
            case ["gsettings", "list-recursively", _]:
                return _lines({**GNOME, **self.own})
            case ["gsettings", "set", schema, key, value]:
                self.own[f"{schema} {key}"] = value
            case ["gsettings", "reset", schema, key]:
                self.own.pop(f"{schema} {key}", None)
            case _:
                raise AssertionError(f"gsettings is not called so: {command}")
        return ""


def _lines(values: dict[str, str]) -> str:
    return "".join(f"{key} {value}\n" for key, value in values.items())


@pytest.mark.parametrize(
    "way", [SCRIPT, ALL, Way("127.0.0.1", 8080)], ids=["script", "all", "a port that is a default"]
)
@pytest.mark.parametrize("own", [{}, {"org.gnome.system.proxy ignore-hosts": "['*.example']"}], ids=["fresh", "own"])
def test_gnome(way: Way, own: dict[str, str]) -> None:
    tool = Gsettings(dict(own))
    changed_and_back(GnomeProxy(tool), way)

    assert tool.own == own


def test_gnome_names_another_proxy() -> None:
    place = GnomeProxy(Gsettings({}))
    https = "org.gnome.system.proxy.https"

    assert place.other({}) == ""
    assert place.other({"org.gnome.system.proxy mode": "'auto'"}) == "automatic discovery"
    own = {"org.gnome.system.proxy mode": "'manual'", f"{https} host": "'corp.example'", f"{https} port": "3128"}
    assert place.other(own) == "corp.example:3128"


class Kwriteconfig:
    """``kwriteconfig`` on a file, in its simplest form."""

    def __call__(self, command: Sequence[str]) -> str:
        if command[0] == "dbus-send":
            raise ControlError("no bus")
        _, _, file, _, group, _, key, *rest = command
        path = Path(file)
        lines = path.read_text().splitlines() if path.exists() else [f"[{group}]"]
        lines = [line for line in lines if line.partition("=")[0] != key]
        if rest[0] != "--delete":
            lines.append(f"{key}={rest[0]}")
        path.write_text("\n".join(lines) + "\n")
        return ""


@pytest.mark.parametrize("way", [SCRIPT, ALL], ids=["script", "all"])
@pytest.mark.parametrize("own", ["", "[Proxy Settings]\nReversedException=false\nProxyType=0\nNoProxyFor=x\n"])
def test_kde(tmp_path: Path, way: Way, own: str) -> None:
    file = tmp_path / "kioslaverc"
    if own:
        file.write_text(own)
    changed_and_back(KdeProxy(file, "kwriteconfig6", Kwriteconfig()), way)


def test_kde_reads_its_own_group_with_marks(tmp_path: Path) -> None:
    file = tmp_path / "kioslaverc"
    file.write_text(
        "ProxyType=9\n[Proxy Settings][x]\nProxyType=8\n[Proxy Settings]\nhttpsProxy[$e]=http://c 1\n[Z]\nProxyType=7\n"
    )
    values = KdeProxy(file, "kwriteconfig6", run).read()

    assert (values["httpsProxy"], values["ProxyType"]) == ("http://c 1", None)


@pytest.mark.parametrize(
    ("kind", "said"), [("0", ""), ("1", "http://c 1"), ("2", "http://p"), ("3", "automatic discovery"), (None, "")]
)
def test_kde_names_another_proxy(kind: str | None, said: str) -> None:
    values = {"ProxyType": kind, "httpsProxy": "http://c 1", "Proxy Config Script": "http://p"}

    assert KdeProxy(Path("x"), "kwriteconfig6", run).other(values) == said


@pytest.mark.parametrize("way", [SCRIPT, ALL], ids=["script", "all"])
def test_windows_values_come_and_go(way: Way) -> None:
    own = {"ProxyEnable": ("REG_DWORD", "0x0"), "User Agent": ("REG_SZ", "x"), "ProxyOverride": ("REG_SZ", "<local>")}
    reg = FakeReg(dict(own))
    changed_and_back(WindowsProxy(reg), way)

    assert reg.values == own


def test_windows_names_another_proxy() -> None:
    place = WindowsProxy(FakeReg({}))

    assert place.other({"ProxyEnable": "1", "ProxyServer": "corp:3128"}) == "corp:3128"
    assert place.other({"ProxyEnable": "0", "ProxyServer": "corp:3128", "AutoConfigURL": None}) == ""
    assert place.other({"AutoConfigURL": "http://corp/p.pac"}) == "http://corp/p.pac"


@pytest.mark.parametrize("way", [SCRIPT, ALL], ids=["script", "all"])
def test_mac_settings_come_and_go_for_every_service(way: Way) -> None:
    services: dict[str, dict[str, str]] = {
        "Wi-Fi": {"autoproxyurl": "http://own/", "autoproxystate": "off"},
        "USB 10/100 LAN": {},
    }
    tool = FakeNetworksetup(services)
    place = MacProxy(tool)
    before = place.read()
    changed_and_back(place, way)

    assert place.read() == before
    assert before["Wi-Fi/autoproxyurl"] == "http://own/"
    assert before["USB 10/100 LAN/autoproxyurl"] is None
    assert not any("Old" in command for command in tool.commands)


def test_mac_switches_a_state_after_its_address() -> None:
    tool = FakeNetworksetup({"Wi-Fi": {}})
    place = MacProxy(tool)
    place.write({"Wi-Fi/autoproxystate": "off", "Wi-Fi/autoproxyurl": None})

    assert tool.services["Wi-Fi"]["autoproxystate"] == "off"
    assert place.other(place.read()) == ""


GENERATOR = Path("/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator")
TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=125), max_size=40)
"""All of ASCII that prints but the tilde, which the shell of this test would read once more."""


def no_manager(command: Sequence[str]) -> str:
    raise ControlError(f"{command[0]} does not answer")


def test_variables_come_and_go(tmp_path: Path) -> None:
    place = EnvironmentFile.of({"XDG_CONFIG_HOME": str(tmp_path)}, no_manager)
    way = Way("127.0.0.1", 8877, variables={"HTTPS_PROXY": "http://127.0.0.1:8877"})
    before = place.read()
    place.write(place.wanted(way))

    assert place.file.stat().st_mode & 0o777 == 0o600
    assert 'HTTPS_PROXY="http://127.0.0.1:8877"' in place.file.read_text()
    place.write(before)
    assert not place.file.exists()


def test_variables_that_still_hold_are_taken_out_of_the_session(tmp_path: Path) -> None:
    commands: list[tuple[str, ...]] = []

    def manager(command: Sequence[str]) -> str:
        commands.append(tuple(command))
        return "HTTPS_PROXY=http://127.0.0.1:8877\nSSL_CERT_FILE=/own.pem\nPATH=/bin\n"

    place = EnvironmentFile.of({"XDG_CONFIG_HOME": str(tmp_path)}, manager)
    variables = {"HTTPS_PROXY": "http://127.0.0.1:8877", "SSL_CERT_FILE": "/ours.pem"}
    place.write(place.wanted(Way("127.0.0.1", 8877, variables=variables)))
    place.write({FILE: None})

    assert commands[-1] == ("systemctl", "--user", "unset-environment", "HTTPS_PROXY")


@pytest.mark.skipif(not GENERATOR.exists(), reason="this system has no systemd that would read the file")
@settings(deadline=None, max_examples=40)  # each starts two processes
@given(value=TEXTS)
def test_systemd_reads_every_value_as_it_was(tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    folder = tmp_path_factory.mktemp("config")
    place = EnvironmentFile.of({"XDG_CONFIG_HOME": str(folder)}, no_manager)
    place.write(place.wanted(Way("127.0.0.1", 1, variables={"MASKWIRE_TRIAL": value})))
    ran = subprocess.run([GENERATOR], env={"XDG_CONFIG_HOME": str(folder)}, capture_output=True, text=True, check=True)
    shown = subprocess.run(
        ["sh", "-c", f'{ran.stdout}\nprintf %s "$MASKWIRE_TRIAL"'], capture_output=True, text=True, check=True
    )

    assert shown.stdout == value


@pytest.mark.skipif(shutil.which("gsettings") is None, reason="the gate installs it; elsewhere it may be missing")
def test_the_real_schema_has_these_defaults() -> None:
    environment = {**os.environ, "GSETTINGS_BACKEND": "memory"}
    command = ["gsettings", "list-recursively", "org.gnome.system.proxy"]
    listed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    found = {" ".join(line.split(" ")[:2]): line.split(" ", 2)[2] for line in listed.splitlines()}

    assert {key: found[key] for key in GNOME} == GNOME
    assert ENVIRONMENT == "environment"
