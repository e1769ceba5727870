"""The proxy script, run by a JavaScript engine, and the HTTP that serves it."""

import json
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maskwire.mitm.bypass import Scope
from maskwire.wire.hosts import known_hosts
from maskwire_daemon.capture import pac

PROXY = "127.0.0.1:8877"
SCRIPT = pac.script(known_hosts(), PROXY)


def decided(script: str, hosts: list[str]) -> list[str]:
    """Return what the script says about each host."""
    ask = (
        f"{script}\nconsole.log(JSON.stringify({json.dumps(hosts)}.map(h => FindProxyForURL('https://' + h + '/', h))))"
    )
    ran = subprocess.run(["node", "-"], input=ask, capture_output=True, text=True, check=True, timeout=60)
    found: list[str] = json.loads(ran.stdout)
    return found


def names() -> list[str]:
    """Return hosts around every known one: itself, below, beside, with a final dot, in capitals."""
    made = [host.replace("*", "x") for host in known_hosts()]
    exact = [host.removeprefix("*.") for host in known_hosts()]
    around = [
        form.format(host) for host in {*made, *exact} for form in ("{}", "a.b.{}", "not{}", "{}.", "{}.evil.test")
    ]
    return [*around, *map(str.upper, made), "localhost", "x", "", "constructor", "__proto__", "toString.openai.com"]


def test_the_script_and_the_proxy_agree_about_every_host() -> None:
    hosts, scope = names(), Scope(known_hosts())

    assert decided(SCRIPT, hosts) == [f"PROXY {PROXY}" if scope.holds(host) else "DIRECT" for host in hosts]


def test_a_protected_host_never_goes_straight_out() -> None:
    said = {word for line in SCRIPT.splitlines() if "PROXY" in line for word in line.split('"')[1::2]}

    assert said == {f"PROXY {PROXY}"}


def test_other_hosts_go_to_the_proxy_of_the_company() -> None:
    script = pac.script(
        known_hosts(), PROXY, "corp.example:3128", ("*.intranet.example", ".near.example", "10.0.0.0/8")
    )
    hosts = ["api.openai.com", "bank.example", "a.intranet.example", "near.example", "wiki", "127.0.0.1"]

    assert decided(script, hosts) == [
        f"PROXY {PROXY}", "PROXY corp.example:3128", "DIRECT", "DIRECT", "DIRECT", "DIRECT",
    ]  # fmt: skip


def test_a_name_never_becomes_part_of_the_script() -> None:
    script = pac.script(known_hosts(), PROXY, 'x"; throw 1; "', ('a"b',))

    assert decided(script, ["bank.example", "api.openai.com"]) == ['PROXY x"; throw 1; "', f"PROXY {PROXY}"]


def test_the_version_changes_with_the_script() -> None:
    assert pac.version(SCRIPT) == pac.version(SCRIPT)
    assert pac.version(SCRIPT) != pac.version(pac.script(known_hosts(), "127.0.0.1:1"))


def answer(*lines: str) -> tuple[int, bytes]:
    raw = pac.respond("\r\n".join([*lines, "", ""]).encode(), SCRIPT, 8879)
    head, _, body = raw.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head or lines[0].startswith("HEAD")
    return int(head.split(b" ")[1]), body


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (("GET /proxy.pac HTTP/1.1", "Host: 127.0.0.1:8879"), 200),
        (("GET /proxy.pac?v=12 HTTP/1.1", "HOST: LOCALHOST:8879"), 200),
        (("HEAD /proxy.pac HTTP/1.1", "Host: 127.0.0.1:8879"), 200),
        (("POST /proxy.pac HTTP/1.1", "Host: 127.0.0.1:8879"), 405),
        (("GET / HTTP/1.1", "Host: 127.0.0.1:8879"), 404),
        (("GET /proxy.pac HTTP/1.1", "Host: evil.example"), 421),
        (("GET /proxy.pac HTTP/1.1", "Host: 127.0.0.1:1"), 421),
        (("GET /proxy.pac HTTP/1.1",), 421),
        (("GET /proxy.pac HTTP/1.1", "Host: 127.0.0.1:8879", "Host: evil.example"), 421),
        (("",), 421),
    ],
    ids=str,
)
def test_who_gets_the_script(lines: tuple[str, ...], status: int) -> None:
    found, body = answer(*lines)

    assert found == status
    assert body == (SCRIPT.encode() if status == 200 and not lines[0].startswith("HEAD") else b"")


def test_the_script_has_the_type_that_browsers_want() -> None:
    raw = pac.respond(b"GET /proxy.pac HTTP/1.1\r\nHost: 127.0.0.1:8879\r\n\r\n", SCRIPT, 8879)

    assert b"\r\nContent-Type: application/x-ns-proxy-autoconfig\r\n" in raw


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_get_an_answer(head: bytes) -> None:
    assert pac.respond(head, "x", 1).startswith(b"HTTP/1.1 4")
