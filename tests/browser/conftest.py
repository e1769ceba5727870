"""A daemon, its stand-in provider, and headless Chromium logged in to the dashboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from maskwire_daemon.standin.server import StandIn, running
from tests.browser.watched import Watched
from tests.e2e.lab import HOSTS, Daemon, Home, need, running_daemon


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything below this folder as a browser's."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A daemon of this module's own, which takes a stand-in for the providers."""
    home = Home.at(tmp_path_factory.mktemp("dashboard"))
    with running(StandIn()) as stand_in:
        home.configure(dict.fromkeys(HOSTS, stand_in))
        with running_daemon(home) as started:
            yield started


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; it may reach this machine alone."""
    program = need("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser, daemon: Daemon) -> Iterator[BrowserContext]:
    """A browser that is logged in to the daemon's dashboard, 1280 pixels wide."""
    made = chromium.new_context(base_url=daemon.client.runtime.api, viewport={"width": 1280, "height": 900})
    made.set_default_timeout(30_000)
    page = made.new_page()
    page.goto(daemon.home.run("open", "--print").stdout.strip())
    page.close()
    yield made
    made.close()


@pytest.fixture
def watched(context: BrowserContext) -> Iterator[Watched]:
    """A page that fails its test when it breaks its policy or asks anybody but this machine."""
    page = Watched(context.new_page())
    yield page

    assert page.problems == []
    assert page.strangers == []


@pytest.fixture
def without_script(chromium: Browser, daemon: Daemon) -> Iterator[Watched]:
    """The same, in a browser that runs no script."""
    made = chromium.new_context(base_url=daemon.client.runtime.api, java_script_enabled=False)
    made.set_default_timeout(30_000)
    page = made.new_page()
    page.goto(daemon.home.run("open", "--print").stdout.strip())
    yield Watched(page)
    made.close()
