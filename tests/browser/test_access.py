"""A person gives a program access, which works with just the rights it was given, and takes it back; and logs out."""

import urllib.error
import urllib.request

from playwright.sync_api import Browser, expect

from tests.browser.watched import Watched
from tests.e2e.lab import Daemon


def status_with(daemon: Daemon, token: str, path: str = "/v1/status") -> int:
    request = urllib.request.Request(daemon.client.runtime.api + path, headers={"authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request) as answer:
            found: int = answer.status
    except urllib.error.HTTPError as e:
        return e.code
    return found


def test_a_token_is_made_works_and_is_taken_back(watched: Watched, daemon: Daemon) -> None:
    page = watched.page
    page.goto("/access")
    page.get_by_label("Name").fill("reports")
    page.get_by_role("button", name="Make the token").click()
    token = page.locator("#made").inner_text()

    assert watched.inaccessible() == []
    assert status_with(daemon, token) == 200
    assert status_with(daemon, token, "/v1/secrets") == 403

    page.goto("/access")

    assert token not in page.content()

    page.get_by_role("button", name="Remove reports").click()

    expect(page.get_by_text("reports has no access any more.")).to_be_visible()
    assert status_with(daemon, token) == 401


def test_a_token_is_made_without_script_and_a_wrong_name_is_kept(without_script: Watched, daemon: Daemon) -> None:
    page = without_script.page
    page.goto("/access")
    page.get_by_label("Name").fill("a/b")
    page.get_by_label("Role", exact=True).select_option("operator")
    page.get_by_label("May read values back").check()
    page.get_by_role("button", name="Make the token").click()

    expect(page.locator("#name-error")).to_be_visible()
    assert page.get_by_label("Name").input_value() == "a/b"
    assert page.get_by_label("Role", exact=True).input_value() == "operator"
    assert page.get_by_label("May read values back").is_checked()

    page.get_by_label("Name").fill("desk")
    page.get_by_role("button", name="Make the token").click()

    expect(page.locator("#made")).to_contain_text("mw_")
    assert [(t.name, t.role, t.restores) for t in daemon.client.access()] == [("desk", "operator", True)]


def test_another_browser_is_logged_out(watched: Watched, chromium: Browser, daemon: Daemon) -> None:
    other = chromium.new_context(base_url=daemon.client.runtime.api).new_page()
    other.goto(daemon.home.run("open", "--print").stdout.strip())
    watched.page.goto("/access")
    watched.page.get_by_role("button", name="Log all others out").click()
    other.reload()

    expect(other.get_by_text("maskwire open")).to_be_visible()
    expect(watched.page.get_by_text("This browser")).to_be_visible()
    other.context.close()


def test_the_log_tells_what_was_done(watched: Watched, daemon: Daemon) -> None:
    daemon.client.pause(5)
    daemon.client.resume()
    page = watched.page
    page.goto("/access")
    page.get_by_label("Text").fill("pause")
    page.get_by_role("button", name="Filter").click()

    expect(page.locator("#entries tr")).to_have_count(1)
    expect(page.locator("#entries")).to_contain_text("Paused protection")
