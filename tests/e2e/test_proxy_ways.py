"""Ways beside the proxy's own port, and ports that are lost, in a real proxy."""

import asyncio
import socket
from pathlib import Path

import pytest

from maskwire.errors import ControlError
from maskwire_daemon.capture import probing
from maskwire_daemon.capture.desktop import SystemMode
from maskwire_daemon.capture.keeper import Keeper
from maskwire_daemon.capture.modes import BaseUrlMode, Listeners, PacMode, ProxyMode
from maskwire_daemon.capture.pac import version
from maskwire_daemon.config.settings import Capture, Config, SystemSetting
from maskwire_daemon.paths import Paths
from maskwire_daemon.platform.system_proxy import SystemProxy
from maskwire_daemon.proxy import Ways
from tests.fakes.proxied import Lab, connected, proxied
from tests.fakes.settings import FakePlace
from tests.fakes.upstream import Heard, Reply

BASES = Config(capture=Capture(base_urls=True, base_url_port=0, pac=True, pac_port=0))

SYSTEM = Config(capture=Capture(system=SystemSetting.PAC, pac_port=0))


def nothing(heard: Heard) -> Reply:
    """Answer nothing: these tests are about the way."""
    del heard
    return Reply([])


def lose(lab: Lab, port: int) -> None:
    """Close a listener behind the proxy's back."""
    for server in lab.proxy._server.servers:
        listeners = vars(server)["_servers"]
        for listener in listeners:
            for each in list(listener.sockets):
                if each.getsockname()[1] == port:
                    listener.close()
                    listeners.remove(listener)
                    return
    raise AssertionError("nothing listens there")


async def test_a_lost_port_is_taken_back(tmp_path: Path) -> None:
    async with proxied(tmp_path, nothing) as lab:
        mode, port = ProxyMode(lab.proxy), lab.proxy.port
        await mode.verify()
        lose(lab, port)
        assert lab.proxy.port == 0
        await mode.verify()

        assert lab.proxy.port == port


async def test_a_port_that_somebody_took_meanwhile_is_a_problem(tmp_path: Path) -> None:
    async with proxied(tmp_path, nothing) as lab:
        port = lab.proxy.port
        lose(lab, port)
        await asyncio.sleep(0)
        with socket.create_server(("127.0.0.1", port)), pytest.raises(ControlError):
            await ProxyMode(lab.proxy).verify()
        await ProxyMode(lab.proxy).verify()

        assert lab.proxy.port == port


async def test_base_urls_are_lost_and_taken_back(tmp_path: Path) -> None:
    async with proxied(tmp_path, nothing) as lab:
        mode = BaseUrlMode(Listeners(lab.proxy))
        await mode.turn_on(BASES)
        await mode.verify()
        port = mode.listeners.ways.base_port
        lose(lab, port)
        await mode.verify()

        assert mode.listeners.ways.base_port == port
        await mode.turn_off()
        with pytest.raises(ControlError):
            await mode.verify()
        await ProxyMode(lab.proxy).verify()


async def test_a_taken_port_of_base_urls_is_named(tmp_path: Path) -> None:
    async with proxied(tmp_path, nothing) as lab:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            problems = await lab.proxy.open(Ways(base_port=taken.getsockname()[1]))

        assert "already used" in problems["base"]
        await ProxyMode(lab.proxy).verify()


async def test_base_urls_come_back_once_their_port_is_free(tmp_path: Path) -> None:
    async with proxied(tmp_path, nothing) as lab:
        mode = BaseUrlMode(Listeners(lab.proxy))
        await mode.turn_on(BASES)
        port = mode.listeners.ways.base_port
        config = Config(capture=Capture(base_urls=True, base_url_port=port))
        await mode.turn_off()
        with socket.create_server(("127.0.0.1", port)), pytest.raises(ControlError, match="in use"):
            await mode.turn_on(config)
        with pytest.raises(ControlError):
            await mode.verify()
        await mode.turn_on(config)
        await mode.verify()

        assert mode.listeners.ways.base_port == port
        await mode.turn_off()


async def test_the_script_is_lost_and_taken_back(tmp_path: Path) -> None:
    async with proxied(tmp_path, nothing) as lab:
        mode = PacMode(lab.proxy)
        await mode.turn_on(BASES)
        await mode.verify()
        port = mode.server.port
        await mode.server.close()
        mode.server.port = port
        await mode.verify()

        assert f'"PROXY 127.0.0.1:{lab.proxy.port}"' in mode.server.script
        await mode.turn_off()


async def test_another_program_in_our_place_is_found_out(tmp_path: Path) -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    async with proxied(tmp_path, nothing) as lab, await asyncio.start_server(echo, "127.0.0.1", 0) as other:
        port = other.sockets[0].getsockname()[1]
        with pytest.raises(ControlError, match="another program"):
            await probing.through_proxy(lab.proxy.probes, port)
        with pytest.raises(ControlError, match="another program"):
            await probing.through_script(port, "x")


async def test_a_foreign_probe_proves_nothing(tmp_path: Path) -> None:
    async with proxied(tmp_path, nothing) as lab, connected(lab.proxy.port) as wire:
        with lab.proxy.probes.expected() as (_, arrived):
            await wire.send("GET", "http://maskwire-probe.invalid/maskwire-probe/1", ["host: maskwire-probe.invalid"])
            status, _ = await wire.head()

            assert (status, arrived.is_set()) == (404, False)
        assert lab.upstream.heard == []


async def test_the_settings_of_a_desktop_that_starts_late_are_found(tmp_path: Path) -> None:
    paths = Paths.of({"MASKWIRE_HOME": str(tmp_path / "home")})
    paths.create()
    found: dict[str, SystemProxy] = {}
    place = FakePlace({"mode": "none"})
    async with proxied(tmp_path, nothing) as lab:
        pac = PacMode(lab.proxy)
        mode = SystemMode(Keeper(paths, {}), pac, lambda: found)
        await pac.turn_on(SYSTEM)
        with pytest.raises(ControlError, match="GNOME, KDE"):
            await mode.turn_on(SYSTEM)
        found["fake"] = place
        await mode.turn_on(SYSTEM)
        await mode.verify()
        assert place.values["script"] == f"http://127.0.0.1:{pac.server.port}/proxy.pac?v={version(pac.server.script)}"

        place.values["mode"] = "theirs"
        with pytest.raises(ControlError, match="somebody else"):
            await mode.verify()
        await mode.turn_on(SYSTEM)
        assert place.values["mode"] == "theirs"
        mode.again = True
        await mode.turn_on(SYSTEM)
        await mode.verify()
        await mode.turn_off()

        assert place.values == {"mode": "theirs", "script": None}
        await pac.turn_off()
