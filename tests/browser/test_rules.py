"""Somebody sets what happens to values: kinds, a profile, a pattern tried while it is typed, a list from Presidio."""

import os
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

from tests.browser.watched import Watched
from tests.e2e.lab import Daemon

RECOGNIZERS = """
recognizers:
  - name: Staff number
    supported_entity: EMPLOYEE
    patterns: [{name: plain, regex: 'STF-[0-9]{5}', score: 0.9}, {name: ahead, regex: 'X(?=1)', score: 0.9}]
"""


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def test_a_kind_passes_at_once_and_is_masked_again_by_undo(watched: Watched, daemon: Daemon) -> None:
    page, mail = watched.page, "jane.miller@northwind-traders.com"
    page.goto("/rules")
    page.get_by_label("What happens to EMAIL_ADDRESS").select_option(label="Let pass")
    save(page)

    expect(page.get_by_role("status").first).to_contain_text("Saved: 1 setting")
    assert daemon.client.mask([mail]) == [mail]

    page.goto("/rules/history")
    expect(page.locator("tbody tr").first).to_contain_text("entities.EMAIL_ADDRESS")
    page.get_by_role("button", name=re.compile("^Undo")).click()

    expect(page.get_by_text("The earlier settings hold again")).to_be_visible()
    assert mail not in daemon.client.mask([mail])[0]


def test_a_profile_is_taken_with_one_click(watched: Watched, daemon: Daemon) -> None:
    page = watched.page
    before = daemon.home.config.read_text()
    page.goto("/rules")
    page.get_by_role("button", name="Use strict").click()

    expect(page.locator(".card.chosen h3")).to_have_text("Strict")
    expect(page.get_by_label("What happens to API_KEY")).to_have_value("block")
    assert daemon.home.config.read_text().startswith(before.rstrip())

    page.get_by_role("button", name="Use balanced").click()
    expect(page.locator(".card.chosen h3")).to_have_text("Balanced")


def test_a_pattern_is_tried_while_it_is_typed_and_then_holds(watched: Watched, daemon: Daemon) -> None:
    page = watched.page
    page.goto("/rules/own")
    page.get_by_label("Sample text to try it on").fill("ask HR-123456 or HR-7")
    page.get_by_label("Pattern", exact=True).fill("HR-[0-9]{6}")

    expect(page.locator("#tried mark")).to_have_text(["HR-123456"])

    page.get_by_label("Pattern", exact=True).fill("(?<=HR-)[0-9]+")
    expect(page.locator("#tried")).to_contain_text("look-around is not supported", ignore_case=True)

    page.get_by_label("Pattern", exact=True).fill("HR-[0-9]{6}")
    page.get_by_role("button", name="Add pattern").click()
    expect(page.get_by_role("region", name="Table of patterns")).to_contain_text("HR-[0-9]{6}")
    assert "HR-123456" not in daemon.client.mask(["ask HR-123456"])[0]
    assert watched.inaccessible() == []


def test_a_wrong_pattern_keeps_all_that_was_typed(watched: Watched) -> None:
    page = watched.page
    page.goto("/rules/own")
    page.get_by_label("Pattern", exact=True).fill("(a)\\1")
    page.get_by_label("What it is for").fill("twice the same")
    page.get_by_role("button", name="Add pattern").click()

    expect(page.get_by_label("Pattern", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#pattern-error")).to_contain_text("Back-references are not supported")
    expect(page.get_by_label("What it is for")).to_have_value("twice the same")
    expect(page.locator(".problems")).to_be_focused()
    watched.problems[:] = [p for p in watched.problems if "422" not in p]  # Chromium reports the status of the page
    assert watched.inaccessible() == []


def test_words_hold_without_script(without_script: Watched, daemon: Daemon) -> None:
    page = without_script.page
    page.goto("/rules/own")
    page.get_by_label("Words and phrases, one a line").fill("Project Kestrel\nheron*")
    page.get_by_role("button", name="Save words").click()
    page.get_by_label("Sample text to try it on").fill("two herons of Project Kestrel")
    page.get_by_role("button", name="Try it").last.click()

    expect(page.locator("#tried mark")).to_have_text(["heron", "Project Kestrel"])
    assert "Kestrel" not in daemon.client.mask(["Project Kestrel"])[0]


def test_recognizers_of_presidio_are_imported(watched: Watched, daemon: Daemon, tmp_path: Path) -> None:
    page, file = watched.page, tmp_path / "staff.yaml"
    file.write_text(RECOGNIZERS, encoding="utf-8")
    page.goto("/rules/own")
    page.get_by_label("YAML file").set_input_files(file)
    page.get_by_role("button", name="Import").click()

    expect(page.get_by_text("1 rule imported, 1 left out")).to_be_visible()
    expect(page.get_by_text("look-around is not supported")).to_be_visible()
    page.wait_for_timeout(1500)  # the daemon looks for packs twice a second
    assert "STF-12345" not in daemon.client.mask(["ask STF-12345"])[0]
    assert watched.inaccessible() == []

    page.goto("/rules/own")
    page.get_by_role("button", name="Remove presidio-staff").click()
    expect(page.get_by_text("The imported rules are removed")).to_be_visible()


class _Models(BaseHTTPRequestHandler):
    """A local model's server, as far as naming its models."""

    def do_GET(self) -> None:
        body = b'{"object": "list", "data": [{"id": "llama3.2"}]}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        del format, args


@pytest.fixture
def model() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Models)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_local_model_is_asked_and_set(watched: Watched, daemon: Daemon, model: str) -> None:
    page = watched.page
    page.goto("/rules/local")
    page.get_by_label("Address").fill(model)
    page.get_by_role("button", name="Ask it for its models").click()

    expect(page.get_by_text("It has 1 model")).to_be_visible()
    expect(page.get_by_label("Address")).to_have_value(model)

    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert f'url = "{model}"' in daemon.home.config.read_text()


def test_a_change_by_hand_shows_on_the_page(watched: Watched, daemon: Daemon) -> None:
    page = watched.page
    fresh = daemon.home.config.with_suffix(".new")
    fresh.write_text(daemon.home.config.read_text() + '\n[entities.VIN]\naction = "block" # by hand\n')
    os.replace(fresh, daemon.home.config)  # noqa: PTH105 - as editors do
    page.wait_for_timeout(1500)
    page.goto("/rules")

    expect(page.get_by_label("What happens to VIN")).to_have_value("block")

    page.get_by_label("What happens to IMEI").select_option(label="Let pass")
    save(page)
    expect(page.get_by_text("Saved: 1 setting")).to_be_visible()
    assert "# by hand" in daemon.home.config.read_text()
