"""Two machines of a team, as two homes with a daemon each, and the Redis that they share."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile

import pytest

from maskwire.tokens import find
from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.server import StandIn, running
from tests.e2e.lab import HOSTS, Daemon, Home, running_daemon
from tests.e2e.planted import ALL, PROMPT
from tests.e2e.raw import chat, post
from tests.fakes.redis import RedisServer, running_redis

PASSWORD = "a-password-of-redis"
PATIENCE_S = 60.0


@dataclass
class Pair:
    """Machine A made the team, machine B joined it; both talk to the same provider."""

    redis: RedisServer
    stand_in: StandIn
    a: Daemon
    b: Daemon

    def masked(self, daemon: Daemon, text: str) -> str:
        """Send ``text`` by one machine and return what the provider got."""
        self.stand_in.forget()
        assert post(daemon.client.status(), chat(text)).chat_text == text
        content: str = json.loads(self.stand_in.provider.calls[-1].body)["messages"][-1]["content"]
        return content


def joined(homes: tuple[Home, Home], redis: RedisServer) -> None:
    """Make the first home's team, and the second its member, by the commands."""
    first, second = homes
    created = first.run("team", "create", redis.url)
    assert created.returncode == 0, created.stderr
    invited = first.run("team", "invite")
    passphrase = invited.stderr.split("passphrase is ")[1].split()[0]
    second.environment["MASKWIRE_TEAM_PASSPHRASE"] = passphrase
    done = second.run("team", "join", "-", stdin=invited.stdout)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("redis")
    with running_redis(folder, password=PASSWORD) as redis, running(StandIn()) as stand_in:
        homes = Home.at(tmp_path_factory.mktemp("a")), Home.at(tmp_path_factory.mktemp("b"))
        for home in homes:
            home.configure(dict.fromkeys(HOSTS, stand_in))
        homes[0].environment["MASKWIRE_REDIS_PASSWORD"] = PASSWORD
        joined(homes, redis)
        del homes[0].environment["MASKWIRE_REDIS_PASSWORD"]
        with running_daemon(homes[0]) as a, running_daemon(homes[1]) as b:
            yield Pair(redis, stand_in, a, b)


def until(what: Callable[[], bool]) -> None:
    """Wait until ``what`` holds."""
    deadline = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.05)


def test_what_one_machine_masked_the_other_restores(pair: Pair) -> None:
    masked = pair.masked(pair.a, PROMPT)
    answer = post(pair.b.client.status(), chat(f"Translate: {masked}", stream=True))

    assert leaks(ALL, masked.encode()) == []
    assert answer.chat_text == f"Translate: {PROMPT}"


def test_both_machines_give_a_value_the_same_token(pair: Pair) -> None:
    assert pair.masked(pair.a, PROMPT) == pair.masked(pair.b, PROMPT)


def test_the_status_names_the_team(pair: Pair) -> None:
    until(lambda: any("team's Redis" in note for note in pair.b.client.status().notes))
    status = pair.b.client.status()

    assert (status.state, status.vault, status.persistent) == ("protecting", "redis", True)
    assert any("in its log before its request leaves" in note for note in status.notes)


def test_redis_and_the_homes_hold_no_value_and_no_key(pair: Pair) -> None:
    masked = pair.masked(pair.a, PROMPT)
    redis_cli = ["redis-cli", "-s", str(pair.redis.socket), "-a", PASSWORD]
    with subprocess.Popen([*redis_cli, "MONITOR"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as monitor:
        assert monitor.stdout is not None
        assert monitor.stdout.readline() == b"OK\n"
        pair.masked(pair.b, PROMPT + "Once more, to Walter Birnbaum in Hannover.")
        subprocess.run([*redis_cli, "ECHO", "the end"], check=True, capture_output=True)
        told: Iterator[bytes] = takewhile(lambda line: b"the end" not in line, monitor.stdout)
        heard = b"".join(told)
        monitor.terminate()
    heard += pair.redis.stored()
    tokens = [match.token.encode() for match in find(masked)]

    assert b"EVALSHA" in heard.upper()
    assert len(tokens) >= len(ALL)
    assert leaks((*ALL, "Walter Birnbaum"), heard) == []
    assert [token for token in tokens if token in heard] == []
    for daemon in (pair.a, pair.b):
        kept = b"".join(path.read_bytes() for path in daemon.home.files())
        assert leaks((*ALL, PASSWORD), kept) == []


def test_without_redis_findings_stay_here_and_later_all_is_well(pair: Pair) -> None:
    masked = pair.masked(pair.a, PROMPT)
    status = pair.a.client.status()
    pair.stand_in.forget()
    pair.redis.kill()
    refused = post(status, chat(PROMPT))
    clean = "What is the capital of the moon?"

    assert refused.status == 400
    assert refused.headers["x-should-retry"] == "false"
    assert b"the team's Redis at" in refused.body
    assert pair.stand_in.heard() == b""
    assert post(status, chat(clean)).chat_text == clean
    assert post(status, chat(masked)).chat_text == PROMPT
    until(lambda: pair.a.client.status().state == "attention")
    assert any("the team's Redis at" in reason for reason in pair.a.client.status().reasons)

    pair.redis.start()
    until(lambda: post(status, chat(PROMPT)).status == 200)
    until(lambda: post(pair.b.client.status(), chat(masked)).chat_text == PROMPT)
    until(lambda: pair.a.client.status().state == "protecting")
    assert leaks(ALL, pair.stand_in.heard()) == []


def test_a_redis_that_answers_nothing_refuses_and_holds_nobody_up(pair: Pair) -> None:
    status = pair.a.client.status()
    until(lambda: post(status, chat(PROMPT)).status == 200)
    pair.redis.stall()
    try:
        refused = post(status, chat(PROMPT))
        clean = "Which is the second capital of the moon?"
        passed = post(status, chat(clean))
    finally:
        pair.redis.go_on()

    assert refused.status == 400
    assert b"in time" in refused.body
    assert passed.chat_text == clean
    until(lambda: post(status, chat(PROMPT)).status == 200)
