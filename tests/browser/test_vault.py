"""A person looks up one value behind a passphrase, removes values and changes keys, with script and without."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.watched import Watched
from tests.e2e.lab import Daemon

MAIL = "jane.miller@northwind-traders.com"
PASSPHRASE = "correct horse"


@pytest.fixture(scope="module")
def token(daemon: Daemon) -> str:
    """The token of a mail address."""
    return daemon.client.mask([MAIL])[0]


@pytest.fixture
def locked(daemon: Daemon) -> None:
    """A reveal passphrase is set."""
    if daemon.client.reveal_lock() == "none":
        daemon.client.set_reveal_passphrase("", PASSPHRASE)


def test_a_passphrase_is_set_and_asked_for(watched: Watched, daemon: Daemon, token: str) -> None:
    page = watched.page
    page.goto("/vault")
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Show the value").click()

    expect(page.locator("#revealed")).to_have_text(MAIL)

    page.get_by_role("link", name="Hide").click()
    page.get_by_label("New passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_label("New passphrase, again").fill(PASSPHRASE)
    page.get_by_role("button", name="Set it").click()

    expect(page.get_by_text("From now on a value is shown only for that passphrase.")).to_be_visible()

    page.get_by_label("Token").fill(token)
    page.get_by_label("Reveal passphrase", exact=True).fill(PASSPHRASE)
    page.get_by_role("button", name="Show the value").click()

    expect(page.locator("#revealed")).to_have_text(MAIL)
    assert MAIL not in page.url
    assert daemon.client.reveal_lock() == "own"
    assert watched.inaccessible() == []


@pytest.mark.usefixtures("locked")
def test_a_wrong_passphrase_is_said_beside_its_field(context_page: Watched, token: str) -> None:
    page = context_page.page
    page.goto("/vault")
    page.get_by_label("Token").fill(token)
    page.get_by_label("Reveal passphrase", exact=True).fill("battery staple")
    page.get_by_role("button", name="Show the value").click()

    expect(page.locator("#passphrase-error")).to_contain_text("That is not the reveal passphrase")
    assert page.get_by_label("Token").input_value() == token
    assert page.get_by_label("Reveal passphrase", exact=True).input_value() == ""
    assert MAIL not in page.content()
    assert context_page.inaccessible() == []


@pytest.fixture
def context_page(watched: Watched) -> Iterator[Watched]:
    """A page on which a form may be refused: Chromium reports the status of that answer."""
    yield watched

    watched.problems = [problem for problem in watched.problems if "status of 422" not in problem]


def test_all_values_get_a_new_key(watched: Watched, token: str) -> None:
    page = watched.page
    page.goto("/vault")
    page.get_by_role("button", name="New key for all values").click()

    expect(page.locator("#rotation")).to_contain_text("encrypted under a new key")
    assert watched.inaccessible() == []


@pytest.mark.usefixtures("token")
def test_values_are_removed_and_keys_changed_without_script(without_script: Watched, daemon: Daemon) -> None:
    page = without_script.page
    daemon.client.mask(["DE89 3704 0044 0532 0130 00"])
    page.goto("/vault")
    page.get_by_role("button", name="New key for all values").click()

    expect(page.locator("#rotation")).to_contain_text("encrypted under a new key")

    page.goto("/vault")
    page.get_by_label("Not used for days").fill("0")
    page.get_by_label("Kind", exact=True).select_option("IBAN_CODE")
    page.get_by_role("button", name="Remove them").click()

    expect(page.get_by_text("1 value is gone.")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("IBAN_CODE")


def test_destroying_takes_the_word_and_begins_anew(context_page: Watched, daemon: Daemon) -> None:
    page = context_page.page
    page.goto("/vault")
    page.get_by_label("Type destroy").fill("yes")
    page.get_by_role("button", name="Destroy every value").click()

    expect(page.locator("#confirm-error")).to_contain_text("nothing was destroyed")

    page.get_by_label("Type destroy").fill("destroy")
    page.get_by_role("button", name="Destroy every value").click()

    expect(page.get_by_role("heading", name="The vault is destroyed")).to_be_visible()
    assert context_page.inaccessible() == []
