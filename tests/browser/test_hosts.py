"""Somebody decides what happens on each way to a provider, and it happens to the next request."""

import re
import sys
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.watched import Watched
from tests.e2e.lab import Daemon, run_under

OPENAI, GROQ = "api.openai.com", "api.groq.com"
ADDRESSES = {OPENAI: f"{OPENAI}/v1", GROQ: f"{GROQ}/openai/v1"}
MAIL = "jane.miller@northwind-traders.com"

ASK = """
import json, sys, urllib.error, urllib.request
body = {"model": "m", "messages": [{"role": "user", "content": sys.argv[2]}]}
address = f"https://{sys.argv[1]}/chat/completions"
headers = {"content-type": "application/json", "authorization": "Bearer none"}
asked = urllib.request.Request(address, json.dumps(body).encode(), headers)
for tries_left in (2, 1, 0):
    try:
        urllib.request.urlopen(asked).read()
        break
    except urllib.error.HTTPError as refused:
        refused.read()
        break
    except OSError:  # settings came into force while the tunnel was being opened
        if not tries_left:
            raise
"""


def ask(daemon: Daemon, host: str, text: str) -> str:
    """Send a request as a program would, and return how the journal says it ended."""
    after = daemon.last_event()
    ran = run_under(daemon.home, [sys.executable, "-c", ASK, ADDRESSES[host], text])
    assert ran.returncode == 0, ran.stderr.decode()
    return daemon.wait_events(1, after)[-1].outcome


def test_a_mode_holds_for_the_next_request(watched: Watched, daemon: Daemon) -> None:
    page = watched.page
    assert ask(daemon, OPENAI, f"write to {MAIL}") == "masked"

    page.goto("/hosts")
    page.get_by_label(f"Mode of {OPENAI}").select_option(label="Block")
    page.get_by_role("button", name="Save modes").click()

    expect(page.get_by_text(f"Saved. {OPENAI}: block")).to_be_visible()
    assert ask(daemon, OPENAI, f"write to {MAIL}") == "blocked"

    page.get_by_role("link", name=OPENAI).click()
    page.get_by_role("button", name="As all other hosts").click()
    expect(page.get_by_text("Nothing is set for this any more")).to_be_visible()
    assert ask(daemon, OPENAI, f"write to {MAIL}") == "masked"


def test_one_kind_and_one_program_differ(watched: Watched, daemon: Daemon) -> None:
    page = watched.page
    page.goto(f"/hosts/{GROQ}")
    page.get_by_text("Kinds of value that are treated differently here").click()
    page.get_by_label("EMAIL_ADDRESS").select_option(label="Block the request")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved; it holds")).to_be_visible()
    assert ask(daemon, GROQ, f"write to {MAIL} and new.{MAIL}") == "blocked"

    program = Path(sys.executable).name
    page.get_by_label("Program", exact=True).fill(program)
    page.get_by_label("Kind of value").select_option("EMAIL_ADDRESS")
    page.get_by_label("What happens").select_option(label="Let pass")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.get_by_text(f"Saved for {program}")).to_be_visible()
    assert ask(daemon, GROQ, f"write to other.{MAIL}") == "clean"

    page.goto("/hosts")
    expect(page.locator("tr.below")).to_contain_text("EMAIL_ADDRESS passes")
    assert watched.inaccessible() == []


def test_exceptions_show_their_end_and_are_ended(watched: Watched) -> None:
    page = watched.page
    page.goto(f"/hosts/{OPENAI}")
    page.get_by_label("Minutes").fill("5")
    page.get_by_role("button", name="Let them pass").click()
    expect(page.get_by_text("Images and sound pass for 5 minutes")).to_be_visible()
    page.get_by_label("Value", exact=True).fill("press@northwind-traders.com")
    page.get_by_label("Last day").fill("2999-01-31")
    page.get_by_role("button", name="Let it pass").click()
    page.goto("/hosts")
    exceptions = page.get_by_role("region", name="Exceptions")

    expect(exceptions).to_contain_text(re.compile(f"pass to {OPENAI}.*until 2999-01-31", re.DOTALL))

    exceptions.get_by_role("button", name="End it").click()
    exceptions.get_by_role("button", name="Mask it again").click()
    expect(exceptions).to_contain_text("None.")


def test_a_value_that_passes_stands_nowhere(watched: Watched, daemon: Daemon) -> None:
    value = "canary.of.the.hosts@northwind-traders.com"
    watched.page.goto(f"/hosts/{OPENAI}")
    watched.page.get_by_label("Value", exact=True).fill(value)
    watched.page.get_by_role("button", name="Let it pass").click()
    expect(watched.page.get_by_text("keyed hash, not the value")).to_be_visible()

    assert [str(file) for file in daemon.home.files() if value.encode() in file.read_bytes()] == []


def test_wrong_input_is_said_beside_its_field(watched: Watched) -> None:
    page = watched.page
    page.goto(f"/hosts/{OPENAI}")
    page.get_by_label("Program", exact=True).fill("codex")
    page.get_by_role("button", name="Set", exact=True).click()

    expect(page.locator("#program_mode-error")).to_contain_text("Choose what is different")
    expect(page.get_by_label("Program", exact=True)).to_have_value("codex")

    page.goto("/hosts/find?host=bank.example")
    expect(page.locator("#host-error")).to_contain_text("never looked at")
    watched.problems[:] = [p for p in watched.problems if "422" not in p]  # Chromium reports the status of the page
    assert watched.inaccessible() == []


def test_a_mode_is_set_without_script(without_script: Watched, daemon: Daemon) -> None:
    page = without_script.page
    page.goto("/hosts")
    page.get_by_label("Mode of all other hosts").select_option(label="Observe")
    page.get_by_role("button", name="Save modes").click()

    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Mode of all other hosts")).to_have_value("observe")
    assert ask(daemon, OPENAI, f"write to {MAIL}") == "observed"
