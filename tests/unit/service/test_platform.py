"""Ports, locks, trust files: each failure names its cause, each file is for its owner alone."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from maskwire.errors import ControlError
from maskwire_daemon.paths import Paths, write_private
from maskwire_daemon.platform.ports import check_free, holder, listeners
from maskwire_daemon.platform.programs import program_at
from maskwire_daemon.platform.roots import system_roots, write_bundle, write_java_store
from maskwire_daemon.singleton import is_held, only_one

BEGIN, END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


def test_a_free_port_is_listened_on_loopback_only() -> None:
    found = listeners(0, "--api-port")
    try:
        assert {s.getsockname()[0] for s in found} <= {"127.0.0.1", "::1"}
        assert len({s.getsockname()[1] for s in found}) == 1
    finally:
        for each in found:
            each.close()


def test_a_taken_port_names_its_program() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert str(os.getpid()) in holder(port)
        with pytest.raises(ControlError, match=rf"port {port} is in use by .*process {os.getpid()}.*with --api-port"):
            listeners(port, "--api-port")
        with pytest.raises(ControlError, match="is in use"):
            check_free(port, "proxy.port")
    assert check_free(port, "proxy.port") == port


def test_the_program_behind_a_connection_is_known() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert program_at(client.getsockname()).startswith(("python", "pytest"))
        assert program_at(("127.0.0.1", 1)) == ""


def test_one_home_has_one_daemon(tmp_path: Path) -> None:
    lock = tmp_path / "maskwire.lock"
    assert not is_held(lock)
    with only_one(lock):
        assert is_held(lock)
        with pytest.raises(ControlError, match="already runs for this home: see `maskwire status`"), only_one(lock):
            pass
    assert not is_held(lock)


def test_a_crash_lets_go_of_the_lock(tmp_path: Path) -> None:
    lock = tmp_path / "maskwire.lock"
    script = (
        "import os, sys, pathlib; from maskwire_daemon.singleton import only_one\n"
        "with only_one(pathlib.Path(sys.argv[1])): print(flush=True); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(lock)], check=False)

    assert lock.exists()
    assert not is_held(lock)


def test_everything_of_a_home_is_private(tmp_path: Path) -> None:
    paths = Paths.of({"MASKWIRE_HOME": str(tmp_path / "home")})
    paths.create()
    write_private(paths.runtime, "{}")
    write_private(paths.runtime, "{ }")

    assert {p.stat().st_mode & 0o777 for p in (paths.home, paths.data, paths.state, paths.authority)} == {0o700}
    assert paths.runtime.stat().st_mode & 0o777 == 0o600
    assert paths.runtime.read_text() == "{ }"
    assert [p.name for p in paths.state.iterdir() if p.is_file()] == ["runtime.json"]


def test_the_bundle_holds_what_was_trusted_before_and_ours(tmp_path: Path) -> None:
    corporate = tmp_path / "corp.pem"
    corporate.write_text(f"# corp\n{BEGIN}\ncorp\n{END}\n{system_roots()}")
    bundle = tmp_path / "bundle.pem"
    write_bundle(bundle, f"{BEGIN}\nours\n{END}\n", [corporate, tmp_path / "missing.pem"])
    written = bundle.read_text()

    assert system_roots().count(BEGIN) > 50
    assert written.count(BEGIN) == len(set(written.split(BEGIN))) - 1 == len(set(system_roots().split(BEGIN))) - 1 + 2
    assert written.endswith(f"{BEGIN}\nours\n{END}\n")


def test_java_gets_the_same_roots(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

    bundle = tmp_path / "bundle.pem"
    bundle.write_text("".join(system_roots().partition("-----END CERTIFICATE-----")[:2]) + "\n")
    store = tmp_path / "store.p12"
    write_java_store(store, bundle)

    assert len(load_pkcs12(store.read_bytes(), b"changeit").additional_certs) == 1
