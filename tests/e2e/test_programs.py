"""Programs that are no Python SDK: curl over HTTP/2, and a script of anybody's own."""

import json
import sys

from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.server import StandIn
from tests.e2e.http2 import Http2StandIn
from tests.e2e.lab import Daemon, need, run_under
from tests.e2e.planted import ALL, PROMPT
from tests.e2e.raw import Reply, chat


def test_curl_speaks_http2_all_the_way(shared: Daemon, http2: Http2StandIn) -> None:
    body = shared.home.folder / "body.json"
    body.write_bytes(chat(PROMPT, stream=True))
    ran = run_under(
        shared.home,
        [
            need("curl"),
            "--http2",
            "-sSN",
            "--fail-with-body",
            "-H",
            "content-type: application/json",
            "--data-binary",
            f"@{body}",
            "-w",
            "%{stderr}%{http_version}",
            "https://eu.api.openai.com/v1/chat/completions",
        ],
    )

    assert (ran.returncode, ran.stderr) == (0, b"2"), ran.stderr
    assert Reply(200, {}, ran.stdout).chat_text == PROMPT
    assert http2.versions == ["2"]
    assert leaks(ALL, http2.heard()) == []


SCRIPT = """
import json, sys, urllib.request
request = urllib.request.Request(
    "https://api.anthropic.com/v1/messages",
    json.dumps({"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": sys.argv[1]}]}).encode(),
    {"content-type": "application/json"},
)
sys.stdout.buffer.write(json.load(urllib.request.urlopen(request))["content"][0]["text"].encode())
"""


def test_a_script_with_nothing_but_the_standard_library(shared: Daemon, stand_in: StandIn) -> None:
    ran = run_under(shared.home, [sys.executable, "-c", SCRIPT, PROMPT])

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.decode() == PROMPT
    assert leaks(ALL, stand_in.heard()) == []


def test_exec_hands_on_the_exit_code_of_its_command(shared: Daemon) -> None:
    assert run_under(shared.home, [sys.executable, "-c", "raise SystemExit(7)"]).returncode == 7


def test_events_say_what_happened_without_values(shared: Daemon, stand_in: StandIn) -> None:
    before = shared.last_event()
    run_under(shared.home, [sys.executable, "-c", SCRIPT, PROMPT])
    (event,) = shared.wait_events(1, before)
    shown = shared.home.run("events", "--json")

    assert (event.host, event.outcome) == ("api.anthropic.com", "masked")
    assert event.raw["entities"]["EMAIL_ADDRESS"] == 1
    assert leaks(ALL, shown.stdout.encode() + json.dumps(event.raw).encode()) == []
