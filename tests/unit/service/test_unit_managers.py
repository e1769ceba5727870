"""Each service manager is asked in its own words; what it refuses is said, and nothing of ours stays behind."""

import os
import sys
from pathlib import Path

import pytest

from maskwire.errors import ControlError
from maskwire_daemon.platform.service_unit import LABEL, UNIT
from maskwire_daemon.platform.service_unit_managers import (
    Launchd,
    Ran,
    ServiceState,
    Systemd,
    TaskScheduler,
    manager_of,
    run_command,
)
from tests.fakes.managing import RecordedCommands

TEXT = "[Service]\n"


def systemd(tmp_path: Path, runner: RecordedCommands, *, packaged: bool = False) -> Systemd:
    if packaged:
        (tmp_path / "usr").mkdir()
        (tmp_path / "usr" / UNIT).write_text(TEXT)
    return Systemd(tmp_path / "home" / UNIT, TEXT, runner, (tmp_path / "usr",))


def test_systemd_gets_the_unit_then_runs_it_at_login_and_now(tmp_path: Path) -> None:
    runner = RecordedCommands()
    manager = systemd(tmp_path, runner)
    manager.install(start=True)

    assert manager.file.read_text() == TEXT
    assert [line.removeprefix("systemctl --user ") for line in runner.asked] == [
        "show-environment",
        "daemon-reload",
        "enable maskwire.service",
        "restart maskwire.service",
    ]


def test_a_daemon_started_by_hand_is_left_alone(tmp_path: Path) -> None:
    runner = RecordedCommands()
    systemd(tmp_path, runner).install(start=False)

    assert not any("restart" in line for line in runner.asked)


def test_without_a_manager_nothing_is_written(tmp_path: Path) -> None:
    manager = systemd(tmp_path, RecordedCommands({"show-environment": Ran(1, "Failed to connect to bus")}))
    with pytest.raises(ControlError, match="systemd refused: Failed to connect to bus"):
        manager.install(start=True)

    assert not manager.file.exists()


def test_uninstalling_leaves_no_unit_behind(tmp_path: Path) -> None:
    runner = RecordedCommands()
    manager = systemd(tmp_path, runner)
    manager.install(start=True)
    manager.uninstall()
    asked = len(runner.asked)
    manager.uninstall()

    assert list(manager.file.parent.iterdir()) == []
    assert "systemctl --user disable --now maskwire.service" in runner.asked
    assert len(runner.asked) == asked


def test_a_packaged_unit_is_masked_for_this_person_alone(tmp_path: Path) -> None:
    runner = RecordedCommands()
    manager = systemd(tmp_path, runner, packaged=True)
    manager.uninstall()
    manager.install(start=True)

    assert runner.asked == [
        "systemctl --user mask --now maskwire.service",
        "systemctl --user unmask maskwire.service",
        "systemctl --user restart maskwire.service",
    ]
    assert not manager.file.exists()


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (
            "LoadState=loaded\nActiveState=active\nFragmentPath=/x/maskwire.service\nMainPID=42\nNRestarts=1",
            ServiceState("systemd", installed=True, active=True, file="/x/maskwire.service", pid=42, restarts=1),
        ),
        (
            "LoadState=not-found\nActiveState=inactive\nFragmentPath=\nMainPID=0\nNRestarts=0",
            ServiceState("systemd", installed=False, active=False),
        ),
        (
            "LoadState=masked\nActiveState=inactive\nFragmentPath=/x\nMainPID=0",
            ServiceState("systemd", installed=False, active=False, file="/x"),
        ),
        ("Failed to connect to bus: No medium found", ServiceState("systemd", installed=False, active=False)),
    ],
)
def test_systemd_is_believed(tmp_path: Path, said: str, state: ServiceState) -> None:
    assert systemd(tmp_path, RecordedCommands({"show": Ran(0, said)})).state() == state


