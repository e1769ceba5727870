"""A page of a real browser that is watched: what it breaks of its policy, whom it asks, what it leaves unreadable."""

from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Request

VIOLATIONS = """
document.addEventListener('securitypolicyviolation',
  e => console.error('policy violated: ' + e.violatedDirective + ' ' + e.blockedURI));
"""

CHECK = """
async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  const told = node => node.target.join(' ') + ' ' + node.failureSummary;
  return found.violations.map(violation => violation.id + ': ' + violation.nodes.map(told).join(' | '));
}
"""


@dataclass
class Watched:
    """A page, and what was noticed on it so far: messages of the console, errors of scripts, addresses asked."""

    page: Page
    problems: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(VIOLATIONS)
        self.page.on("console", self._console)
        self.page.on("pageerror", self._error)
        self.page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def _error(self, error: Error) -> None:
        self.problems.append(error.message)

    def _request(self, request: Request) -> None:
        self.asked.append(request.url)

    @property
    def strangers(self) -> list[str]:
        """Addresses that were asked and are not on this machine."""
        return [url for url in self.asked if urlsplit(url).hostname not in ("127.0.0.1", "localhost", None)]

    def inaccessible(self) -> list[str]:
        """Return what axe-core finds wrong with the page as it is shown now."""
        self.page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
        found: list[Any] = self.page.evaluate(CHECK)
        return [str(each) for each in found]

    def wide(self) -> int:
        """Return by how many pixels the page is wider than its window; 0 when nothing has to be scrolled sideways."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return max(0, width)
