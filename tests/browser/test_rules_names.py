"""Somebody chooses invented names for people on the rules page, and takes them back."""

import re

from playwright.sync_api import expect

from tests.browser.watched import Watched
from tests.e2e.lab import Daemon

TEXT = "Please ask Jane Miller about it."


def test_people_leave_under_invented_names_at_once(watched: Watched, daemon: Daemon) -> None:
    page = watched.page
    page.goto("/rules")
    choice = page.get_by_label("What PERSON leaves as")
    expect(choice).to_have_value("code")
    choice.select_option("name")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("status").first).to_contain_text("Saved: 1 setting")
    (masked,) = daemon.client.mask([TEXT])
    assert re.fullmatch("Please ask [A-Z][a-z]+ [A-Z][a-z]{11} about it.", masked)
    assert daemon.client.restore([masked]).texts == (TEXT,)

    page.get_by_label("What PERSON leaves as").select_option("code")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("status").first).to_contain_text("Saved: 1 setting")
    assert daemon.client.mask([TEXT])[0].startswith("Please ask PERSON_")
