"""Programs that are no Python SDK: curl over HTTP/2, and a script of anybody's own."""

import json
import sys

import pytest

from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.server import StandIn
from tests.e2e.clients.node_programs import NODE, node
from tests.e2e.clients.trial import HERE, python_client
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


POST = """
import sys
import {library} as library
answer = library.post(
    "https://api.anthropic.com/v1/messages",
    json={{"model": "m", "max_tokens": 9, "messages": [{{"role": "user", "content": sys.argv[1]}}]}},
)
sys.stdout.buffer.write(answer.json()["content"][0]["text"].encode())
"""


@pytest.mark.parametrize("library", ["httpx", "httpx2", "requests"])
def test_a_script_over_the_usual_libraries(shared: Daemon, stand_in: StandIn, library: str) -> None:
    ran = run_under(shared.home, [sys.executable, "-c", POST.format(library=library), PROMPT])

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.decode() == PROMPT
    assert leaks(ALL, stand_in.heard()) == []


def test_a_script_over_aiohttp_that_trusts_its_environment(shared: Daemon, stand_in: StandIn) -> None:
    interpreter = python_client("aiohttp_post")[0]
    ran = run_under(shared.home, [interpreter, str(HERE / "aiohttp_post.py"), PROMPT])

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.decode() == PROMPT
    assert leaks(ALL, stand_in.heard()) == []
    assert b"trust_env=True" in ran.stderr  # whether it does so cannot be told from outside


PAST = """
import asyncio, sys, aiohttp
async def main():
    async with aiohttp.ClientSession() as session, session.get(sys.argv[1]) as answer:
        await answer.read()
asyncio.run(main())
"""


def test_aiohttp_by_itself_goes_past_and_that_is_said(shared: Daemon, stand_in: StandIn) -> None:
    interpreter = python_client("aiohttp_post")[0]
    ran = run_under(shared.home, [interpreter, "-c", PAST, "https://there-is-none.openai.azure.com/"])

    assert ran.returncode != 0  # there is no such host, which the proxy would have told in an answer
    assert b"NOT protected" in ran.stderr
    assert stand_in.heard() == b""


FETCH = """
const body = {model: "m", max_tokens: 9, messages: [{role: "user", content: process.argv[1]}]};
const headers = {"content-type": "application/json"};
fetch("https://api.anthropic.com/v1/messages", {method: "POST", headers, body: JSON.stringify(body)})
    .then(answer => answer.json()).then(found => process.stdout.write(found.content[0].text));
"""


@pytest.mark.parametrize("version", ["22.23.3", NODE])
def test_a_script_of_a_node_that_takes_a_proxy(shared: Daemon, stand_in: StandIn, version: str) -> None:
    ran = run_under(shared.home, [*node(version), "-e", FETCH, PROMPT])

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.decode() == PROMPT
    assert b"NOT protected" not in ran.stderr
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
