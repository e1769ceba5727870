"""What every page has: it breaks no policy, reads well, and protection can be paused from it."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from maskwire_daemon.web.site import SECTIONS
from tests.browser.watched import Watched
from tests.e2e.lab import Daemon, Home

PAGES = [section.path for section in SECTIONS]

WITHIN = (
    *("/rules/own", "/rules/local", "/rules/history"),
    *("/hosts/api.openai.com", "/hosts/*", "/hosts/*.openai.azure.com", "/hosts/surfaces"),
)
"""Pages that others lead to."""


@pytest.mark.parametrize("path", [*PAGES, *WITHIN])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_accessible_in_light_and_dark(watched: Watched, path: str, scheme: str) -> None:
    watched.page.emulate_media(color_scheme="light" if scheme == "light" else "dark", reduced_motion="reduce")
    watched.page.goto(path)

    assert watched.inaccessible() == []


@pytest.mark.parametrize("path", [*PAGES, *WITHIN])
def test_a_page_fits_a_phone(watched: Watched, path: str) -> None:
    watched.page.set_viewport_size({"width": 400, "height": 800})
    watched.page.goto(path)

    assert watched.wide() == 0


def test_protection_is_paused_and_resumed_from_any_page(watched: Watched) -> None:
    page = watched.page
    page.goto(PAGES[-1])
    page.get_by_label("Pause for").select_option("60")
    page.get_by_role("button", name="Pause").click()

    expect(page.get_by_text("Paused for 1 h. Secrets stay masked.")).to_be_visible()
    assert page.url.endswith(PAGES[-1])

    page.get_by_role("button", name="Resume").click()

    expect(page.locator("#state")).to_contain_text("Protecting")


def test_a_reader_skips_to_the_page(watched: Watched) -> None:
    watched.page.goto("/")
    watched.page.keyboard.press("Tab")
    watched.page.keyboard.press("Enter")

    expect(watched.page.locator("main")).to_be_focused()


def test_the_command_opens_the_browser_logged_in(daemon: Daemon, context: BrowserContext, tmp_path: Path) -> None:
    seen = tmp_path / "address"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" >{seen}\n', encoding="utf-8")
    browser.chmod(0o755)
    home = replace(daemon.home, environment={**daemon.home.environment, "BROWSER": str(browser), "DISPLAY": ":9"})
    opened = home.run("open")

    assert opened.returncode == 0
    assert "code" not in opened.stdout
    page = context.new_page()
    page.goto(seen.read_text(encoding="utf-8"))
    assert page.url == daemon.client.runtime.api + "/"


def test_without_a_daemon_the_command_says_so(tmp_path: Path) -> None:
    opened = Home.at(tmp_path).run("open")

    assert opened.returncode == 3
    assert "maskwire up" in opened.stderr


def test_the_address_bar_keeps_no_code(watched: Watched) -> None:
    watched.page.goto("/")

    assert "code" not in watched.page.url
    assert watched.page.evaluate("document.cookie") == ""


def test_the_frame_works_without_script(without_script: Watched) -> None:
    page = without_script.page
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Resume").click()

    expect(page.get_by_text("Protection is on again.")).to_be_visible()
