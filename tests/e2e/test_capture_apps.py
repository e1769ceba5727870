"""A real program redirected by its process id. At night: it needs root, sudo, and a kernel with BTF and cgroups 2.

The hook of redirection is the whole machine's, though only the chosen process is touched.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SCRIPT = """
[ -e /sys/fs/cgroup/cgroup.controllers ] || mount --bind /sys/fs/cgroup/unified /sys/fs/cgroup
exec "$@"
"""
"""Shows cgroups of version 2 where redirection looks for them, in a namespace of our own."""


@pytest.mark.nightly
def test_programs_are_redirected_by_their_process_ids() -> None:
    command = ["unshare", "-m", "bash", "-c", SCRIPT, "bash", sys.executable, "-m", "tests.e2e.capture_apps_trial"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=True)
    seen = json.loads(ran.stdout.splitlines()[-1])

    assert (seen["heard"], seen["restored"], seen["leaked"]) == (True, [True, True], [])
    assert "is gone" in seen["problem_after_its_end"]
    assert seen["direct"] != 0  # nobody is at that address: what was not redirected got nowhere
