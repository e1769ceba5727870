"""A network that demands a proxy with a login: all goes through it but what is excepted, and a refusal is said."""

import http.client
import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from maskwire_daemon.standin.leaks import leaks
from maskwire_daemon.standin.server import StandIn
from tests.e2e.lab import Daemon, Home, running_daemon
from tests.e2e.planted import ALL, PROMPT
from tests.fakes.company import LOGIN, CompanyProxy, company_proxy

EXCEPTED = "api.anthropic.com"

PASSWORD = LOGIN.partition(":")[2]


def configured(folder: Path, stand_in: StandIn, company: CompanyProxy, password: str) -> Home:
    """Return a home behind the company's proxy; the excepted host is the stand-in, dialled directly."""
    home = Home.at(folder, {"CORP_PASSWORD": password})
    trusted = folder / "stand-in.pem"
    trusted.write_text(stand_in.pem)
    home.config.write_text(
        f'[upstream]\nproxy = "http://alice@127.0.0.1:{company.port}"\nproxy_password_env = "CORP_PASSWORD"\n'
        f'no_proxy = ["{EXCEPTED}"]\ntrusted_ca = "{trusted}"\n'
        f'connect_to = {{ "{EXCEPTED}:443" = "{stand_in.address}" }}\n'
    )
    return home


@pytest.fixture(scope="module")
def company(provider: StandIn) -> Iterator[CompanyProxy]:
    host, _, port = provider.address.partition(":")
    with company_proxy(lambda _: (host, int(port))) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def daemon(provider: StandIn, company: CompanyProxy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    with running_daemon(configured(tmp_path_factory.mktemp("company"), provider, company, PASSWORD)) as daemon:
        yield daemon


def chat(daemon: Daemon, host: str = "api.openai.com", path: str = "/v1/chat/completions") -> tuple[int, str]:
    """Send the prompt through the daemon; return status and text, or the message of the refusal."""
    status = daemon.client.status()
    place = urlsplit(status.proxy)
    trust = ssl.create_default_context(cafile=status.ca_file)
    connection = http.client.HTTPSConnection(place.hostname or "", place.port, context=trust, timeout=30)
    connection.set_tunnel(host, 443)
    body = {"model": "m", "max_tokens": 99, "messages": [{"role": "user", "content": PROMPT}]}
    try:
        connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
        answer = connection.getresponse()
        found = json.loads(answer.read())
    finally:
        connection.close()
    if answer.status != 200:
        return answer.status, str(found["error"]["message"])
    return 200, str(found["choices"][0]["message"]["content"] if "choices" in found else found["content"][0]["text"])


def test_a_provider_is_reached_by_the_companys_proxy(daemon: Daemon, company: CompanyProxy, stand_in: StandIn) -> None:
    company.asked.clear()

    assert chat(daemon) == (200, PROMPT)
    assert leaks(ALL, stand_in.heard()) == []
    assert "CONNECT api.openai.com:443 HTTP/1.1" in company.asked


def test_an_excepted_host_is_dialled_directly(daemon: Daemon, company: CompanyProxy, stand_in: StandIn) -> None:
    company.asked.clear()

    assert chat(daemon, EXCEPTED, "/v1/messages") == (200, PROMPT)
    assert leaks(ALL, stand_in.heard()) == []
    assert company.asked == []


def test_the_way_is_proven(daemon: Daemon) -> None:
    mode = next(m for m in daemon.client.verify_capture() if m.mode == "upstream")

    assert (mode.on, mode.problem) == (True, "")
    assert mode.verified_at is not None


def plain(daemon: Daemon, url: str) -> bytes:
    """Ask for an address without TLS through the daemon."""
    place = urlsplit(daemon.client.status().proxy)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
    try:
        connection.request("GET", url)
        return connection.getresponse().read()
    finally:
        connection.close()


def test_other_hosts_go_there_too(daemon: Daemon, company: CompanyProxy) -> None:
    company.asked.clear()

    assert plain(daemon, "http://other.example/x") == b"by corp"
    assert company.asked == ["GET http://other.example/x HTTP/1.1"]


class Local(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def test_this_machine_is_never_asked_for_there(daemon: Daemon, company: CompanyProxy) -> None:
    company.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Local) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found = plain(daemon, f"http://127.0.0.1:{server.server_port}/here")
        server.shutdown()

    assert found == b"/here"
    assert company.asked == []


def test_a_refused_login_is_said_with_its_remedy(
    provider: StandIn, stand_in: StandIn, company: CompanyProxy, tmp_path: Path
) -> None:
    with running_daemon(configured(tmp_path, provider, company, "wrong-Pa55-zz1")) as daemon:
        status, message = chat(daemon)
        mode = next(m for m in daemon.client.verify_capture() if m.mode == "upstream")
        reasons = daemon.client.status().reasons

    assert status == 502
    assert "(407)" in message
    assert "maskwire capture password" in message
    assert mode.verified_at is None
    assert any("(407)" in reason for reason in reasons)
    assert stand_in.heard() == b""
    assert [file for file in daemon.home.files() if b"wrong-Pa55-zz1" in file.read_bytes()] == []


def test_a_missing_password_is_said(provider: StandIn, company: CompanyProxy, tmp_path: Path) -> None:
    home = configured(tmp_path, provider, company, "x")
    del home.environment["CORP_PASSWORD"]
    with running_daemon(home) as daemon:
        mode = next(m for m in daemon.client.verify_capture() if m.mode == "upstream")

    assert "CORP_PASSWORD is not set" in mode.problem


def test_a_password_in_the_configuration_is_refused(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    home.config.write_text('[upstream]\nproxy = "http://alice:corp-Pa55-wq8@proxy.example:3128"\n')
    said = home.run("config", "check")

    assert said.returncode == 2
    assert "maskwire capture password" in said.stderr
    assert "corp-Pa55-wq8" not in said.stderr + said.stdout
