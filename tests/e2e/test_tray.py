"""The tray as a process beside a real daemon, driven over D-Bus as a panel does it. No screen is needed."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from maskwire_client.discovery import RUNTIME_FILE
from maskwire_daemon.standin.server import StandIn, running
from tests.e2e.keyring_session import Session, session
from tests.e2e.lab import MASKWIRE, Daemon, Home, run_under, running_daemon
from tests.fakes.sni import FakePanel, Icon, Row, until

MORE = '[detection]\nnames = false\n[hosts."api.anthropic.com"]\nmode = "observe"\n[capture]\npac_port = 0\n'


@dataclass
class Tray:
    """``maskwire tray`` of one home."""

    home: Home
    options: tuple[str, ...] = ()
    process: "subprocess.Popen[str]" = field(init=False)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [str(MASKWIRE), "tray", *self.options],
            env=self.home.environment,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ended(self) -> tuple[int, str]:
        """Wait for the end; return the exit code and what was said."""
        _, said = self.process.communicate(timeout=30)
        return self.process.returncode, said

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate(timeout=30)


@contextmanager
def tray_of(home: Home, *options: str) -> Iterator[Tray]:
    tray = Tray(home, options)
    tray.start()
    try:
        yield tray
    finally:
        tray.stop()


@contextmanager
def up_of(home: Home) -> Iterator["subprocess.Popen[bytes]"]:
    """Run ``maskwire up`` as a person does, with its tray."""
    up = subprocess.Popen(
        [str(MASKWIRE), "up", "--proxy-port", "0", "--api-port", "0"],
        env=home.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield up
    finally:
        up.kill()
        up.wait()


@pytest.fixture(scope="module")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with session(tmp_path_factory.mktemp("desktop"), activation=False) as made:
        yield made


@pytest.fixture
def home(tmp_path: Path, desktop: Session) -> Home:
    """A home of one test, on the desktop that all share."""
    return Home.at(tmp_path, {"DBUS_SESSION_BUS_ADDRESS": address(desktop)})


@contextmanager
def daemon_of(home: Home) -> Iterator[Daemon]:
    with running(StandIn()) as provider:
        home.configure({"api.openai.com": provider}, MORE)
        with running_daemon(home) as made:
            yield made


@pytest.fixture(scope="module")
def shared(desktop: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    home = Home.at(tmp_path_factory.mktemp("tray"), {"DBUS_SESSION_BUS_ADDRESS": address(desktop)})
    with daemon_of(home) as made:
        yield made


@pytest.fixture
def daemon(shared: Daemon) -> Iterator[Daemon]:
    """The daemon that all share, unpaused."""
    yield shared
    shared.client.resume()


@pytest.fixture
def mortal(home: Home) -> Iterator[Daemon]:
    """A daemon that the test may end."""
    with daemon_of(home) as made:
        yield made


def address(desktop: Session) -> str:
    return desktop.environment["DBUS_SESSION_BUS_ADDRESS"]


@asynccontextmanager
async def shown(desktop: Session) -> AsyncIterator[Icon]:
    """Yield the icon of the tray that runs, once it has its menu."""
    async with FakePanel(address(desktop)) as panel:
        icon = await panel.icon()
        await until(icon.labels, bool)
        yield icon


def checked(*, on: bool) -> Callable[[Row], bool]:
    return lambda row: row.on is on


async def first_line(icon: Icon, said: str) -> list[str]:
    return await until(icon.labels, lambda labels: labels[0].startswith(said))


async def test_it_pauses_and_resumes(daemon: Daemon, desktop: Session) -> None:
    with tray_of(daemon.home):
        async with shown(desktop) as icon:
            await first_line(icon, "Protecting")
            await icon.click("15 minutes")
            labels = await first_line(icon, "Paused, protecting again in 15 min")
            paused = daemon.client.status()
            picture = (await icon.properties())["IconPixmap"]
            await icon.click("Resume")
            await first_line(icon, "Protecting")

            assert labels[1] == "Keys and passwords stay masked"
            assert (paused.state, paused.secrets_pass) == ("paused", False)
            assert (await icon.properties())["IconPixmap"] != picture
            assert daemon.client.status().state == "protecting"


async def test_secrets_leave_only_when_confirmed(daemon: Daemon, desktop: Session) -> None:
    with tray_of(daemon.home):
        async with shown(desktop) as icon:
            await icon.click("5 minutes…", under="Including")
            await until(icon.labels, lambda labels: "Yes, mask nothing for 5 minutes" in labels)
            assert daemon.client.status().state == "protecting"
            confirm = (await icon.row("Yes")).id
            await icon.click("No, keep")
            await until(icon.labels, lambda labels: "No, keep them protected" not in labels)
            with pytest.raises(LookupError):
                await icon.press(confirm)

            assert daemon.client.status().state == "protecting"
            await icon.click("5 minutes…", under="Including")
            await until(icon.labels, lambda labels: "Yes, mask nothing for 5 minutes" in labels)
            await icon.click("Yes")
            labels = await first_line(icon, "Paused")
            assert labels[1] == "Keys and passwords leave unmasked too"
            assert daemon.client.status().secrets_pass


async def test_it_flips_a_provider_and_follows_the_command_line(daemon: Daemon, desktop: Session) -> None:
    with tray_of(daemon.home):
        async with shown(desktop) as icon:
            await until(icon.labels, lambda labels: "api.anthropic.com (observe)" in labels)
            await icon.click("Block", under="api.anthropic.com")
            await until(icon.labels, lambda labels: "api.anthropic.com (block)" in labels)
            rows = [row for row in await icon.rows() if row.on]
            assert [row.label.partition(":")[0] for row in rows] == ["Block"]
            assert {h.host: h.mode for h in daemon.client.hosts()}["api.anthropic.com"] == "block"

            daemon.home.run("hosts", "set", "api.anthropic.com", "protect")
            await until(icon.labels, lambda labels: "api.anthropic.com" in labels)


async def test_it_switches_a_way_to_the_proxy(daemon: Daemon, desktop: Session) -> None:
    def pac() -> bool:
        return next(way.on for way in daemon.client.status().capture if way.mode == "pac")

    with tray_of(daemon.home):
        async with shown(desktop) as icon:
            for on in (True, False):
                await icon.click("Browsers", under="Protect an app")
                await until(partial(icon.row, "Browsers"), checked(on=on))
                assert pac() is on


async def test_recent_activity_has_types_and_counts_and_no_value(daemon: Daemon, desktop: Session) -> None:
    ask = (
        "import json, urllib.request as u; u.urlopen(u.Request('https://api.openai.com/v1/chat/completions',"
        'json.dumps({"model": "m", "messages": [{"role": "user", "content": "mail jane.doe@corp.com"}]}).encode(),'
        '{"content-type": "application/json", "authorization": "Bearer x"})).read()'
    )
    with tray_of(daemon.home):
        async with shown(desktop) as icon:
            await asyncio.to_thread(run_under, daemon.home, [sys.executable, "-c", ask])
            labels = await until(icon.labels, lambda labels: any("email address" in label for label in labels))

            assert any("api.openai.com  masked: 1 × email address" in label for label in labels)
            assert "api.openai.com" in labels
            assert "jane" not in json.dumps(labels)


async def test_it_shows_a_dead_daemon_and_the_next_one(mortal: Daemon, desktop: Session) -> None:
    with tray_of(mortal.home) as tray:
        async with shown(desktop) as icon:
            await first_line(icon, "Protecting")
            mortal.kill()
            labels = await first_line(icon, "Not running")
            assert "Start protection" in labels
            mortal.start()
            await first_line(icon, "Protecting")
            assert tray.process.poll() is None


async def test_it_starts_protection(home: Home, desktop: Session) -> None:
    home.config.write_text("[detection]\nnames = false\n[proxy]\nport = 0\n[api]\nport = 0\n")
    try:
        with tray_of(home):
            async with shown(desktop) as icon:
                await first_line(icon, "Not running")
                await icon.click("Start protection")
                await first_line(icon, "Protecting")
        assert json.loads(home.run("status", "--json").stdout)["state"] == "protecting"
    finally:
        home.run("down")


async def test_a_restarted_panel_shows_it_again(daemon: Daemon, desktop: Session) -> None:
    with tray_of(daemon.home):
        for _ in range(2):
            async with shown(desktop) as icon:
                await first_line(icon, "Protecting")


async def test_quitting_leaves_protection_alone_and_stopping_does_not(mortal: Daemon, desktop: Session) -> None:
    with tray_of(mortal.home) as quitting:
        async with shown(desktop) as icon:
            await first_line(icon, "Protecting")
            await icon.click("Quit, protection goes on")
            assert quitting.ended()[0] == 0
    assert mortal.client.status().state == "protecting"
    with tray_of(mortal.home) as stopping:
        async with shown(desktop) as icon:
            await first_line(icon, "Protecting")
            await icon.click("Stop protection and quit")
            assert stopping.ended()[0] == 0
    assert mortal.process.wait(30) == 0


async def test_it_starts_at_login_when_asked(daemon: Daemon, desktop: Session) -> None:
    entry = daemon.home.folder / ".config" / "autostart" / "maskwire-tray.desktop"
    with tray_of(daemon.home):
        async with shown(desktop) as icon:
            for on in (True, False):
                await icon.click("Start at login")
                await until(partial(icon.row, "Start at login"), checked(on=on))
                assert entry.exists() is on


async def test_there_is_one_icon_for_a_home(daemon: Daemon, desktop: Session) -> None:
    with tray_of(daemon.home):
        async with shown(desktop):
            with tray_of(daemon.home) as second:
                assert second.ended() == (0, "maskwire: an icon of this home is shown already\n")


async def test_a_companion_ends_with_its_daemon_but_not_with_a_crash(mortal: Daemon, desktop: Session) -> None:
    with tray_of(mortal.home, "--with-daemon") as tray:
        async with shown(desktop) as icon:
            await first_line(icon, "Protecting")
            mortal.kill()
            await first_line(icon, "Not running")
            mortal.start()
            await first_line(icon, "Protecting")
            mortal.stop()

            assert tray.ended()[0] == 0
    assert not (mortal.home.folder / "maskwire" / RUNTIME_FILE).exists()


async def test_up_brings_its_tray_along(home: Home, desktop: Session) -> None:
    home.environment["DISPLAY"] = ":none"
    home.config.write_text("[detection]\nnames = false\n")
    with up_of(home) as up:
        async with shown(desktop) as icon:
            await first_line(icon, "Protecting")
            up.terminate()
            assert await asyncio.to_thread(up.wait, 30) == 0
            with pytest.raises(LookupError):
                await icon.labels()


async def test_a_session_that_ends_takes_the_icon_with_it(tmp_path: Path) -> None:
    with session(tmp_path, activation=False) as desktop:
        home = Home.at(tmp_path, {"DBUS_SESSION_BUS_ADDRESS": address(desktop)})
        tray = Tray(home)
        tray.start()
        async with shown(desktop) as icon:
            await first_line(icon, "Not running")
    assert tray.ended()[0] == 0


def test_without_a_desktop_it_says_so_and_ends(tmp_path: Path) -> None:
    said = Home.at(tmp_path).run("tray")

    assert (said.returncode, said.stdout) == (0, "")
    assert said.stderr.startswith("maskwire: there is no tray here: ")
    assert said.stderr.count("\n") == 1


def test_without_a_panel_it_says_so_and_waits(home: Home) -> None:
    with tray_of(home) as tray:
        assert tray.process.stderr is not None
        said = tray.process.stderr.readline()
        time.sleep(0.3)

        assert "no panel shows icons yet" in said
        assert tray.process.poll() is None


def test_a_hanging_daemon_does_not_hang_the_icon(daemon: Daemon) -> None:
    """The icon ends at once although the daemon answers nothing: no thread of it is waited for."""
    with tray_of(daemon.home) as tray:
        assert tray.process.stderr is not None
        tray.process.stderr.readline()
        os.kill(daemon.process.pid, signal.SIGSTOP)
        try:
            time.sleep(2.5)
            tray.process.terminate()
            assert tray.process.wait(30) == 0
        finally:
            os.kill(daemon.process.pid, signal.SIGCONT)
