"""Draws the pictures of the documents: `python -m tests.browser.pictures FOLDER [--phone] [NAME…]`.

IO: a daemon, Chromium, PNG files.

Not a test: it makes what a person looks at. The exchanges in it are invented, the pages are those of a real daemon.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from playwright.sync_api import Browser, Page, sync_playwright

from maskwire.exchange import Exchange, Outcome, Spot
from maskwire_daemon.standin.server import StandIn, running
from maskwire_daemon.store.database import Database
from maskwire_daemon.store.envelope import Envelope
from maskwire_daemon.store.history import Journal
from tests.e2e.lab import HOSTS, KEY, Daemon, Home, running_daemon

WIDE, NARROW = (1280, 860), (400, 860)

HOSTS_SHOWN = (
    ("api.anthropic.com", "anthropic.messages", "/v1/messages", "claude-opus-4-5", "claude"),
    ("api.openai.com", "openai.responses", "/v1/responses", "gpt-5.1-codex", "codex"),
    ("chatgpt.com", "web.chatgpt", "/backend-api/conversation", "gpt-5.1", "chromium"),
    (
        "generativelanguage.googleapis.com",
        "gemini",
        "/v1beta/models/*:streamGenerateContent",
        "gemini-3-pro",
        "python3",
    ),
)

FOUND: tuple[Mapping[str, int], ...] = (
    {"PERSON": 2, "EMAIL_ADDRESS": 1},
    {"API_KEY": 1},
    {},
    {"PERSON": 1, "IBAN_CODE": 1, "PHONE_NUMBER": 1},
    {},
    {"US_SSN": 1, "PERSON": 1},
    {"CUSTOM": 2},
)


def exchanges(count: int, now: float) -> Iterator[Exchange]:
    """Yield invented exchanges of the last hour, oldest first."""
    chance = random.Random(7)
    for started in sorted(now - 3500 * chance.random() ** 1.4 for _ in range(count)):
        host, surface, path, model, program = chance.choices(HOSTS_SHOWN, (5, 3, 2, 1))[0]
        found = chance.choice(FOUND)
        outcome = chance.choices(
            (Outcome.MASKED if found else Outcome.CLEAN, Outcome.BLOCKED, Outcome.OBSERVED), (40, 1, 1)
        )[0]
        masked = sum(found.values()) if outcome is Outcome.MASKED else 0
        find, wait = chance.uniform(0.6, 6), chance.uniform(400, 2600)
        yield Exchange(
            started=started,
            host=host,
            surface=surface,
            method="POST",
            path=path,
            outcome=outcome,
            model=model,
            program=program,
            reason="policy_blocked" if outcome is Outcome.BLOCKED else "",
            status=400 if outcome is Outcome.BLOCKED else 200,
            entities=found,
            actions={"mask": masked} if masked else {},
            request_bytes=chance.randrange(2_000, 90_000),
            response_bytes=chance.randrange(1_000, 40_000),
            added_ms=find + 1.7,
            total_ms=find + wait + chance.uniform(500, 9000),
            restored=masked and chance.randrange(masked + 3),
            find_ms=find,
            mask_ms=0.8 if masked else 0.0,
            wait_ms=wait,
            restore_ms=chance.uniform(0.2, 3) if masked else 0.0,
            spots=tuple(
                Spot("$.messages[*].content[*].text", entity, at, at + chance.randrange(5, 20))
                for entity, times in found.items()
                for at in sorted(chance.sample(range(4000), times))
                if masked
            ),
        )


def fill(home: Home) -> None:
    """Write invented exchanges into the journal of ``home``, whose daemon must have run once and be stopped."""
    import base64

    database = Database.open(home.folder / "maskwire" / "maskwire.db")
    journal = Journal(database, Envelope.open(database, base64.b64decode(KEY)).keys.journal)
    for each in exchanges(420, time.time()):
        journal.record(each)
    journal.close()
    database.close()


def use(daemon: Daemon) -> None:
    """Let values come into the vault, and entries into the audit log."""
    client = daemon.client
    client.mask([f"jane{n}.miller@northwind-traders.com, +1 415 555 26{n:02}, 4111 1111 1111 1111" for n in range(24)])
    client.mask(["DE89 3704 0044 0532 0130 00 and 078-05-1120"])
    client.pause(5)
    client.resume()
    client.add_access("reports", "viewer", restores=False)
    client.add_access("helpdesk", "operator", restores=True)


@contextmanager
def shown(folder: Path) -> Iterator[Daemon]:
    """Run a daemon with a journal worth looking at."""
    home = Home.at(folder)
    with running(StandIn()) as stand_in:
        home.configure(dict.fromkeys(HOSTS, stand_in))
        with running_daemon(home):
            pass
        fill(home)
        with running_daemon(home) as daemon:
            use(daemon)
            yield daemon


def live(page: Page) -> None:
    page.goto("/")
    page.wait_for_timeout(1000)


def exchange(page: Page) -> None:
    page.goto("/?entity=IBAN_CODE&result=masked")
    page.locator("#rows a").first.click()


def playground(page: Page) -> None:
    page.goto("/playground")
    page.get_by_role("button", name="Try an example").click()
    page.locator(".findings summary").nth(2).click()


def rules(page: Page) -> None:
    page.goto("/rules")


def own(page: Page) -> None:
    page.goto("/rules/own")
    page.get_by_label("Words and phrases, one a line").fill("Project Heron\nŁódź office\nnorthwind*")
    page.get_by_label("Sample text to try it on").fill("Ask HR-204417 about it; HR-7 is a room.")
    page.get_by_label("Pattern", exact=True).fill("HR-[0-9]{6}")
    page.locator("#tried mark").wait_for()


def hosts(page: Page) -> None:
    page.goto("/hosts/chatgpt.com")
    page.get_by_label("Program", exact=True).fill("chromium")
    page.get_by_label("Kind of value").select_option("PERSON")
    page.get_by_label("What happens").select_option(label="Block the request")
    page.get_by_role("button", name="Set", exact=True).click()
    page.goto("/hosts")
    page.get_by_label("Mode of api.anthropic.com").select_option(label="Observe")
    page.get_by_role("button", name="Save modes").click()
    page.goto("/hosts")


def vault(page: Page) -> None:
    page.goto("/vault")


def report(page: Page) -> None:
    page.goto("/report?verify=on")


def access(page: Page) -> None:
    page.goto("/access")


STEPS: Mapping[str, Callable[[Page], None]] = MappingProxyType(
    {
        "live": live,
        "exchange": exchange,
        "playground": playground,
        "rules": rules,
        "own": own,
        "hosts": hosts,
        "vault": vault,
        "report": report,
        "access": access,
    }
)
"""What is done before each picture is taken."""


def draw(browser: Browser, daemon: Daemon, folder: Path, names: Sequence[str]) -> None:
    """Take the pictures ``names``, in light and dark; with ``--phone`` among them as a phone shows them."""
    width, height = NARROW if "--phone" in names else WIDE
    wanted = [name for name in names if name in STEPS] or list(STEPS)
    for scheme in ("light", "dark"):
        context = browser.new_context(
            base_url=daemon.client.runtime.api,
            viewport={"width": width, "height": height},
            color_scheme="light" if scheme == "light" else "dark",
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.goto(daemon.home.run("open", "--print").stdout.strip())
        for name in wanted:
            STEPS[name](page)
            page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=folder / f"dashboard-{name}-{scheme}.png")
        context.close()


def main(folder: str, *names: str) -> None:
    """Draw into ``folder``."""
    with tempfile.TemporaryDirectory() as home, shown(Path(home)) as daemon, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        draw(browser, daemon, Path(folder), names)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
