"""What service managers are told says exactly the command, whatever characters its path holds."""

import plistlib
import re
import subprocess
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from maskwire_daemon.platform.service_unit import LABEL, launch_agent, scheduled_task, systemd_unit

COMMAND = ("/usr/lib/maskwire/bin/maskwire-python", "-m", "maskwire_daemon", "up", "--headless")

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cc", "Cs"]), min_size=1)


def values(unit: str, key: str) -> list[str]:
    return [line.partition("=")[2] for line in unit.splitlines() if line.startswith(f"{key}=")]


def unquoted(text: str) -> list[str]:
    """Return the words of a unit's line as systemd reads them, with specifiers resolved."""
    words = re.findall(r'"((?:[^"\\]|\\.)*)"', text)
    return [re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word in words]


def test_a_unit_restarts_the_daemon_but_not_one_with_wrong_settings() -> None:
    unit = systemd_unit(COMMAND, {})

    assert values(unit, "Restart") == ["on-failure"]
    assert values(unit, "RestartPreventExitStatus") == ["2"]
    assert values(unit, "WantedBy") == ["default.target"]
    assert values(unit, "NoNewPrivileges") == ["yes"]
    assert values(unit, "Environment") == []


@given(st.lists(WORDS, min_size=1, max_size=4), WORDS)
def test_a_unit_runs_the_very_command_in_the_very_home(command: list[str], home: str) -> None:
    unit = systemd_unit(command, {"MASKWIRE_HOME": home})
    (line,), (variable,) = values(unit, "ExecStart"), values(unit, "Environment")
    program, *arguments = unquoted(line)

    assert [program, *(a.replace("$$", "$") for a in arguments)] == command
    assert unquoted(variable) == [f"MASKWIRE_HOME={home}"]


def test_no_argument_of_a_unit_is_expanded() -> None:
    unit = systemd_unit(["/opt/a b/maskwire", "$HOME", "%h", 'say "x"\n'], {})

    assert values(unit, "ExecStart") == [r'"/opt/a b/maskwire" "$$HOME" "%%h" "say \"x\"\n"']


def test_launchd_starts_the_daemon_at_login_and_after_a_crash() -> None:
    agent = plistlib.loads(launch_agent(COMMAND, {"MASKWIRE_HOME": "/Users/jo/m w"}))

    assert agent["Label"] == LABEL
    assert agent["ProgramArguments"] == list(COMMAND)
    assert agent["EnvironmentVariables"] == {"MASKWIRE_HOME": "/Users/jo/m w"}
    assert agent["RunAtLoad"] is True
    assert agent["KeepAlive"] == {"SuccessfulExit": False}
    assert agent["Umask"] == 0o077


SPACE = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}


def test_a_task_is_the_persons_own_and_never_ends_by_itself() -> None:
    text = scheduled_task((r"C:\Program Files\maskwire\maskwire-python.exe", "-m", "maskwire_daemon"), r"CORP\jo & co")
    task = ET.fromstring(text)  # noqa: S314 - our own text

    def at(path: str) -> str | None:
        return task.findtext("/".join(f"t:{name}" for name in path.split("/")), namespaces=SPACE)

    assert text.startswith((b"\xff\xfe", b"\xfe\xff"))
    assert at("Triggers/LogonTrigger/UserId") == r"CORP\jo & co"
    assert at("Principals/Principal/UserId") == r"CORP\jo & co"
    assert at("Principals/Principal/RunLevel") == "LeastPrivilege"
    assert at("Settings/ExecutionTimeLimit") == "PT0S"
    assert at("Settings/RestartOnFailure/Interval") == "PT1M"
    assert at("Actions/Exec/Command") == r"%SystemRoot%\System32\conhost.exe"
    assert at("Actions/Exec/Arguments") == (
        r'--headless "C:\Program Files\maskwire\maskwire-python.exe" -m maskwire_daemon'
    )


@given(st.lists(WORDS, min_size=1, max_size=3))
def test_a_task_survives_any_path(command: list[str]) -> None:
    task = ET.fromstring(scheduled_task(command, "jo"))  # noqa: S314 - our own text

    assert task.findtext("t:Actions/t:Exec/t:Arguments", namespaces=SPACE) == (
        f"--headless {subprocess.list2cmdline(command)}"
    )