def test_launchd_loads_the_agent_and_forgets_it(tmp_path: Path) -> None:
    runner = RecordedCommands({"print": Ran(0, "gui/501/x = {\n\tstate = running\n\tpid = 77\n}")})
    agent = Launchd(tmp_path / "LaunchAgents" / "a.plist", b"<plist/>", runner)
    agent.install(start=True)
    state = agent.state()
    agent.uninstall()
    target = f"gui/{os.getuid()}"

    assert (state.active, state.pid) == (True, 77)
    assert f"launchctl bootstrap {target} {agent.file}" in runner.asked
    assert runner.asked[-1] == f"launchctl bootout {target}/{LABEL}"
    assert not agent.file.exists()


def test_an_agent_that_waits_for_the_next_login_is_not_loaded(tmp_path: Path) -> None:
    runner = RecordedCommands({"print": Ran(113, "Could not find service")})
    agent = Launchd(tmp_path / "a.plist", b"<plist/>", runner)
    agent.install(start=False)

    assert runner.asked == []
    assert agent.state() == ServiceState("launchd", installed=True, active=False, file=str(agent.file))


def test_a_packaged_agent_is_disabled_for_this_person_alone(tmp_path: Path) -> None:
    packaged = tmp_path / "packaged.plist"
    packaged.write_bytes(b"<plist/>")
    runner = RecordedCommands({"print": Ran(113, ""), "print-disabled": Ran(0, f'"{LABEL}" => disabled')})
    agent = Launchd(tmp_path / "a.plist", b"<plist/>", runner, packaged)
    agent.uninstall()
    state = agent.state()
    agent.install(start=True)
    target = f"gui/{os.getuid()}"

    assert not state.installed
    assert [line for line in runner.asked if "print" not in line] == [
        f"launchctl disable {target}/{LABEL}",
        f"launchctl enable {target}/{LABEL}",
        f"launchctl bootout {target}/{LABEL}",
        f"launchctl bootstrap {target} {packaged}",
    ]
    assert not agent.file.exists()


def test_a_task_is_created_run_and_deleted() -> None:
    runner = RecordedCommands({"powershell": Ran(0, "Running")})
    task = TaskScheduler(b"<Task/>", runner)
    task.install(start=True)
    task.uninstall()

    assert [line.split(" /XML")[0] for line in runner.asked if "powershell" not in line] == [
        "schtasks /Create /TN maskwire",
        "schtasks /Run /TN maskwire",
        "schtasks /End /TN maskwire",
        "schtasks /Delete /TN maskwire /F",
    ]
    assert task.state() == ServiceState("task scheduler", installed=True, active=True, file="maskwire")


def test_a_task_that_is_not_there_needs_no_deleting() -> None:
    runner = RecordedCommands({"powershell": Ran(1, "No MSFT_ScheduledTask objects found")})
    TaskScheduler(b"<Task/>", runner).uninstall()

    assert len(runner.asked) == 1


@pytest.mark.parametrize(("platform", "kind"), [("linux", Systemd), ("darwin", Launchd), ("win32", TaskScheduler)])
def test_each_system_has_its_manager_and_nothing_is_written_yet(tmp_path: Path, platform: str, kind: type) -> None:
    environ = {"HOME": str(tmp_path), "USERNAME": "jo", "MASKWIRE_HOME": "/srv/m"}
    manager = manager_of(["/opt/maskwire", "up"], environ, platform, RecordedCommands())

    assert isinstance(manager, kind)
    assert list(tmp_path.iterdir()) == []
    if isinstance(manager, Systemd):
        assert manager.file == tmp_path / ".config/systemd/user/maskwire.service"
        assert 'Environment="MASKWIRE_HOME=/srv/m"' in manager.text


def test_a_manager_that_is_not_there_is_an_answer_too() -> None:
    assert run_command(["no-such-manager-here"]) == Ran(127, "there is no no-such-manager-here here")
    assert run_command([sys.executable, "-c", "print('x'); raise SystemExit(3)"]) == Ran(3, "x")
