"""Somebody tries a text: it is marked, explained, refined by hand, made a rule, and brought back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.watched import Watched
from tests.e2e.lab import Daemon

MAIL = "jane.miller@northwind-traders.com"
TEXT = f"Please write to {MAIL} about Project Wagtail."


def mask(page: Page, text: str = TEXT) -> None:
    page.goto("/playground")
    page.get_by_label("Text", exact=True).fill(text)
    page.get_by_role("button", name="Mask", exact=True).click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_text_is_masked_side_by_side_and_explained(watched: Watched, scheme: str) -> None:
    page = watched.page
    page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
    mask(page)
    page.locator(".findings summary").first.click()

    expect(page.locator("mark").first).to_have_text(re.compile(re.escape(MAIL)))
    expect(page.locator("#plain-masked")).not_to_contain_text(MAIL)
    expect(page.locator(".findings")).to_contain_text("contact.email")
    assert watched.inaccessible() == []


def test_a_masked_text_is_restored(watched: Watched) -> None:
    mask(watched.page)
    watched.page.get_by_role("button", name="Restore").click()

    expect(watched.page.locator("#restored")).to_have_text(TEXT)


def test_a_finding_is_left_and_masked_again(watched: Watched) -> None:
    page = watched.page
    mask(page)
    page.get_by_role("button", name=re.compile("^Leave number 1")).click()
    expect(page.locator("#plain-masked")).to_contain_text(MAIL)
    page.get_by_role("button", name=re.compile("^Mask number 1")).click()

    expect(page.locator("#plain-masked")).not_to_contain_text(MAIL)


def test_a_word_becomes_a_rule_at_once(watched: Watched, daemon: Daemon) -> None:
    page = watched.page
    mask(page)
    page.get_by_label("Word or phrase").fill("Wagtail")
    page.get_by_role("button", name="Always mask this word").click()

    expect(page.get_by_text("This word is masked everywhere from now on")).to_be_visible()
    assert "Wagtail" not in daemon.client.mask(["Wagtail"])[0]
    assert "Wagtail" in daemon.home.config.read_text()


def test_a_value_is_allowed_at_once(watched: Watched, daemon: Daemon) -> None:
    value = "press@northwind-traders.com"
    mask(watched.page, f"write to {value}")
    watched.page.get_by_role("button", name=re.compile("^Always allow number 1")).click()

    expect(watched.page.get_by_text("This value passes everywhere from now on")).to_be_visible()
    assert daemon.client.mask([value]) == [value]
    assert value not in daemon.home.config.read_text()


def test_what_was_typed_is_in_no_file(watched: Watched, daemon: Daemon) -> None:
    value = "canary.of.the.playground@northwind-traders.com"
    mask(watched.page, f"write to {value}")
    watched.page.get_by_role("button", name="Restore").click()
    expect(watched.page.locator("#restored")).to_contain_text(value)

    assert [str(file) for file in daemon.home.files() if value.encode() in file.read_bytes()] == []


def test_wrong_input_is_explained_and_nothing_typed_is_lost(watched: Watched) -> None:
    page = watched.page
    mask(page)
    page.get_by_label("Word or phrase").fill("absent")
    page.get_by_role("button", name="Mask it here").click()

    expect(page.get_by_label("Word or phrase")).to_have_attribute("aria-invalid", "true")
    assert page.get_by_label("Word or phrase").input_value() == "absent"
    assert page.get_by_label("Text", exact=True).input_value() == TEXT
    expect(page.locator(".problems")).to_be_focused()
    watched.problems[:] = [p for p in watched.problems if "422" not in p]  # Chromium reports the status of the page
    assert watched.inaccessible() == []


def test_a_document_is_masked_and_downloaded_without_script(without_script: Watched, tmp_path: Path) -> None:
    page = without_script.page
    file = tmp_path / "people.csv"
    file.write_text(f"name,mail\nJane,{MAIL}\n", encoding="utf-8")
    page.goto("/playground")
    page.get_by_label("Or a file").set_input_files(file)
    with page.expect_download() as started:
        page.get_by_role("button", name="Mask the file and download it").click()
    masked = Path(started.value.path()).read_text(encoding="utf-8")

    assert masked.startswith("name,mail\n")
    assert MAIL not in masked


def test_a_dropped_file_is_looked_into(watched: Watched) -> None:
    page = watched.page
    page.goto("/playground")
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.items.add(new File([text], 'note.txt', {type: 'text/plain'}));
          document.getElementById('try').dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true}));
        }""",
        TEXT,
    )

    expect(page.locator("#plain-masked")).to_be_attached()
    assert page.get_by_label("Text", exact=True).input_value() == TEXT
