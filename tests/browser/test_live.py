"""Somebody watches while a program talks to a provider: the exchange appears, and its page tells the stages."""

import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.browser.watched import Watched
from tests.e2e.lab import Daemon, run_under

SAY = """
import json, ssl, sys, urllib.request
body = json.dumps({"model": "gpt-5", "messages": [{"role": "user", "content": sys.argv[1]}]}).encode()
headers = {"authorization": "Bearer x", "content-type": "application/json"}
request = urllib.request.Request("https://api.openai.com/v1/chat/completions", body, headers)
print(json.load(urllib.request.urlopen(request))["choices"][0]["message"]["content"])
"""

MAIL = "jane.miller@northwind-traders.com"


def say(daemon: Daemon, text: str) -> str:
    """Let a program send ``text`` under maskwire, and return the answer it got."""
    said = run_under(daemon.home, ["python3", "-c", SAY, text])
    assert said.returncode == 0, said.stderr.decode()
    return said.stdout.decode()


@pytest.fixture(scope="module")
def spoken(daemon: Daemon) -> None:
    """One exchange is in the journal."""
    assert MAIL in say(daemon, f"write to {MAIL}")
    daemon.wait_events(1)


@pytest.mark.usefixtures("spoken")
def test_a_new_exchange_appears_by_itself(watched: Watched, daemon: Daemon) -> None:
    page = watched.page
    page.goto("/")
    expect(page.locator("#live-note")).to_have_text("Live")
    before = page.locator("#rows tr").count()
    say(daemon, f"once more to {MAIL}")

    expect(page.locator("#rows tr")).to_have_count(before + 1)
    expect(page.locator("#rows tr").first).to_contain_text("EMAIL_ADDRESS")
    expect(page.locator("#rows tr").first).to_contain_text("api.openai.com")


@pytest.mark.usefixtures("spoken")
def test_updates_are_held_and_followed_again(watched: Watched, daemon: Daemon) -> None:
    page = watched.page
    page.goto("/")
    page.get_by_role("button", name="Hold updates").click()
    before = page.locator("#rows tr").count()
    say(daemon, "nothing to see")
    daemon.wait_events(1, daemon.last_event() - 1)

    assert page.locator("#rows tr").count() == before

    page.get_by_role("button", name="Hold updates").click()

    expect(page.locator("#rows tr")).to_have_count(before + 1)


@pytest.mark.usefixtures("spoken")
def test_an_exchange_tells_its_stages_and_no_value(watched: Watched) -> None:
    page = watched.page
    page.goto("/?entity=EMAIL_ADDRESS")
    page.locator("#rows a").first.click()

    for heading in ("Found", "Sent", "Received", "Restored", "Masked places", "Where the time went"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.locator("main")).to_contain_text("$.messages[*].content")
    assert MAIL not in page.content()
    assert watched.inaccessible() == []


@pytest.mark.usefixtures("spoken")
def test_the_table_is_filtered_without_script(without_script: Watched) -> None:
    page = without_script.page
    page.get_by_label("Kind of value").select_option("EMAIL_ADDRESS")
    page.get_by_role("button", name="Filter").click()

    assert page.locator("#rows tr").count() >= 1

    page.get_by_label("Text").fill("no such path")
    page.get_by_role("button", name="Filter").click()

    expect(page.locator("#rows")).to_contain_text("No exchange fits this filter.")
    assert page.get_by_label("Text").input_value() == "no such path"


@pytest.mark.usefixtures("spoken")
def test_a_pause_elsewhere_shows_on_a_page_that_is_open(watched: Watched, daemon: Daemon) -> None:
    watched.page.goto("/")
    expect(watched.page.locator("#live-note")).to_have_text("Live")
    daemon.client.pause(5)

    expect(watched.page.get_by_role("button", name="Resume")).to_be_visible()

    daemon.client.resume()

    expect(watched.page.get_by_role("button", name="Pause")).to_be_visible()


def test_a_program_behind_the_proxy_cannot_reach_the_dashboard(daemon: Daemon) -> None:
    runtime = daemon.client.runtime
    proxy = urllib.request.ProxyHandler({"http": runtime.proxy})
    opener = urllib.request.build_opener(proxy)
    request = urllib.request.Request(
        runtime.api + "/v1/login", b"{}", {"authorization": f"Bearer {runtime.token}", "content-type": "x/json"}
    )

    with pytest.raises(urllib.error.HTTPError) as refused:
        opener.open(request)

    assert refused.value.code >= 400
    assert b"/login?code" not in refused.value.read()
