"""The guard of a real daemon before its pages: strangers, other sites, wrong roles, too much, and the proxy."""

import http.client
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode, urlsplit

import pytest

from maskwire_daemon.api.guard import MAX_BODY
from maskwire_daemon.web.site import SECTIONS
from tests.e2e.lab import Daemon, Home, running_daemon

PAGES = [section.path for section in SECTIONS]
OURS = {"sec-fetch-site": "same-origin"}
MAIL = "jane.doe@northwind-mail.com"


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    home = Home.at(tmp_path_factory.mktemp("guard"))
    home.config.write_text("[detection]\nnames = false\n", encoding="utf-8")
    with running_daemon(home) as started:
        yield started


@pytest.fixture(scope="module")
def cookie(daemon: Daemon) -> str:
    """The cookie of a browser that is logged in."""
    status, headers, _ = ask(daemon, "GET", daemon.client.login(), {})
    assert status == 303
    return headers["set-cookie"].partition(";")[0]


def ask(
    daemon: Daemon, method: str, path: str, headers: Mapping[str, str], form: Mapping[str, str] | None = None
) -> tuple[int, Mapping[str, str], str]:
    """Return status, headers and text of one call."""
    connection = http.client.HTTPConnection(urlsplit(daemon.client.runtime.api).netloc, timeout=60)
    content = {"content-type": "application/x-www-form-urlencoded"} if form is not None else {}
    body = None if form is None else urlencode(form)
    try:
        connection.request(method, path, body, {**content, **headers})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_for_whoever_logged_in(daemon: Daemon, cookie: str, path: str) -> None:
    statuses = [ask(daemon, "GET", path, headers)[0] for headers in ({}, {"cookie": "maskwire=x"}, {"cookie": cookie})]

    assert statuses == [401, 401, 200]


@pytest.mark.parametrize("path", PAGES)
def test_a_foreign_name_reaches_no_page(daemon: Daemon, cookie: str, path: str) -> None:
    assert ask(daemon, "GET", path, {"cookie": cookie, "host": "rebound.example"})[0] == 421


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {"origin": "null"}, {}]
)
@pytest.mark.parametrize("path", ["/vault/reveal", "/vault/destroy", "/access/tokens"])
def test_a_form_of_another_site_changes_and_shows_nothing(
    daemon: Daemon, cookie: str, path: str, headers: Mapping[str, str]
) -> None:
    token = daemon.client.mask([MAIL])[0]
    form = {"token": token, "confirm": "destroy", "name": "evil", "role": "admin"}
    status, _, text = ask(daemon, "POST", path, {"cookie": cookie, **headers}, form)

    assert status == 403
    assert MAIL not in text
    assert daemon.client.access() == []
    assert daemon.client.restore([token]).texts == (MAIL,)


def test_an_address_that_was_used_logs_nobody_in(daemon: Daemon) -> None:
    path = daemon.client.login()
    first, headers, _ = ask(daemon, "GET", path, {})
    again, _, _ = ask(daemon, "GET", path, {})
    own = headers["set-cookie"].partition(";")[0]

    assert (first, again) == (303, 401)
    assert ask(daemon, "GET", "/", {"cookie": own})[0] == 401


def test_a_role_that_is_too_low_sees_no_value_and_changes_nothing(daemon: Daemon) -> None:
    token = daemon.client.mask([MAIL])[0]
    rights = {"viewer": False, "operator": True, "admin": False}
    try:
        for role, restores in rights.items():
            bearer = {"authorization": f"Bearer {daemon.client.add_access(role, role, restores=restores)}"}
            status, _, text = ask(daemon, "POST", "/vault/reveal", bearer, {"token": token})

            assert (role, status) == (role, 403)
            assert MAIL not in text
    finally:
        for role in rights:
            daemon.client.remove_access(role)
    refused = [(entry.actor, entry.status) for entry in daemon.client.audit(50) if entry.subject == "/vault/reveal"]

    assert {("viewer", 403), ("operator", 403), ("admin", 403)} <= set(refused)


def test_a_form_that_is_too_large_is_refused_before_it_is_read(daemon: Daemon, cookie: str) -> None:
    headers = {"cookie": cookie, **OURS, "content-length": str(MAX_BODY + 1)}

    assert ask(daemon, "POST", "/vault/reveal", headers)[0] == 413


@pytest.mark.parametrize("path", ["/", "/vault", "/v1/status"])
def test_a_program_behind_the_proxy_cannot_reach_the_control_port(daemon: Daemon, cookie: str, path: str) -> None:
    runtime = daemon.client.runtime
    connection = http.client.HTTPConnection(urlsplit(runtime.proxy).netloc, timeout=60)
    headers = {"cookie": cookie, "authorization": f"Bearer {runtime.token}", **OURS}
    connection.request("GET", runtime.api + path, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()

    assert answer.status == 403
    assert "Protecting" not in text
    assert runtime.token not in text
