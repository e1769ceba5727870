"""What only a process of its own can show: its limits, its environment, its name."""

import subprocess
import sys

SCRIPT = """
import os, resource, json
from maskwire_daemon.platform.hardening import harden
harden()
print(json.dumps({
    "core": resource.getrlimit(resource.RLIMIT_CORE),
    "keylog": [n for n in os.environ if "SSLKEYLOGFILE" in n],
    "umask": os.umask(0),
}))
"""


def test_a_hardened_process_leaves_nothing_behind() -> None:
    environ = {"SSLKEYLOGFILE": "x", "MITMPROXY_SSLKEYLOGFILE": "y"}
    found = subprocess.run([sys.executable, "-c", SCRIPT], env=environ, capture_output=True, text=True, check=True)

    assert '"core": [0, 0], "keylog": [], "umask": 63' in found.stdout


def test_the_package_is_the_command() -> None:
    command = [sys.executable, "-m", "maskwire_daemon", "--version"]
    found = subprocess.run(command, capture_output=True, text=True, check=True)

    assert found.stdout.startswith("maskwire ")
