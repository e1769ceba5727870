"""What tells each system's service manager to keep the daemon running while its person is logged in. Sans-IO.

Source: https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html
Source: https://developer.apple.com/library/archive/documentation/MacOSX/Conceptual/BPSystemStartup/Chapters/CreatingLaunchdJobs.html
Source: https://learn.microsoft.com/en-us/windows/win32/taskschd/task-scheduler-schema
"""

import plistlib
import subprocess
from collections.abc import Mapping, Sequence
from typing import Final
from xml.etree import ElementTree as ET

UNIT: Final = "maskwire.service"
"""The name by which systemd knows the daemon."""

LABEL: Final = "io.maskwire.daemon"
"""The name by which launchd knows the daemon."""

TASK: Final = "maskwire"
"""The name by which the Windows task scheduler knows the daemon."""

MISUSE: Final = 2
"""How the daemon leaves when its settings are wrong: starting it again does not help."""

HARDENING: Final = {
    "NoNewPrivileges": "yes",
    "LockPersonality": "yes",
    "RestrictNamespaces": "yes",
    "RestrictRealtime": "yes",
    "RestrictSUIDSGID": "yes",
    "SystemCallArchitectures": "native",
    "UMask": "0077",
    "LimitCORE": "0",
}
"""What a manager without root can enforce. The other options of systemd need root or namespaces of users, which many
systems forbid; with them the daemon would not start there."""

type Variables = Mapping[str, str]


def systemd_unit(command: Sequence[str], environ: Variables) -> str:
    """Return the user unit that runs ``command``, an absolute path and its arguments, with ``environ`` added.

    systemd expands variables in the arguments, never in the path.
    """
    service = {
        "Type": "exec",
        "ExecStart": " ".join([_systemd_word(command[0]), *(_systemd_word(c).replace("$", "$$") for c in command[1:])]),
        "Restart": "on-failure",
        "RestartSec": "1",
        "RestartPreventExitStatus": str(MISUSE),
        "TimeoutStopSec": "30",
        **HARDENING,
    }
    variables = [("Environment", _systemd_word(f"{name}={value}")) for name, value in environ.items()]
    sections = {
        "Unit": [
            ("Description", "maskwire: keeps personal data and secrets out of LLM traffic"),
            ("StartLimitIntervalSec", "60"),
            ("StartLimitBurst", "5"),
        ],
        "Service": [*service.items(), *variables],
        "Install": [("WantedBy", "default.target")],
    }
    return "\n".join(
        f"[{name}]\n" + "".join(f"{key}={value}\n" for key, value in lines) for name, lines in sections.items()
    )


def _systemd_word(text: str) -> str:
    """Return one word of a unit file: in quotes, nothing in it expanded.

    Source: https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html#Quoting
    """
    inside = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("%", "%%")
    return f'"{inside}"'


def launch_agent(command: Sequence[str], environ: Variables) -> bytes:
    """Return launchd's description of the daemon: at login, and again after a crash."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(command),
            "EnvironmentVariables": dict(environ),
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": 5,
            "ProcessType": "Interactive",
            "Umask": 0o077,
            "HardResourceLimits": {"Core": 0},
        }
    )


_TASK_SPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"

_TASK_SETTINGS: Final = {
    "MultipleInstancesPolicy": "IgnoreNew",
    "DisallowStartIfOnBatteries": "false",
    "StopIfGoingOnBatteries": "false",
    "StartWhenAvailable": "true",
    "ExecutionTimeLimit": "PT0S",
    "Priority": "5",
}


def scheduled_task(command: Sequence[str], user: str) -> bytes:
    """Return the task that runs ``command`` when ``user`` (DOMAIN\\name) logs in, as UTF-16: what schtasks reads.

    The system's console host runs it without a window; a program of the console would show one at each login.
    """
    task = ET.Element("Task", {"version": "1.2", "xmlns": _TASK_SPACE})
    ET.SubElement(ET.SubElement(task, "RegistrationInfo"), "Description").text = "Keeps values out of LLM traffic"
    trigger = ET.SubElement(ET.SubElement(task, "Triggers"), "LogonTrigger")
    ET.SubElement(trigger, "Enabled").text = "true"
    ET.SubElement(trigger, "UserId").text = user
    principal = ET.SubElement(ET.SubElement(task, "Principals"), "Principal", {"id": "Person"})
    for name, value in (("UserId", user), ("LogonType", "InteractiveToken"), ("RunLevel", "LeastPrivilege")):
        ET.SubElement(principal, name).text = value
    settings = ET.SubElement(task, "Settings")
    again = ET.SubElement(settings, "RestartOnFailure")
    for name, value in (("Interval", "PT1M"), ("Count", "10")):
        ET.SubElement(again, name).text = value
    for name, value in _TASK_SETTINGS.items():
        ET.SubElement(settings, name).text = value
    run = ET.SubElement(ET.SubElement(task, "Actions", {"Context": "Person"}), "Exec")
    ET.SubElement(run, "Command").text = r"%SystemRoot%\System32\conhost.exe"
    ET.SubElement(run, "Arguments").text = f"--headless {subprocess.list2cmdline(command)}"
    text: bytes = ET.tostring(task, encoding="utf-16", xml_declaration=True)
    return text
