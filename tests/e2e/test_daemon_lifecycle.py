"""A real daemon from its first start to its end: what it says, who may stop it, what a crash leaves."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from maskwire_client import Client, NotRunning
from tests.e2e.lab import MASKWIRE, Daemon, Home, running_daemon


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.at(tmp_path)


@pytest.fixture
def daemon(home: Home) -> Iterator[Daemon]:
    with running_daemon(home) as running:
        yield running


def listens(url: str) -> bool:
    address = urlsplit(url)
    with socket.socket() as trial:
        return trial.connect_ex((address.hostname or "", address.port or 0)) == 0


def test_one_line_says_that_it_protects(daemon: Daemon) -> None:
    said = daemon.output.read_text()
    status = daemon.client.status()

    assert said.count("\n") == 1
    assert said.startswith(f"maskwire: protecting on {status.proxy} ")
    assert (status.state, status.reasons) == ("protecting", ())
    assert status.pid == daemon.process.pid
    assert status.persistent
    assert Path(status.ca_file).read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert listens(status.proxy)


def test_what_it_writes_is_for_its_owner_alone(daemon: Daemon) -> None:
    folder = daemon.home.config.parent
    daemon.client.mask(["write to jane.doe@corp.com"])
    modes = {p.relative_to(folder).as_posix(): p.stat().st_mode & 0o777 for p in folder.rglob("*")}

    assert {mode for name, mode in modes.items() if (folder / name).is_dir()} == {0o700}
    assert {name for name, mode in modes.items() if (folder / name).is_file() and mode != 0o600} == set()
    assert folder.stat().st_mode & 0o777 == 0o700


def test_memory_goes_to_no_core_file_and_no_other_process(daemon: Daemon) -> None:
    limits = Path(f"/proc/{daemon.process.pid}/limits").read_text()

    assert re.search(r"Max core file size +0 +0 ", limits)


def test_it_listens_on_loopback_only(daemon: Daemon) -> None:
    found = Path(f"/proc/{daemon.process.pid}/net/tcp").read_text().splitlines()[1:]
    ports = {urlsplit(url).port for url in (daemon.client.runtime.api, daemon.client.status().proxy)}
    local = [line.split()[1].split(":") for line in found if line.split()[3] == "0A"]
    addresses = {address for address, port in local if int(port, 16) in ports}

    assert addresses == {"0100007F"}


def test_sigterm_ends_it_with_nothing_lost(home: Home) -> None:
    daemon = Daemon(home)
    status = daemon.start()
    worker = daemon.worker_pid()
    token = daemon.client.mask(["jane.doe@corp.com"])[0]

    assert daemon.stop() == 0
    assert not listens(status.proxy)
    assert not listens(status.api)
    assert not Path(f"/proc/{worker}").exists()
    assert not (home.config.parent / "runtime.json").exists()
    with pytest.raises(NotRunning):
        Client.running(home.environment)
    with running_daemon(home) as again:
        assert again.client.restore([token]).texts == ("jane.doe@corp.com",)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_other_ways_to_ask_are_clean_too(home: Home, number: signal.Signals) -> None:
    daemon = Daemon(home)
    daemon.start()
    daemon.process.send_signal(number)

    assert daemon.process.wait(20) == 0
    assert "Traceback" not in daemon.output.read_text()


def test_nohup_keeps_it_running(home: Home) -> None:
    script = 'trap "" HUP && exec "$@"'
    command = ["sh", "-c", script, "sh", str(MASKWIRE), "up", "--headless", "--proxy-port", "0", "--api-port", "0"]
    with subprocess.Popen(command, env=home.environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "protecting" in process.stdout.readline()
        process.send_signal(signal.SIGHUP)
        time.sleep(0.5)

        assert process.poll() is None
        assert home.run("status").returncode == 0
        process.terminate()


def test_a_signal_right_at_the_start_ends_it_too(home: Home) -> None:
    daemon = Daemon(home)
    daemon.start()
    daemon.stop()
    for _ in range(3):
        daemon = Daemon(home)
        daemon.start()
        daemon.process.send_signal(signal.SIGTERM)

        assert daemon.process.wait(20) == 0


def test_it_goes_on_when_nobody_reads_its_line(home: Home) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [str(MASKWIRE), "up", "--headless", "--proxy-port", "0", "--api-port", "0"]
    with subprocess.Popen(command, env=home.environment, stdout=writing, stderr=subprocess.DEVNULL) as process:
        os.close(writing)
        deadline = time.monotonic() + 30
        while home.run("status").returncode != 0:
            assert process.poll() is None
            assert time.monotonic() < deadline
        process.terminate()

        assert process.wait(20) == 0


def test_a_crash_does_not_stand_in_the_way(home: Home) -> None:
    daemon = Daemon(home)
    daemon.start()
    token = daemon.client.mask(["jane.doe@corp.com"])[0]
    worker = daemon.worker_pid()
    daemon.kill()

    assert home.run("status").returncode == 3
    with running_daemon(home) as again:
        assert again.client.restore([token]).texts == ("jane.doe@corp.com",)
    deadline = time.monotonic() + 10
    while Path(f"/proc/{worker}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{worker}").exists()


def test_a_second_one_is_refused_and_the_first_goes_on(daemon: Daemon) -> None:
    second = daemon.home.run("up", "--headless", "--proxy-port", "0", "--api-port", "0")

    assert second.returncode == 1
    assert "already runs for this home: see `maskwire status`" in second.stderr
    assert daemon.client.status().pid == daemon.process.pid


@pytest.mark.parametrize("option", ["--proxy-port", "--api-port"])
def test_a_taken_port_names_its_program(home: Home, option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        other = {"--proxy-port": "--api-port", "--api-port": "--proxy-port"}[option]
        refused = home.run("up", "--headless", option, str(port), other, "0")

    assert refused.returncode in (1, 2)
    assert str(port) in refused.stderr
    assert str(os.getpid()) in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "protecting" not in refused.stdout


def test_a_wrong_configuration_names_its_place(home: Home) -> None:
    home.config.write_text("# mine\n[proxy]\nprot = 1\n")
    refused = home.run("up", "--headless")

    assert refused.returncode == 2
    assert f"{home.config}:3: proxy.prot: no such setting; did you mean port?" in refused.stderr
    assert "protecting" not in refused.stdout


@pytest.mark.parametrize(
    ("environment", "code", "said"),
    [
        ({"MASKWIRE_KEY_PROVIDER": "env", "MASKWIRE_MASTER_KEY": "c2hvcnQ="}, None, "MASKWIRE_MASTER_KEY"),
        ({"MASKWIRE_KEY_PROVIDER": "wallet"}, 2, "MASKWIRE_KEY_PROVIDER: must be one of keyring, passphrase"),
    ],
)
def test_a_wrong_key_is_explained(tmp_path: Path, environment: dict[str, str], code: int | None, said: str) -> None:
    refused = Home.at(tmp_path, environment).run("up", "--headless", "--proxy-port", "0", "--api-port", "0")

    assert refused.returncode in ((code,) if code else (1, 2))
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_another_key_does_not_open_the_vault(home: Home) -> None:
    with running_daemon(home):
        pass
    home.environment["MASKWIRE_MASTER_KEY"] = "A" * 43 + "="
    before = (home.config.parent / "maskwire.db").read_bytes()
    refused = home.run("up", "--headless", "--proxy-port", "0", "--api-port", "0")

    assert refused.returncode == 1
    assert refused.stderr.startswith("maskwire: ")
    assert (home.config.parent / "maskwire.db").read_bytes() == before


def test_a_passphrase_opens_only_its_own_vault(tmp_path: Path) -> None:
    chosen = {"MASKWIRE_KEY_PROVIDER": "passphrase", "MASKWIRE_PASSPHRASE": "correct horse"}
    home = Home.at(tmp_path, chosen)
    with running_daemon(home) as daemon:
        token = daemon.client.mask(["jane.doe@corp.com"])[0]
    home.environment["MASKWIRE_PASSPHRASE"] = "wrong horse"
    refused = home.run("up", "--headless", "--proxy-port", "0", "--api-port", "0")
    home.environment["MASKWIRE_PASSPHRASE"] = "correct horse"

    assert refused.returncode == 1
    assert "passphrase" in refused.stderr
    with running_daemon(home) as daemon:
        assert daemon.client.restore([token]).texts == ("jane.doe@corp.com",)


def test_without_a_keyring_it_protects_and_says_so(tmp_path: Path) -> None:
    home = Home.at(tmp_path, {"MASKWIRE_KEY_PROVIDER": "keyring", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"})
    with running_daemon(home) as daemon:
        status = daemon.client.status()
        line = daemon.output.read_text()

        assert (status.state, status.vault, status.persistent) == ("attention", "memory", False)
        assert "tokens end with this process" in status.reasons[0]
        assert "MASKWIRE_KEY_PROVIDER=passphrase maskwire up" in line
        assert line.count("\n") == 1
        assert listens(status.proxy)


def test_a_required_keyring_is_required(tmp_path: Path) -> None:
    home = Home.at(tmp_path, {"MASKWIRE_KEY_PROVIDER": "keyring", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"})
    home.config.write_text("require_keyring = true\n")
    refused = home.run("up", "--headless", "--proxy-port", "0", "--api-port", "0")

    assert refused.returncode == 2
    assert "require_keyring" in refused.stderr
    assert "protecting" not in refused.stdout


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": "evil.example:80"}, 421),
        ({"origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"authorization": "Bearer guess"}, 401),
        ({"authorization": ""}, 401),
    ],
)
def test_only_its_own_clients_may_ask(daemon: Daemon, headers: dict[str, str], status: int) -> None:
    address = urlsplit(daemon.client.runtime.api)
    allowed = {"host": address.netloc, "authorization": f"Bearer {daemon.client.runtime.token}"}
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
    connection.request("POST", "/v1/pause", json.dumps({"minutes": 5}), {**allowed, **headers})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()

    assert answer.status == status
    assert daemon.client.runtime.token not in body
    assert daemon.client.status().state == "protecting"
