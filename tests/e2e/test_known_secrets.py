"""Secrets that were learned are masked in any form, and allowed values pass, through a real daemon."""

import base64
import json
import ssl
import urllib.request
from pathlib import Path

import pytest

from maskwire_daemon.standin.server import StandIn
from tests.e2e.lab import HOSTS, Daemon, Home, exec_environment, running_daemon

SECRET = "blau-Zebra-4711-kite"
FILE = f"# settings\nDB_PASSWORD={SECRET}\nDEBUG=true\nDB_HOST=localhost\nAPI_TOKEN=true\n"
MAIL = "press.office@northwind-mail.com"


@pytest.fixture
def home(either: Home) -> Home:
    """Every test here runs with a daemon and without."""
    return either


def masked(home: Home, text: str) -> str:
    ran = home.run("mask", stdin=text)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_learned_secret_is_masked_in_every_form(home: Home) -> None:
    env = home.folder / ".env"
    env.write_text(FILE)
    ran = home.run("secrets", "learn", str(env))

    assert ran.returncode == 0, ran.stderr
    assert "1 secret in 1 file, 1 of them new." in ran.stdout
    assert "1 value not learned" in ran.stdout
    for offset in range(3):
        coded = base64.b64encode(b"x" * offset + SECRET.encode() + b" tail").decode()
        core = base64.b64encode(SECRET.encode()).decode()[4:12] if not offset else coded[4:20]
        assert core not in masked(home, f"the blob {coded} here")
    assert SECRET.encode().hex() not in masked(home, f"hex {SECRET.encode().hex()}")
    plain = f"it is {SECRET}, or not"
    assert SECRET not in masked(home, plain)
    assert home.run("restore", stdin=masked(home, plain)).stdout == plain
    assert masked(home, "true localhost") == "true localhost"


def test_learning_twice_and_forgetting(home: Home) -> None:
    env = home.folder / "project" / ".env"
    env.parent.mkdir()
    env.write_text(FILE)
    home.done("secrets", "learn", str(env))

    assert "1 secret in 1 file, 0 of them new." in home.run("secrets", "learn", str(env.parent)).stdout
    listed = home.run("secrets", "list").stdout
    assert "DB_PASSWORD" in listed
    assert str(env) in listed
    assert SECRET not in listed
    assert home.run("secrets", "forget", "DB_PASSWORD").stdout == "Forgot 1 secret.\n"
    assert SECRET in masked(home, f"it is {SECRET}, or not")
    assert home.run("secrets", "forget", "DB_PASSWORD").returncode == 1


def test_no_file_of_the_home_holds_a_learned_or_allowed_value(home: Home) -> None:
    (home.folder.parent / "outside.env").write_text(FILE)
    home.done("secrets", "learn", str(home.folder.parent / "outside.env"))
    home.done("allow", MAIL)

    for file in (home.folder / "maskwire").rglob("*"):
        if file.is_file():
            assert SECRET.encode() not in file.read_bytes()
            assert MAIL.encode() not in file.read_bytes()


def test_an_allowed_value_passes_until_it_is_taken_back(home: Home) -> None:
    text = f"write to {MAIL} or jo.bloggs@northwind-mail.com"
    assert MAIL not in masked(home, text)
    assert home.run("allow", "-", stdin=f"{MAIL}\n").stdout == "That value passes everywhere.\n"

    assert f"write to {MAIL} or " in masked(home, text)
    assert "bloggs" not in masked(home, text)
    assert home.run("allow", "--undo", MAIL).returncode == 0
    assert MAIL not in masked(home, text)
    assert home.run("allow", "--undo", MAIL).returncode == 1


def test_an_allowance_that_is_over_has_no_effect(home: Home) -> None:
    home.done("allow", MAIL, "--until", "2020-01-31")

    assert MAIL not in masked(home, f"write to {MAIL}")


def test_a_wrong_host_or_day_is_misuse(home: Home) -> None:
    for option, value in (("--host", "bank.example"), ("--until", "soon")):
        ran = home.run("allow", MAIL, option, value)
        assert ran.returncode != 0
        assert MAIL not in ran.stderr


def test_a_key_that_does_not_last_is_said(tmp_path: Path) -> None:
    home = Home.at(tmp_path, {"MASKWIRE_KEY_PROVIDER": "ephemeral"})
    (home.folder / ".env").write_text(FILE)
    with running_daemon(home):
        ran = home.run("secrets", "learn", str(home.folder / ".env"))

    assert ran.returncode == 1
    assert "could not be recognised after a restart" in ran.stderr


def ask(home: Home, host: str, text: str) -> None:
    """Send one chat request through the daemon."""
    environment = exec_environment(home)
    proxy = urllib.request.ProxyHandler({"https": environment["HTTPS_PROXY"]})
    trust = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=environment["SSL_CERT_FILE"]))
    body = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": text}]}).encode()
    request = urllib.request.Request(
        f"https://{host}/v1/chat/completions", body, {"content-type": "application/json", "authorization": "Bearer x"}
    )
    with urllib.request.build_opener(proxy, trust).open(request, timeout=30) as answer:
        answer.read()


def test_what_the_provider_hears(shared: Daemon, stand_in: StandIn) -> None:
    home = shared.home
    config = home.config.read_text()
    env = home.folder / "learned.env"
    env.write_text(FILE)
    try:
        home.done("secrets", "learn", str(env))
        home.done("allow", MAIL, "--host", HOSTS[0])
        coded = base64.b64encode(f"user:{SECRET}".encode()).decode()
        ask(home, HOSTS[0], f"decode {coded} and write to {MAIL}")
        heard = stand_in.heard().decode()

        assert coded not in heard
        assert coded[8:20] not in heard
        assert MAIL in heard
        assert MAIL not in home.run("mask", stdin=f"to {MAIL}").stdout
    finally:
        home.run("secrets", "forget", "--all")
        home.config.write_text(config)
