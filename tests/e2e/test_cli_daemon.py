"""The command line against a real daemon: what it prints, what it leaves with, what it starts."""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.lab import MASKWIRE, Daemon, Home, running_daemon


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    with running_daemon(Home.at(tmp_path_factory.mktemp("cli"))) as running:
        yield running


@pytest.fixture(scope="module")
def home(daemon: Daemon) -> Home:
    return daemon.home


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Home]:
    """A home without a daemon; one that a command started is stopped afterwards."""
    home = Home.at(tmp_path)
    yield home
    home.run("down")


def under_exec(home: Home, script: str) -> "subprocess.CompletedProcess[str]":
    return home.run("exec", "--", sys.executable, "-c", script)


def test_status_has_what_scripts_need(home: Home, daemon: Daemon) -> None:
    found = json.loads(home.run("status", "--json").stdout)

    assert found["state"] in {"protecting", "paused", "attention"}
    assert found["proxy"].startswith("http://127.0.0.1:")
    assert found["api"].startswith("http://127.0.0.1:")
    assert Path(found["ca_file"]).is_file()
    assert found["pid"] == daemon.process.pid
    assert "Protecting" in home.run("status").stdout


def cpu_of_children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_status_answers_at_once(home: Home) -> None:
    def once() -> float:
        began = cpu_of_children_s()
        home.done("status")
        return cpu_of_children_s() - began

    assert min(once() for _ in range(5)) < 0.4  # of the processor: other work on the machine does not count


def test_pause_and_resume(home: Home) -> None:
    assert "secrets stay masked" in home.run("pause", "5").stdout
    assert home.run("status").stdout.startswith("Paused: only secrets are masked, for another ")
    assert json.loads(home.run("status", "--json").stdout)["state"] == "paused"
    assert home.run("resume").stdout.startswith("Protecting")
    assert home.run("pause", "0").returncode == 1
    assert home.run("pause", "soon").returncode == 2


def test_exec_leaves_as_the_command_leaves(home: Home) -> None:
    assert under_exec(home, "raise SystemExit(7)").returncode == 7
    assert under_exec(home, "print('out')").stdout == "out\n"
    assert home.run("exec", "--", "sh", "-c", "cat; exit 3", stdin="in").stdout == "in"
    assert home.run("exec", "--", "no-such-program-here").returncode == 127
    assert home.run("exec").returncode == 2
    assert under_exec(home, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)").returncode == -signal.SIGKILL


