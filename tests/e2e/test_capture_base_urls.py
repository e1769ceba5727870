"""Programs that take a base URL: the official SDKs without proxy or trust variables, and what must not get in."""

import http.client
import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import anthropic
import openai
import pytest

from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.server import StandIn
from tests.e2e.lab import HOSTS, Daemon, Home, running_daemon
from tests.e2e.planted import ALL, PROMPT

ORIGIN = "http://localhost:3000"
MORE = f'[capture]\nbase_urls = true\nbase_url_port = 0\nbase_url_origins = ["{ORIGIN}"]\n'


@pytest.fixture(scope="module")
def listening(provider: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    home = Home.at(tmp_path_factory.mktemp("bases"))
    home.configure(dict.fromkeys(HOSTS, provider), MORE)
    with running_daemon(home) as daemon:
        yield daemon


@pytest.fixture
def base(listening: Daemon, stand_in: StandIn) -> str:
    """Where the addresses begin, proven."""
    mode = next(m for m in listening.client.verify_capture() if m.mode == "base-urls")
    assert (mode.on, mode.problem) == (True, "")
    assert mode.verified_at is not None
    return mode.detail.partition("/openai")[0]


def test_openai_by_base_url_is_masked_and_restored(base: str, stand_in: StandIn) -> None:
    with openai.OpenAI(api_key="sk-test", base_url=f"{base}/openai/v1") as client:
        stream = client.chat.completions.create(
            model="gpt-5.5", stream=True, messages=[{"role": "user", "content": PROMPT}]
        )
        text = "".join(choice.delta.content or "" for chunk in stream for choice in chunk.choices)

    assert text == PROMPT
    assert stand_in.heard()
    assert leaks(ALL, stand_in.heard()) == []


def test_anthropic_by_base_url_is_masked_and_restored(base: str, stand_in: StandIn) -> None:
    with anthropic.Anthropic(api_key="sk-ant-test", base_url=f"{base}/anthropic") as client:
        message = client.messages.create(
            model="claude-sonnet-5", max_tokens=999, messages=[{"role": "user", "content": PROMPT}]
        )

    assert [block.text for block in message.content if block.type == "text"] == [PROMPT]
    assert leaks(ALL, stand_in.heard()) == []


def test_gemini_by_base_url_is_masked_and_restored(base: str, stand_in: StandIn) -> None:
    genai = pytest.importorskip("google.genai", reason="google-genai needs Python 3.13, as pyproject.toml says")
    client = genai.Client(api_key="AIza-test", http_options={"base_url": f"{base}/gemini"})
    answer = client.models.generate_content(model="gemini-3.8-flash", contents=PROMPT)
    client.close()

    assert answer.text == PROMPT
    assert stand_in.heard()
    assert leaks(ALL, stand_in.heard()) == []


def test_a_protected_host_goes_by_its_own_name(base: str, stand_in: StandIn) -> None:
    with openai.OpenAI(api_key="sk-test", base_url=f"{base}/api.openai.com/v1") as client:
        answer = client.chat.completions.create(model="gpt-5.5", messages=[{"role": "user", "content": PROMPT}])

    assert answer.choices[0].message.content == PROMPT
    assert leaks(ALL, stand_in.heard()) == []


def ask(base: str, path: str = "/openai/v1/models", headers: dict[str, str] | None = None) -> tuple[int, str]:
    """Send one plain request and return status and message of the refusal."""
    place = urlsplit(base)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=10)
    try:
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    return answer.status, str(json.loads(body).get("error", {}).get("message", "")) if answer.status >= 400 else ""


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1:1"}, 421),
    ],
    ids=str,
)
def test_pages_and_foreign_names_are_refused(
    base: str, stand_in: StandIn, headers: dict[str, str], status: int
) -> None:
    assert ask(base, headers=headers)[0] == status
    assert stand_in.heard() == b""


def test_a_page_that_the_person_named_may_come_in(base: str, stand_in: StandIn) -> None:
    assert ask(base, headers={"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"})[0] != 403
    assert stand_in.heard()


@pytest.mark.parametrize("path", ["/", "/v1/models", "/bank.test/v1", "/localhost/x", "//openai/v1/models", "/.."])
def test_other_paths_lead_nowhere(base: str, stand_in: StandIn, path: str) -> None:
    status, message = ask(base, path)

    assert status == 404
    assert "/openai" in message
    assert stand_in.heard() == b""


@pytest.mark.parametrize(
    "request_line", ["CONNECT api.openai.com:443 HTTP/1.1", "GET http://api.openai.com/v1/models HTTP/1.1"]
)
def test_the_address_is_no_proxy(base: str, stand_in: StandIn, request_line: str) -> None:
    place = urlsplit(base)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=10) as connection:
        connection.sendall(f"{request_line}\r\nHost: api.openai.com\r\n\r\n".encode())
        status = int(connection.recv(4096).split(b" ")[1])

    assert status in (405, 421)
    assert stand_in.heard() == b""
