"""Values planted in everything a person can do, at the loudest log level, are found in nothing that is kept."""

import gzip
import http.client
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from maskwire_client.models import Status
from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.provider import Behaviour
from maskwire_daemon.standin.server import StandIn, running
from tests.e2e.conftest import MORE
from tests.e2e.lab import HOSTS, Daemon, Home, running_daemon
from tests.e2e.raw import Target, chat, post

CANARIES = (
    "Marguerite Oldenburg",
    "marguerite.canary@oldenburg-mail.org",
    "4929 1186 2207 5513",
    "+44 20 8366 1177",
    "GB33 BUKB 2020 1555 5555 55",
    "ghp_" + "C4nArYq9Zx7Wv5Ts3Rp1Nm8Lk6Jh2Gf0DsAeI",
    "Tr0ub4dor-canary-9157",
)
"""Values that no other test uses, so that finding one says where it came from."""

CREDENTIAL = "sk-canary-credential-of-the-program-itself"
"""What a program authenticates with: it must reach the provider, and stay in nothing of ours."""

TEXT = "I am {}, write to {}. Card {}, phone {}, IBAN {}.\ntoken = {}\npassword = {}\n".format(*CANARIES)

UNDERSTOOD = (chat(TEXT), chat(TEXT, stream=True))

REFUSED = (
    (Target(path="/v1/chat/completions"), TEXT.encode()),
    (Target(path="/v1/chat/completions"), chat(TEXT)[:-9]),
    (Target(path="/v1/chat/completions", headers={"content-encoding": "gzip"}), chat(TEXT)),
    (Target(path="/v1/chat/completions", headers={"content-encoding": "bogus"}), gzip.compress(chat(TEXT))),
    (Target(path="/v1/chat/completions", headers={"content-type": "text/plain"}), TEXT.encode("utf-16")),
    (Target(path="/v1/chat/completions"), chat(TEXT + " 1BoatSLRHtKNngkdXEeobR76b53LETtpyT")),
    (Target(path=f"/v1/unknown/{CANARIES[1]}?who={CANARIES[1]}"), chat(TEXT)),
    (Target("api.anthropic.com", "/v1/messages"), b"[" * 100_000 + TEXT.encode()),
    (Target("generativelanguage.googleapis.com", "/v1beta/models/m:generateContent"), TEXT.encode()),
)
"""Requests that cannot be protected, each for a reason of its own."""


@pytest.fixture(scope="module")
def provider() -> Iterator[StandIn]:
    with running(StandIn()) as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, provider: StandIn) -> Home:
    home = Home.at(tmp_path_factory.mktemp("canary"), {"MASKWIRE_LOG": "debug"})
    home.configure(dict.fromkeys(HOSTS, provider), MORE)
    return home


@pytest.fixture(scope="module")
def said(home: Home, provider: StandIn) -> bytes:
    """Live through a full day at DEBUG; return all that the daemon said which is no restored answer."""
    spoken: list[bytes] = []
    with running_daemon(home) as daemon:
        status = daemon.client.status()
        spoken += _ask_all(status, provider)
        spoken += _refusals(status)
        _kill_worker(daemon, status)
        spoken += _commands(home)
        spoken += [json.dumps(event.raw).encode() for event in daemon.client.events(500)]
        spoken += _everything_kept(home)
    spoken += _everything_kept(home)
    return b"\n".join(spoken)


def _ask_all(status: Status, provider: StandIn) -> Iterator[bytes]:
    """Send what is understood, to a provider that answers, fails, and breaks off; yield what went wrong."""
    credential = {"authorization": f"Bearer {CREDENTIAL}"}
    for behaviour in (Behaviour(), Behaviour(status=503), Behaviour(status=400), Behaviour(reset_after=1)):
        provider.provider.behaviour = behaviour
        for body in UNDERSTOOD:
            try:
                post(status, body, Target(headers=credential))
            except (OSError, http.client.HTTPException) as e:
                yield repr(e).encode()
    provider.provider.behaviour = Behaviour()


def _refusals(status: Status) -> Iterator[bytes]:
    for target, body in REFUSED:
        reply = post(status, body, target)
        assert reply.status == 400, (target.path, reply.status)
        yield repr(reply.headers).encode() + reply.body


def _kill_worker(daemon: Daemon, status: Status) -> None:
    os.kill(daemon.worker_pid(), signal.SIGKILL)
    assert post(status, chat(TEXT + "Again, please.")).status in (200, 400)


def _commands(home: Home) -> Iterator[bytes]:
    """Run the commands that take a text or speak of what happened; their answers never repeat a value."""
    line = json.dumps({"id": 1, "text": TEXT}) + "\n"
    for command in (["scan", "--jsonl"], ["mask", "--jsonl"]):
        yield _output(home, *command, stdin=line)
    for command in (
        ["status"],
        ["status", "--json"],
        ["events"],
        ["events", "--json"],
        ["hosts"],
        ["doctor", "--json"],
    ):
        yield _output(home, *command)


def _output(home: Home, *command: str, stdin: str = "") -> bytes:
    ran = home.run(*command, stdin=stdin)
    return ran.stdout.encode() + ran.stderr.encode()


def _everything_kept(home: Home) -> Iterator[bytes]:
    """Yield the path and the bytes of every file: configuration, log, database, WAL, temporary files, output."""
    for path in home.files():
        yield str(path).encode() + path.read_bytes()


def test_the_run_reached_the_provider_masked(said: bytes, provider: StandIn) -> None:
    assert len(provider.provider.calls) >= 2 * len(UNDERSTOOD)
    assert leaks(CANARIES, provider.heard()) == []
    assert CREDENTIAL.encode() in provider.heard()


@pytest.mark.parametrize("canary", [*CANARIES, CREDENTIAL, "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"])
def test_a_planted_value_is_kept_nowhere(said: bytes, canary: str) -> None:
    assert leaks([canary], said) == []


def test_the_log_tells_what_happened(said: bytes, home: Home) -> None:
    log = (home.folder / "daemon-output").read_text()

    assert {"outcome=masked", "outcome=blocked", "outcome=failed", "state=restarting"} <= set(log.split())
    assert "reason=body_not_understood" in log


def test_a_crash_leaves_no_core_file(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    with running(StandIn()) as stand_in:
        home.configure(dict.fromkeys(HOSTS, stand_in))
        daemon = Daemon(home, cwd=tmp_path, core_dumps=True)
        status = daemon.start()
        assert post(status, chat(TEXT)).chat_text == TEXT
        pids = [daemon.worker_pid(), daemon.process.pid]
        for pid in pids:
            os.kill(pid, signal.SIGABRT)
        daemon.process.wait()

    assert [path for path in tmp_path.rglob("core*") if path.is_file()] == []