def test_exec_passes_signals_on(home: Home) -> None:
    command = [str(MASKWIRE), "exec", "--", "sh", "-c", "trap 'echo got it; exit 5' TERM; echo up; sleep 30 & wait"]
    process = subprocess.Popen(command, env=home.environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    process.send_signal(signal.SIGTERM)

    assert process.stdout.readline() == "got it\n"
    assert process.wait(10) == 5
    process.stdout.close()


def test_exec_covers_every_runtime(home: Home) -> None:
    found = json.loads(under_exec(home, "import json, os; print(json.dumps(dict(os.environ)))").stdout)
    status = json.loads(home.run("status", "--json").stdout)
    names = {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "NODE_EXTRA_CA_CERTS"}
    names |= {"CODEX_CA_CERTIFICATE", "AWS_CA_BUNDLE", "PIP_CERT", "npm_config_cafile", "DENO_CERT"}
    names |= {"GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"}
    bundle = Path(found["SSL_CERT_FILE"]).read_text()

    assert {found[n] for n in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")} == {status["proxy"]}
    assert {found[name] for name in names} == {found["SSL_CERT_FILE"]}
    assert found["NODE_USE_ENV_PROXY"] == "1"
    assert Path(status["ca_file"]).read_text().strip() in bundle
    assert bundle.count("BEGIN CERTIFICATE") > 50


def test_exec_keeps_what_was_trusted_and_drops_what_leads_around(home: Home, tmp_path: Path) -> None:
    corporate = tmp_path / "corp.pem"
    corporate.write_text("-----BEGIN CERTIFICATE-----\nY29ycA==\n-----END CERTIFICATE-----\n")
    chosen = {"NODE_EXTRA_CA_CERTS": str(corporate), "NO_PROXY": "corp.example,*.openai.com"}
    other = Home(home.folder, {**home.environment, **chosen})
    ran = under_exec(other, "import os; print(open(os.environ['SSL_CERT_FILE']).read(), os.environ['NO_PROXY'])")

    assert "Y29ycA==" in ran.stdout
    assert ran.stdout.endswith("localhost,127.0.0.1,::1,corp.example\n")
    assert "NO_PROXY has *.openai.com" in ran.stderr


def test_exec_names_what_it_cannot_cover(home: Home, tmp_path: Path) -> None:
    for name, text in (("java", "#!/bin/sh\n"), ("node", "#!/bin/sh\necho v20.1.0\n")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o700)
    path = f"{tmp_path}{os.pathsep}{home.environment['PATH']}"
    other = Home(home.folder, {**home.environment, "PATH": path})

    assert "Java reads no proxy variables: run it with `maskwire exec --java" in other.run("exec", "--", "java").stderr
    assert other.run("exec", "--java", "--", "java").stderr == ""
    assert "Node 20.1.0 reads no proxy variables" in other.run("exec", "--", "node").stderr
    assert other.run("exec", "--", "sh", "-c", "true").stderr == ""


def test_exec_starts_a_daemon_that_stays(fresh: Home) -> None:
    ran = under_exec(fresh, "print('done')")

    assert (ran.returncode, ran.stdout) == (0, "done\n")
    assert "it goes on until `maskwire down`" in ran.stderr
    pid = json.loads(fresh.run("status", "--json").stdout)["pid"]
    assert under_exec(fresh, "pass").stderr == ""
    assert json.loads(fresh.run("status", "--json").stdout)["pid"] == pid
    assert fresh.run("down").stdout == "maskwire: stopped\n"
    assert fresh.run("status").returncode == 3
    assert fresh.run("down").returncode == 3


def test_exec_says_why_no_daemon_could_start(fresh: Home) -> None:
    fresh.config.write_text("prozy = 1\n")
    ran = under_exec(fresh, "print('done')")

    assert (ran.returncode, ran.stdout) == (1, "")
    assert "prozy: no such setting; did you mean proxy?" in ran.stderr


def test_exec_takes_other_ports_when_the_usual_are_taken(fresh: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        fresh.config.write_text(f"[proxy]\nport = {taken.getsockname()[1]}\n[api]\nport = 0\n")

        assert under_exec(fresh, "print('done')").stdout == "done\n"


def test_env_is_read_by_a_shell(home: Home) -> None:
    lines = home.run("env").stdout
    show = f'{lines}\nprintf %s "$HTTPS_PROXY"'
    shown = subprocess.run(["sh", "-c", show], capture_output=True, text=True, check=True).stdout

    assert shown == json.loads(home.run("env", "--json").stdout)["HTTPS_PROXY"]


def test_hosts_are_shown_and_set(home: Home) -> None:
    assert home.run("hosts", "set", "api.anthropic.com", "observe").returncode == 0
    modes = {h["host"]: h["mode"] for h in json.loads(home.run("hosts", "list", "--json").stdout)["hosts"]}

    assert modes["api.anthropic.com"] == "observe"
    assert "api.anthropic.com" in home.run("hosts").stdout
    assert home.run("hosts", "set", "api.anthropic.com", "protect").returncode == 0
    assert home.run("hosts", "set", "bank.example", "protect").returncode == 1
    assert home.run("hosts", "set", "api.anthropic.com", "off").returncode == 2
    assert "openai.chat" in home.run("hosts", "list", "--surfaces").stdout


def test_hosts_can_be_set_without_a_daemon(fresh: Home) -> None:
    assert fresh.run("hosts", "set", "api.openai.com", "block").returncode == 0
    assert 'mode = "block"' in fresh.config.read_text()
    assert fresh.run("hosts", "set", "api.opnai.com", "block").returncode == 2
    assert "block" in fresh.run("hosts").stdout


def test_doctor_is_content(home: Home) -> None:
    found = json.loads(home.run("doctor", "--json").stdout)
    verdicts = {check["check"]: check["verdict"] for check in found["checks"]}

    assert found["ok"]
    assert verdicts["daemon"] == verdicts["key"] == verdicts["authority"] == verdicts["disk"] == "ok"


def test_doctor_without_a_daemon_says_what_to_do(fresh: Home) -> None:
    fresh.config.write_text("prozy = 1\n")
    ran = fresh.run("doctor")

    assert ran.returncode == 1
    assert "x configuration" in ran.stdout
    assert "-> start it: maskwire up" in ran.stdout
    assert not (fresh.config.parent / "maskwire.db").exists()


def test_verify_proves_and_leaves_a_trace(home: Home) -> None:
    ran = home.run("verify", "--json")
    found = json.loads(ran.stdout)

    assert found["ok"], found
    assert ran.returncode == 0
    assert "Proven" in home.run("verify").stdout
    assert time.time() - json.loads(home.run("status", "--json").stdout)["proven_at"] < 60
    assert "ago, by `maskwire verify`" in home.run("status").stdout
    events = [json.loads(line) for line in home.run("events", "--json").stdout.splitlines()]
    assert {"maskwire-verify.api.openai.com"} == {e["host"] for e in events}
    assert all(e["outcome"] == "masked" and e["entities"]["CREDIT_CARD"] == 1 for e in events)
    assert "CREDIT_CARD 1" in home.run("events", "--limit", "1").stdout


def test_verify_reports_a_pause(home: Home) -> None:
    home.done("pause", "5")
    ran = home.run("verify")
    home.done("resume")

    assert ran.returncode == 1
    assert "protection is paused" in ran.stdout


def test_events_are_followed_as_they_end(home: Home) -> None:
    command = [str(MASKWIRE), "events", "--json", "--follow", "--limit", "1"]
    last = json.loads(home.run("events", "--json", "--limit", "1").stdout or '{"id": 0}')["id"]
    with subprocess.Popen(command, env=home.environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        home.done("verify")
        new = next(e for line in process.stdout if (e := json.loads(line))["id"] > last)
        process.terminate()

    assert new["surface"] == "openai.chat"
