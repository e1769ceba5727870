"""The network goes, swallows everything, and is another one: programs are told, and go on. At night: needs root and ip.

Everything happens in network namespaces of its own.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.lab import need

ROOT = Path(__file__).parents[2]

UNREACHABLE = "502 maskwire could not reach api.openai.com: the connection failed"

EXPECTED = {
    "at first": ["restored", "restored"],
    "a stream over a short cut": "whole",
    "cut": UNREACHABLE,
    "cut, over a connection from before": UNREACHABLE,
    "mended": ["restored", "restored"],
    "swallowed": UNREACHABLE,
    "no longer": "restored",
    "before it moves": "restored",
    "without a network": UNREACHABLE,
    "elsewhere": "restored",
    "elsewhere, over a connection from before": UNREACHABLE,
    "and once more": "restored",
    "a stream from before": "broken off",
    "leaked": [],
    "state": "protecting",
}


@pytest.mark.nightly
@pytest.mark.parametrize("way", ["directly", "company"])
def test_a_network_that_changes_is_survived(way: str) -> None:
    assert os.geteuid() == 0, "network namespaces need root"
    command = [need("unshare"), "--net", "--mount", sys.executable, "-m", "tests.e2e.network_trial", way]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=290, check=False)
    assert ran.returncode == 0, ran.stderr

    assert json.loads(ran.stdout.splitlines()[-1]) == EXPECTED
