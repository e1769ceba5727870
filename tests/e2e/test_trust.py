"""Trust stores of this machine, changed and put back: NSS as it is, the system's in a mount namespace of its own."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.lab import Home, running_daemon

pytestmark = pytest.mark.skipif(os.name != "posix", reason="trust stores of Linux")

NAMESPACE = """
set -e
mount --bind {ssl} /etc/ssl
mount --bind {local} /usr/local/share/ca-certificates
before=$(sha256sum /etc/ssl/certs/ca-certificates.crt)
maskwire trust install --system --yes
maskwire trust status --json > {status}
openssl verify -no-CAfile -CApath /etc/ssl/certs {root}
maskwire trust uninstall --yes
[ "$before" = "$(sha256sum /etc/ssl/certs/ca-certificates.crt)" ]
! openssl verify -no-CAfile -CApath /etc/ssl/certs {root} 2>/dev/null
"""
"""Debian's own tools, on a copy of the machine's store."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home.at(tmp_path)
    with running_daemon(home):
        pass
    return home


def test_browsers_trust_it_and_then_no_more(home: Home) -> None:
    database = f"sql:{home.folder}/.pki/nssdb"

    assert home.run("trust", "install", "--yes").returncode == 0
    stores = json.loads(home.run("trust", "status", "--json").stdout)["stores"]
    assert [s["trusted"] for s in stores if not s["system"]] == [True]
    assert "C,," in listed(database)

    assert home.run("trust", "uninstall", "--yes").returncode == 0
    assert "maskwire" not in listed(database)
    assert "Nothing to undo" in home.run("trust", "uninstall").stdout


def listed(database: str) -> str:
    return subprocess.run(["certutil", "-d", database, "-L"], capture_output=True, text=True, check=True).stdout


def test_nothing_is_changed_without_a_yes(home: Home) -> None:
    ran = home.run("trust", "install")

    assert ran.returncode == 1
    assert "certutil" in ran.stdout
    assert not (home.folder / ".pki").exists()


@pytest.mark.skipif(os.name == "posix" and os.geteuid() != 0, reason="a mount namespace needs root")
def test_the_system_trusts_it_and_is_then_as_it_was(home: Home, tmp_path: Path) -> None:
    shutil.copytree("/etc/ssl", tmp_path / "ssl", symlinks=True)
    shutil.copytree("/usr/local/share/ca-certificates", tmp_path / "local")
    status = tmp_path / "status.json"
    script = NAMESPACE.format(
        ssl=tmp_path / "ssl",
        local=tmp_path / "local",
        status=status,
        root=home.folder / "maskwire" / "authority" / "root.pem",
    )

    ran = subprocess.run(
        ["unshare", "-m", "bash", "-c", script], env=home.environment, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    stores = {s["store"]: s["trusted"] for s in json.loads(status.read_text())["stores"]}
    assert stores["system"]
