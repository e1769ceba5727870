"""A person makes a report, checks the records, takes it along as files and prints it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.test_live import MAIL, say
from tests.browser.watched import Watched
from tests.e2e.lab import Daemon


@pytest.fixture(scope="module")
def spoken(daemon: Daemon) -> None:
    """One exchange is in the journal."""
    say(daemon, f"write to {MAIL}")
    daemon.wait_events(1)


@pytest.mark.usefixtures("spoken")
def test_a_report_tells_what_was_kept_and_proves_itself(watched: Watched) -> None:
    page = watched.page
    page.goto("/report")
    page.get_by_role("link", name="Check the records now").click()
    kept = page.get_by_role("region", name="Table of providers and kinds")

    expect(kept).to_contain_text("api.openai.com")
    expect(kept).to_contain_text("EMAIL_ADDRESS")
    expect(page.locator(".proof")).to_contain_text("none changed, removed or moved")
    assert MAIL not in page.content()
    assert watched.inaccessible() == []


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize(("link", "piece"), [("CSV", "kept,api.openai.com,EMAIL_ADDRESS"), ("JSON lines", '"kept"')])
def test_it_is_taken_along_without_script(without_script: Watched, link: str, piece: str) -> None:
    page = without_script.page
    page.goto("/report")
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    content = Path(download.value.path()).read_text(encoding="utf-8")

    assert piece in content
    assert MAIL not in content


@pytest.mark.usefixtures("spoken")
def test_on_paper_it_is_the_report_alone(watched: Watched) -> None:
    page = watched.page
    page.goto("/report")
    page.emulate_media(media="print")

    for name in ("Live", "Pause", "Log out", "Show", "CSV"):
        expect(page.get_by_text(name, exact=True)).to_be_hidden()
    for heading in ("What was kept from whom", "How requests ended", "Proof"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_a_period_without_anything_is_a_report_too(watched: Watched) -> None:
    page = watched.page
    page.goto("/report")
    page.get_by_label("From", exact=True).fill("2001-01-01")
    page.get_by_label("To and with").fill("2001-01-31")
    page.get_by_role("button", name="Show").click()

    expect(page.locator("main")).to_contain_text("2001-01-01 to 2001-01-31")
    expect(page.locator("main")).to_contain_text("Nothing was found that had to be protected.")
    assert watched.inaccessible() == []
